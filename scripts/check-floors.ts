/** The floors of src/, from its imports: files import from their own folder and from floors below, and never in a circle. */
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** From the ground up; rooms of one floor do not import each other. A room is a folder of src/, or a file beside them. */
const FLOORS: readonly (readonly string[])[] = [
  ["core"],
  ["engine"],
  ["mapper", "table"],
  ["devices", "text"],
  ["api.ts", "descriptors", "draw", "node", "plan", "ring"],
  ["index.ts", "js.ts", "pool", "wasm.ts"],
  ["all.ts", "cli", "global.ts"],
];

/** What is wrong with the imports of these files of src/, a line each. */
export function floorFaults(files: readonly string[]): string[] {
  const imports = new Map(files.map((file) => [file, importsOf(file)]));
  const faults: string[] = [];
  for (const [file, targets] of imports) {
    const room = roomOf(file);
    const floor = floorOf(room);
    if (floor < 0) faults.push(`${file}: ${room} stands on no floor`);
    for (const target of targets) {
      const below = roomOf(target);
      if (below !== room && floorOf(below) >= floor) faults.push(`${file} imports ${target}, which is not below it`);
    }
  }
  return [...faults, ...circlesOf(imports)];
}

/** `src/core/errors.ts` is in `core`, `src/js.ts` in itself. */
function roomOf(file: string): string {
  return file.split("/")[1] as string;
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

/** Types too: a reader follows them as well. What the build generates imports nothing. */
function importsOf(file: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(/(?:\bfrom|\bimport\(|\bimport) ?"(\.[^"]+)\.js"/g);
  return [...found].map(([, path]) => `${normalize(join(dirname(file), path as string))}.ts`);
}

/** A circle is reported once, at the import that closes it. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) {
      faults.push(`a circle: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
      return;
    }
    if (done.has(file)) return;
    done.add(file);
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
  };
  for (const file of imports.keys()) visit(file, []);
  return faults;
}
