/** Turns of the event loop. */

export interface Turns {
  /** Resolves in a task of its own: painting and clicks come before it. */
  next(): Promise<void>;
  /** After this, `next` never resolves. */
  close(): void;
}

/** Turns by messages, which browsers do not delay as they delay timers; in a page in the background by timers, which cost nothing. */
export function turns(): Turns {
  const { port1, port2 } = new MessageChannel();
  let waiting: (() => void)[] = [];
  port1.onmessage = () => {
    const due = waiting;
    waiting = [];
    for (const resolve of due) resolve();
  };
  return {
    next: () =>
      new Promise((resolve) => {
        if (document.hidden) return void setTimeout(resolve);
        waiting.push(resolve);
        if (waiting.length === 1) port2.postMessage(undefined);
      }),
    close: () => port1.close(),
  };
}
