import {
  ABORTED,
  BAD_STATE,
  BY_KERNEL,
  CONS_SEQ,
  ERROR_BY,
  ERROR_CODE,
  ERROR_INDEX,
  OPEN,
  PEER_STOPPED,
  POISONED,
  PROD_SEQ,
  STATE,
} from "./ring-layout";
import { input, output } from "./ring-state";
import { kick } from "./ring-wake";
import { loadWord, replaceWord } from "./words";

/** One ring is aborted or poisoned: the other is aborted, which frees whoever waits there. */
export function stop(inputState: u32, outputState: u32): u32 {
  if (inputState >= ABORTED) raise(output.at, ABORTED, PEER_STOPPED, input.head);
  if (outputState >= ABORTED) raise(input.at, ABORTED, PEER_STOPPED, output.tail);
  return min<u32>(max<u32>(inputState, outputState), POISONED);
}

export function poison(ring: usize, code: u32, index: u32): u32 {
  raise(ring, POISONED, code, index);
  raise(ring == input.at ? output.at : input.at, ABORTED, PEER_STOPPED, index);
  return POISONED;
}

/** A state, as it was loaded. One that cannot be is POISONED, and is made so for everybody. */
export function checkedState(ring: usize, state: u32): u32 {
  if (isState(state)) return state;
  raise(ring, POISONED, BAD_STATE, state);
  return POISONED;
}

function isState(word: u32): bool {
  return word - OPEN <= POISONED - OPEN;
}

/** Raises a ring's state, never lowers it; the first to give a reason is the one reported. */
function raise(ring: usize, state: u32, code: u32, index: u32): void {
  if (replaceWord(ring + ERROR_CODE, 0, code) == 0) {
    store<u32>(ring, index, ERROR_INDEX);
    store<u32>(ring, BY_KERNEL, ERROR_BY);
  }
  // Tried again only where somebody else raised it meanwhile, which can happen once a state.
  for (let tries: u32 = 0; tries <= POISONED; ++tries) {
    const now = loadWord(ring + STATE);
    if ((isState(now) && now >= state) || replaceWord(ring + STATE, now, state) == now) break;
  }
  kick(ring + CONS_SEQ);
  kick(ring + PROD_SEQ);
}

/** Not stopped, by anybody or by a state that cannot be. */
export function isMoving(state: u32): bool {
  return state - OPEN < ABORTED - OPEN;
}
