/** What the turns of a comparison say together. */
import { median } from "../site/rooms/race/statistics.js";

/** Median seconds an operation, by name. */
export type Medians = ReadonlyMap<string, number>;

/**
 * The median of each contestant over all turns, after the speed of the machine in each turn is taken out. A machine that
 * others share is slower in some turns, up to twice, and then slower for all contestants: so a contestant's time is
 * divided by the geometric mean of all times of its turn, and the median of that is multiplied by the median mean.
 *
 * @param turns The median of each contestant in each turn; the same contestants in all.
 */
export function steadied(turns: readonly Medians[]): Medians {
  const means = turns.map((times) => Math.exp(sum([...times.values()].map(Math.log)) / times.size));
  const speed = median(means);
  const names = [...(turns[0]?.keys() ?? [])];
  return new Map(
    names.map((name) => {
      const shares = turns.map((times, turn) => (times.get(name) as number) / (means[turn] as number));
      return [name, median(shares) * speed];
    }),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
