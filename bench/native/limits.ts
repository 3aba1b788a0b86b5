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

export function copy(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}
