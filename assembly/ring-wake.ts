import { MESSAGE } from "./ring-layout";
import { advance, exchangeWord, loadWord } from "./words";

/** MESSAGE: a waiter was woken that needs more than a notify. */
export let kicked: u32 = 0;

export function clearKicked(): void {
  kicked = 0;
}

/** Wakes the peer if it sleeps. Whoever takes the flag wakes, so that a sleeper costs one notify. */
export function wake(sequence: usize): void {
  if (loadWord(sequence + 4) != 0) kick(sequence);
}

export function kick(sequence: usize): void {
  const waiting = exchangeWord(sequence + 4, 0);
  advance(sequence);
  // Without threads whoever waits does so in JavaScript.
  if (waiting == 2 || (!ASC_FEATURE_THREADS && waiting != 0)) kicked = MESSAGE;
}
