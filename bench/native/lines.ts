/*
 * What the two cores take to hand lines of memory to each other, as wasm: an empty ping-pong, and a ring that has nothing but
 * its two indices. The records of a ring cannot cross faster.
 */

/** The taker's index lies so far behind the giver's, in a line of its own. */
const HEAD: usize = 128;
/** Multiplications between two looks, and the pauses before few records are taken: those of the kernel of a ring. */
const PAUSE: u32 = 240;
const LINGER_PAUSES: u32 = 4;
const FEW: u32 = 256;
/** Records taken at a time, as the kernel does. */
const CHUNK: u32 = 512;

/** Keeps what is read, and the pauses, from being optimised away. */
let kept: u32 = 0;

function pause(): void {
  let passed = kept;
  for (let count: u32 = 0; count < PAUSE; ++count) passed = passed * 0x01000193 + 1;
  kept = passed;
}

/** Says a number and waits for the echo, so many times. */
export function ping(at: usize, count: u32): void {
  for (let said: u32 = 1; said <= count; ++said) {
    atomic.store<u32>(at, said);
    while (atomic.load<u32>(at + HEAD) != said) {}
  }
}

export function pong(at: usize, count: u32): void {
  for (let said: u32 = 1; said <= count; ++said) {
    while (atomic.load<u32>(at) != said) {}
    atomic.store<u32>(at + HEAD, said);
  }
}

/** Writes so many records, a batch at a time, and waits for half a ring of room where there is none. */
export function give(at: usize, slots: usize, capacity: u32, records: u32, batch: u32): void {
  let tail = atomic.load<u32>(at);
  let head = atomic.load<u32>(at + HEAD);
  for (let left = records; left != 0; left -= batch) {
    if (capacity - (tail - head) < batch) {
      for (;;) {
        head = atomic.load<u32>(at + HEAD);
        if (tail - head <= capacity / 2) break;
        pause();
      }
    }
    const value = i32x4.splat(tail);
    let record = slots + ((<usize>(tail & (capacity - 1))) << 4);
    for (const end = record + ((<usize>batch) << 4); record < end; record += 64) {
      v128.store(record, value);
      v128.store(record, value, 16);
      v128.store(record, value, 32);
      v128.store(record, value, 48);
    }
    tail += batch;
    atomic.store<u32>(at, tail);
  }
}

/** Reads them. */
export function take(at: usize, slots: usize, capacity: u32, records: u32): void {
  let head = atomic.load<u32>(at + HEAD);
  let sum = i32x4.splat(0);
  for (let left = records; left != 0; ) {
    let ready = atomic.load<u32>(at) - head;
    if (ready < FEW && ready < left) {
      for (let count: u32 = 0; count < (ready == 0 ? 1 : LINGER_PAUSES); ++count) pause();
      ready = atomic.load<u32>(at) - head;
    }
    ready = min<u32>(ready, CHUNK);
    for (let index: u32 = 0; index < ready; index += 4) {
      const record = slots + ((<usize>((head + index) & (capacity - 1))) << 4);
      const first = v128.xor(v128.load(record), v128.load(record, 16));
      sum = v128.xor(sum, v128.xor(first, v128.xor(v128.load(record, 32), v128.load(record, 48))));
    }
    head += ready;
    left -= ready;
    atomic.store<u32>(at + HEAD, head);
  }
  kept ^= i32x4.extract_lane(sum, 0);
}
