/*
 * Who waits in this thread without the help of `Atomics`: on memory that is not shared, and where `Atomics.waitAsync`
 * is missing. Handles of one memory need not know each other, so the sleepers are kept by memory and word.
 */
const sleepers = new WeakMap<object, Map<number, Set<() => void>>>();

/** Calls `wake` at the next `wakeSleepers` of this word, once. Returns what takes it back. */
export function addSleeper(memory: object, word: number, wake: () => void): () => void {
  let words = sleepers.get(memory);
  if (words === undefined) {
    words = new Map();
    sleepers.set(memory, words);
  }
  let waiting = words.get(word);
  if (waiting === undefined) {
    waiting = new Set();
    words.set(word, waiting);
  }
  const set = waiting;
  set.add(wake);
  return () => set.delete(wake);
}

export function wakeSleepers(memory: object, word: number): void {
  const waiting = sleepers.get(memory)?.get(word);
  if (waiting === undefined || waiting.size === 0) return;
  const all = [...waiting];
  waiting.clear();
  for (const wake of all) wake();
}
