import {
  CONS_SEQ,
  GENERATION,
  OPEN,
  PRODUCER_BEAT,
  PUBLISHED,
  REFUSED,
  STATE,
  TAIL,
  TAIL_LAP,
  WAITED_FOR,
} from "./ring-layout";
import { loadWord, storeWord } from "./words";

/**
 * Makes the records from index `published` up to `tail` visible, for a producer in JavaScript: a call into wasm costs less
 * than the calls of `Atomics` that the call replaces. Returns PUBLISHED; WAITED_FOR where the consumer is to be woken too;
 * or REFUSED where the ring is stopped, closed or made anew, and nothing was done.
 */
export function publish(ring: usize, published: u32, tail: u32, generation: u32): u32 {
  if (load<u32>(ring, STATE) != OPEN || load<u32>(ring, GENERATION) != generation) return REFUSED;
  if (tail < published) store<u32>(ring, load<u32>(ring, TAIL_LAP) + 1, TAIL_LAP);
  store<u32>(ring, load<u32>(ring, PRODUCER_BEAT) + 1, PRODUCER_BEAT);
  storeWord(ring + TAIL, tail);
  // After the store: a consumer that sets the flag now looks at the tail once more before it sleeps.
  return loadWord(ring + CONS_SEQ + 4) == 0 ? PUBLISHED : WAITED_FOR;
}
