/* The physical limits, as wasm: what reading, and copying, the same bytes costs. */

export function read(address: usize, bytes: usize): i64 {
  let a = i64x2.splat(0);
  let b = i64x2.splat(0);
  let c = i64x2.splat(0);
  let d = i64x2.splat(0);
  const end = address + bytes;
  for (; address < end; address += 64) {
    a = i64x2.add(a, v128.load(address));
    b = i64x2.add(b, v128.load(address, 16));
    c = i64x2.add(c, v128.load(address, 32));
    d = i64x2.add(d, v128.load(address, 48));
  }
  a = i64x2.add(i64x2.add(a, b), i64x2.add(c, d));
  return i64x2.extract_lane(a, 0) ^ i64x2.extract_lane(a, 1);
}

/** The same with the kernels' way of reading ahead: a byte of each of the next 16 lines, every 1024 bytes. */
export function readAhead(address: usize, bytes: usize): i64 {
  let a = i64x2.splat(0);
  let b = i64x2.splat(0);
  let touched: u32 = 0;
  const end = address + bytes;
  while (address < end) {
    if (end - address >= 2048) {
      for (let line = address + 1024; line < address + 2048; line += 256) {
        touched |= load<u8>(line) | load<u8>(line, 64) | load<u8>(line, 128) | load<u8>(line, 192);
      }
    }
    const pauseAt = min<usize>(address + 1024, end);
    for (; address < pauseAt; address += 64) {
      a = i64x2.add(i64x2.add(a, v128.load(address)), v128.load(address, 32));
      b = i64x2.add(i64x2.add(b, v128.load(address, 16)), v128.load(address, 48));
    }
  }
  a = i64x2.add(a, b);
  return i64x2.extract_lane(a, 0) ^ i64x2.extract_lane(a, 1) ^ touched;
}

export function copy(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}

/** Writes a number as often as it fits. */
export function write(address: usize, bytes: usize): void {
  const pair = i64x2.splat(7);
  const end = address + bytes;
  for (; address < end; address += 64) {
    v128.store(address, pair);
    v128.store(address, pair, 16);
    v128.store(address, pair, 32);
    v128.store(address, pair, 48);
  }
}
