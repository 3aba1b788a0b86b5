import {
  DIFFER_ADDR,
  DIFFER_WORD,
  FALLING,
  LEAST,
  LOOKED,
  LOOKED_ADDR,
  LOOKED_WORD,
  MOST,
  SOME_WORD,
  TOUCHING,
} from "./buckets-layout";
import { LENGTH, RECORD_BYTES, RECORD_SHIFT } from "./layout";

/** Looks at more records. */
export function look(block: usize, input: usize, count: u32): void {
  if (count == 0) return;
  const looked = load<u32>(block, LOOKED);
  if (looked == 0) {
    const first = load<u64>(input);
    store<u64>(block, first, LEAST);
    store<u64>(block, first, MOST);
    store<u64>(block, first, LOOKED_ADDR);
    store<u64>(block, load<u64>(input, 8), LOOKED_WORD);
  }
  store<u32>(block, looked + count, LOOKED);
  let addr = load<u64>(block, LOOKED_ADDR);
  let word = load<u64>(block, LOOKED_WORD);
  let least = load<u64>(block, LEAST);
  let most = load<u64>(block, MOST);
  let differAddr = load<u64>(block, DIFFER_ADDR);
  let differWord = load<u64>(block, DIFFER_WORD);
  let someWord = load<u64>(block, SOME_WORD);
  let falling: u32 = 0;
  let touching: u32 = 0;
  const end = input + ((<usize>count) << RECORD_SHIFT);
  for (let record = input; record < end; record += RECORD_BYTES) {
    const nextAddr = load<u64>(record);
    const nextWord = load<u64>(record, 8);
    falling += u32(nextAddr < addr);
    touching += u32(addr + (word & LENGTH) == nextAddr);
    differAddr |= nextAddr ^ addr;
    differWord |= nextWord ^ word;
    someWord |= nextWord;
    least = min<u64>(least, nextAddr);
    most = max<u64>(most, nextAddr);
    addr = nextAddr;
    word = nextWord;
  }
  store<u64>(block, addr, LOOKED_ADDR);
  store<u64>(block, word, LOOKED_WORD);
  store<u64>(block, least, LEAST);
  store<u64>(block, most, MOST);
  store<u64>(block, differAddr, DIFFER_ADDR);
  store<u64>(block, differWord, DIFFER_WORD);
  store<u64>(block, someWord, SOME_WORD);
  store<u32>(block, load<u32>(block, FALLING) + falling, FALLING);
  store<u32>(block, load<u32>(block, TOUCHING) + touching, TOUCHING);
}
