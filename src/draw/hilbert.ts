/*
 * The Hilbert curve over a square of 2^order cells a side: cells that are close on the curve are close in the square. The
 * curve starts in the upper left corner, passes the quarters upper left, upper right, lower right, lower left, and ends
 * in the lower left corner. The order does not turn the curve.
 *
 * In a quarter the curve is the whole curve in one of four positions: as it is (0), or with x and y exchanged (1), or
 * turned by 180 degrees (2), or both (3).
 */

/** The position of the curve in quarter 0 to 3, relative to the position of the whole. */
const TURNS = [1, 0, 0, 3];

/** Places of the cells of a curve, in order along the curve. */
interface Places {
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  /** The position of the curve in the cell. */
  readonly turn: Uint8Array;
}

/** The curve of this order in this position. */
function placesOf(order: number, turn: number): Places {
  const count = 4 ** order;
  const places = { x: new Uint16Array(count), y: new Uint16Array(count), turn: new Uint8Array(count) };
  for (let d = 0; d < count; d++) {
    let x = 0;
    let y = 0;
    let now = turn;
    for (let level = order - 1; level >= 0; level--) {
      const quarter = (d >>> (2 * level)) & 3;
      // As it is: 0, 1, 2, 3 are upper left, upper right, lower right, lower left.
      let right = quarter === 1 || quarter === 2 ? 1 : 0;
      let below = quarter >>> 1;
      if (now & 1) [right, below] = [below, right];
      if (now & 2) [right, below] = [1 - right, 1 - below];
      x = 2 * x + right;
      y = 2 * y + below;
      now ^= TURNS[quarter] as number;
    }
    places.x[d] = x;
    places.y[d] = y;
    places.turn[d] = now;
  }
  return places;
}

/**
 * Lays values of cells, in order along the curve, in rows of a square. Two curves of half the order are enough to find
 * all places, so that the tables stay in the first-level cache.
 */
export function layOnCurve(values: Uint8Array, order: number): Uint8Array {
  const square = new Uint8Array(values.length);
  const low = order >>> 1;
  const blocks = placesOf(order - low, 0);
  const inner = [0, 1, 2, 3].map((turn) => {
    const { x, y } = placesOf(low, turn);
    return Uint32Array.from(x, (column, d) => (y[d] as number) * 2 ** order + column);
  });
  const size = 4 ** low;
  for (let block = 0, d = 0; d < values.length; block++) {
    const places = inner[blocks.turn[block] as number] as Uint32Array;
    const corner = 2 ** low * ((blocks.y[block] as number) * 2 ** order + (blocks.x[block] as number));
    for (let i = 0; i < size; i++, d++) {
      const value = values[d] as number;
      // Most of an address space is empty.
      if (value !== 0) square[corner + (places[i] as number)] = value;
    }
  }
  return square;
}

/** The cell at a place, counted along the curve. */
export function cellOnCurve(x: number, y: number, order: number): number {
  let d = 0;
  let turn = 0;
  for (let level = order - 1; level >= 0; level--) {
    let right = (x >>> level) & 1;
    let below = (y >>> level) & 1;
    if (turn & 2) [right, below] = [1 - right, 1 - below];
    if (turn & 1) [right, below] = [below, right];
    const quarter = below === 0 ? right : 3 - right;
    d = 4 * d + quarter;
    turn ^= TURNS[quarter] as number;
  }
  return d;
}
