import { readdirSync, readFileSync } from "node:fs";

/** A package that a recipe works with. */
export interface Stated {
  readonly name: string;
  readonly oldest: string;
  readonly newest: string;
}

/** What the head comments of the recipes state: `Works with NAME OLDEST to NEWEST.` */
export function statedVersions(): Stated[] {
  const heads = readdirSync("samples/recipes").map((name) => readFileSync(`samples/recipes/${name}`, "utf8"));
  return heads.flatMap((head) => {
    const [, name, oldest, newest] = /Works with (\S+) (\d\S*) to (\d+\.\d+\.\d+)\./.exec(head) ?? [];
    return name && oldest && newest ? [{ name, oldest, newest }] : [];
  });
}
