/*
 * The words that two threads share. Every access is sequentially consistent; without threads these are plain accesses,
 * and the binary holds no atomic instruction (some engines refuse those where shared memory is off).
 */

export function loadWord(address: usize): u32 {
  if (ASC_FEATURE_THREADS) return atomic.load<u32>(address);
  return load<u32>(address);
}

export function storeWord(address: usize, value: u32): void {
  if (ASC_FEATURE_THREADS) atomic.store<u32>(address, value);
  else store<u32>(address, value);
}

/** Stores `value` and returns what was there. */
export function exchangeWord(address: usize, value: u32): u32 {
  if (ASC_FEATURE_THREADS) return atomic.xchg<u32>(address, value);
  const before = load<u32>(address);
  store<u32>(address, value);
  return before;
}

/** Stores `value` where `expected` was; returns what was there. */
export function replaceWord(address: usize, expected: u32, value: u32): u32 {
  if (ASC_FEATURE_THREADS) return atomic.cmpxchg<u32>(address, expected, value);
  const before = load<u32>(address);
  if (before == expected) store<u32>(address, value);
  return before;
}

/** Adds 1 to a sequence word and wakes all who sleep on it: one alone may be a thread that was terminated. */
export function advance(address: usize): void {
  if (ASC_FEATURE_THREADS) {
    atomic.add<u32>(address, 1);
    atomic.notify(address, -1);
  } else {
    store<u32>(address, load<u32>(address) + 1);
  }
}

/** Sleeps until `advance`, unless the word is not `expected` any more. False: `nanoseconds` have passed. */
export function waitWord(address: usize, expected: u32, nanoseconds: i64): bool {
  if (ASC_FEATURE_THREADS) return atomic.wait<i32>(address, <i32>expected, nanoseconds) != 2;
  return true;
}
