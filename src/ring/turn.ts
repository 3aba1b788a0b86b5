interface Immediate {
  setImmediate?(callback: () => void): void;
}

/** Resolves after the event loop had a turn: what waited for one (timers, messages, signals) was heard. No timer, which would cost 1 to 4 ms. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate } = globalThis as Immediate;
    if (setImmediate !== undefined) {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
