/** The examples in docstrings: each public function and class has one, and each prints what its comments state. */
import { join } from "node:path";
import { format } from "node:util";
import { transformSync } from "esbuild";
import ts from "typescript";
import { describe, expect, it, vi } from "vitest";
import { REPOSITORY } from "../support/bundle.js";
import { type Block, statedOutput } from "../support/documents.js";
import { OPTIONS, publicNames, readEntries } from "../support/examples.js";
import { portWorker } from "../support/pool-ports.js";

const LINES = 5;

const entries = readEntries();
const paths = [...entries.values()].map((path) => join(REPOSITORY, path));
const host = ts.createCompilerHost(OPTIONS);
const program = ts.createProgram(paths, OPTIONS, host);
const names = publicNames(program, entries);
const exported = exportedNames();
/** A class that two entries export has its examples once. */
const examples = [...new Map(names.flatMap((name) => name.examples.map((block) => [block.place, block]))).values()];

describe("every public function and class has an example", () => {
  it("there are names of every entry, and examples", () => {
    expect([...new Set(names.map(({ entry }) => entry))].sort()).toEqual([...entries.keys()].sort());
    expect(examples).not.toEqual([]);
  });

  it("functions and classes without one", () => {
    expect(names.filter((name) => name.examples.length === 0).map(({ name, place }) => `${name} (${place})`)).toEqual(
      [],
    );
  });

  it("methods that no example of their class calls", () => {
    const uncalled = names.flatMap(({ name, methods, examples: blocks }) => {
      const code = blocks.map((block) => block.code).join("\n");
      return methods.filter((method) => !new RegExp(`\\.${method}\\(`).test(code)).map((method) => `${name}.${method}`);
    });
    expect([...new Set(uncalled)]).toEqual([]);
  });

  it("examples that are long, or print nothing", () => {
    const isCode = (line: string) => !/^\s*(\/\/.*|import .*)?$/.test(line);
    const odd = examples.filter(
      ({ code }) => code.split("\n").filter(isCode).length > LINES || statedOutput(code).length === 0,
    );
    expect(odd.map(({ place }) => place)).toEqual([]);
  });
});

describe("every example does what it states", () => {
  it("has no fault of type", { timeout: 600_000 }, () => {
    // Files that are not on the disk.
    const texts = new Map(examples.map((block, index) => [exampleFile(index), exampleModule(block)]));
    const { fileExists, getSourceFile } = host;
    host.fileExists = (path) => texts.has(path) || fileExists(path);
    host.getSourceFile = (path, ...rest) => {
      const text = texts.get(path);
      if (text === undefined) return program.getSourceFile(path) ?? getSourceFile(path, ...rest);
      return ts.createSourceFile(path, text, rest[0]);
    };
    const all = ts.createProgram([...texts.keys()], OPTIONS, host);
    const faults = [...texts.keys()].flatMap((path, index) => {
      const file = all.getSourceFile(path);
      return [...all.getSyntacticDiagnostics(file), ...all.getSemanticDiagnostics(file)].map(
        ({ messageText }) => `${examples[index]?.place}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      );
    });
    expect(faults).toEqual([]);
  });

  it.each(examples.map((block) => [block.place, block] as const))("%s", async (place, block) => {
    // What reads /proc needs Linux, and some of it a privilege.
    const readsMachine =
      /\b(read[A-Z]\w*|pinBuffer|systemPageBytes)\(/.test(block.code) && place.startsWith("src/node/");
    if (readsMachine && process.platform !== "linux") return;
    // A pool makes workers of a file that is there once the package is built.
    vi.stubGlobal("Worker", function worker() {
      return portWorker();
    });
    try {
      const printed = await run(block);
      const stated = statedOutput(block.code).flatMap((line) => line.split(" // "));
      if (words(printed) !== words(stated)) expect(printed).toEqual(stated);
    } catch (error) {
      if (!(readsMachine && (error as { code?: unknown }).code === "NO_PRIVILEGE")) throw error;
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

/** Where an example would be in the sources, so that its imports lead to them. */
function exampleFile(index: number): string {
  return join(REPOSITORY, "src", `example-${index}.ts`);
}

/** Every name that an entry exports, and the entry; of two entries the first. */
function exportedNames(): Map<string, string> {
  const checker = program.getTypeChecker();
  const found = new Map<string, string>();
  for (const [entry, path] of entries) {
    const file = program.getSourceFile(join(REPOSITORY, path)) as ts.SourceFile;
    const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(file) as ts.Symbol);
    for (const { name } of symbols) if (!found.has(name)) found.set(name, entry);
  }
  return found;
}

/** An example in two parts: the names that it has, with where they come from, and the rest. Its own imports come first. */
function partsOf({ code }: Block): { names: Map<string, string>; body: string } {
  const used = new Map(exported);
  const body = code.replaceAll(/^import \{ (.*) \} from "(.*)";$/gm, (_, list: string, from: string) => {
    for (const name of list.split(", ")) used.set(name, from);
    return "";
  });
  return { names: used, body };
}

/** The example as a module beside the sources. In a function, a name that it declares hides one of the package. */
function exampleModule(block: Block): string {
  const { names: used, body } = partsOf(block);
  const imports = [...used].map(([name, from]) => `import { ${name} } from "${sourceOf(from)}";`);
  return `${imports.join(" ")} export async function example() {${body}}`;
}

/** A module beside the sources: `./table/index.js`. */
function sourceOf(from: string): string {
  const path = entries.get(from);
  return path === undefined ? from : `./${path.replace(/^src\//, "").replace(/\.ts$/, ".js")}`;
}

/** Runs an example in this thread; the lines that it prints. */
async function run(block: Block): Promise<string[]> {
  const printed: string[] = [];
  const values: Record<string, unknown> = {
    console: { log: (...values: unknown[]) => void printed.push(...format(...values).split("\n")) },
  };
  const { names: used, body } = partsOf(block);
  for (const [name, from] of used) values[name] = (await load(from))[name];
  // Types are taken away, and nothing else.
  const { code: javascript } = transformSync(`async () => {${body}}`, { loader: "ts", target: "node20" });
  const call = new Function(...Object.keys(values), `return (${javascript.trim().replace(/;$/, "")})();`);
  await call(...Object.values(values));
  return printed;
}

async function load(from: string): Promise<Record<string, unknown>> {
  const path = entries.get(from);
  return path === undefined ? import(from) : import(join(REPOSITORY, path));
}

/** Values may be printed over more lines than the comment that states them. */
function words(lines: readonly string[]): string {
  return lines
    .join("\n")
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}
