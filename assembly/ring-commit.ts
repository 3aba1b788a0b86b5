import { writeCheckpoint } from "./checkpoint";
import { FLUSH } from "./layout";
import {
  BAD_CHECKPOINT,
  CHECKPOINT_BYTES,
  CHECKPOINTS,
  CLOSED,
  CLOSING,
  CONS_SEQ,
  CONSUMER_BEAT,
  HEAD,
  HEAD_LAP,
  OPEN,
  PROD_SEQ,
  PRODUCER_BEAT,
  STATE,
  TAIL,
  TAIL_LAP,
} from "./ring-layout";
import { heldRun, input, output } from "./ring-state";
import { poison } from "./ring-stop";
import { kick, wake } from "./ring-wake";
import { replaceWord, storeWord } from "./words";

/** Makes a round's work visible, in an order in which a death at any step neither loses nor repeats a segment. */
export function commit(taken: u32, made: u32): void {
  const again = min<u32>(made, output.drop);
  output.drop -= again;
  made -= again;
  const nextHead = input.head + taken;
  const nextTail = output.tail + made;
  const flags = <u32>(heldRun.kind >> 32) | (heldRun.flushing ? <u32>(FLUSH >> 32) : 0);
  writeCheckpoint(
    input.at + CHECKPOINTS + <usize>heldRun.nextCopy * CHECKPOINT_BYTES,
    nextHead,
    nextTail - output.drop,
    heldRun.count ? heldRun.first : 1,
    heldRun.count ? heldRun.last : 0,
    flags,
  );
  heldRun.nextCopy ^= 1;
  if (nextTail < output.tail) store<u32>(output.at, load<u32>(output.at, TAIL_LAP) + 1, TAIL_LAP);
  if (nextHead < input.head) store<u32>(input.at, load<u32>(input.at, HEAD_LAP) + 1, HEAD_LAP);
  output.tail = nextTail;
  input.head = nextHead;
  beat();
  if (made != 0) {
    storeWord(output.at + TAIL, output.tail);
    wake(output.at + CONS_SEQ);
  }
  if (taken != 0) {
    storeWord(input.at + HEAD, input.head);
    wake(input.at + PROD_SEQ);
  }
}

/** Everything is taken and emitted. */
export function finish(): u32 {
  // Fewer segments than the kernel before published: it had other limits.
  if (output.drop != 0) return poison(input.at, BAD_CHECKPOINT, input.head);
  replaceWord(output.at + STATE, OPEN, CLOSING);
  kick(output.at + CONS_SEQ);
  replaceWord(input.at + STATE, CLOSING, CLOSED);
  kick(input.at + PROD_SEQ);
  return CLOSED;
}

/** Heartbeats of the two roles. */
export function beat(): void {
  store<u32>(input.at, load<u32>(input.at, CONSUMER_BEAT) + 1, CONSUMER_BEAT);
  store<u32>(output.at, load<u32>(output.at, PRODUCER_BEAT) + 1, PRODUCER_BEAT);
}
