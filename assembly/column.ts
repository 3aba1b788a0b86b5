/** The element type of a column, as TypeScript names it to the kernels. */
export enum Column {
  U64,
  F64,
  U32,
}

/** False where a number is not an integer from 0 to 2^53 - 1. */
export function isExact(column: usize, type: Column, index: u32): bool {
  if (type != Column.F64) return true;
  const value = load<f64>(column + ((<usize>index) << 3));
  return value >= 0 && value <= 9007199254740991 && floor(value) == value;
}

export function element(column: usize, type: Column, index: u32): u64 {
  if (type == Column.U64) return load<u64>(column + ((<usize>index) << 3));
  if (type == Column.U32) return load<u32>(column + ((<usize>index) << 2));
  return <u64>load<f64>(column + ((<usize>index) << 3));
}
