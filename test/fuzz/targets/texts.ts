/** The readers of texts: what they take is what an independent reading of the text says, and the rest is refused with its place. */
import { UsageError } from "../../../src/cli/errors.js";
import { parseSize } from "../../../src/cli/sizes.js";
import { SegringError } from "../../../src/core/errors.js";
import { exactSize } from "../../../src/core/sizes.js";
import { parseFilefrag, parseIomem, parseMaps } from "../../../src/node/index.js";
import { parseU64 } from "../../../src/text/range.js";
import { checkSame, fault, outcomeOf, Source } from "../source.js";
import { chunked, type ReaderName, readAll } from "./read.js";

const isBadText = (error: unknown) =>
  error instanceof SegringError && (error.code === "BAD_TEXT" || error.code === "NO_PRIVILEGE");
const SPACE = 1n << 64n;

export async function csv(data: Uint8Array): Promise<void> {
  await readTwice("csv", data);
}

export async function ndjson(data: Uint8Array): Promise<void> {
  await readTwice("ndjson", data, checkJsonLines);
}

export async function json(data: Uint8Array): Promise<void> {
  await readTwice("json", data, (text, ranges) => {
    if (text.trim() !== "") checkObjects(JSON.parse(text), ranges);
  });
}

/** The first byte says how the text is cut: where it is, may not matter. */
async function readTwice(
  name: ReaderName,
  data: Uint8Array,
  check: (text: string, ranges: readonly unknown[]) => void = () => {},
): Promise<void> {
  const source = new Source(data);
  const cut = source.u8();
  const skipEmpty = (cut & 1) === 1;
  const bytes = source.take();
  const whole = await readAll(name, [bytes], { skipEmpty });
  const pieces = await readAll(name, chunked(bytes, cut), { skipEmpty });
  checkSame(`${name} in pieces`, withoutQuote(pieces), withoutQuote(whole));
  if ("refused" in whole) return;
  for (const range of whole.ranges) checkRange(range);
  if (!skipEmpty) check(new TextDecoder().decode(bytes), whole.ranges);
}

/** How much of the text a message shows depends on the pieces. */
function withoutQuote<T extends object>(result: T | { refused: string }): T | { refused: string } {
  return "refused" in result ? { refused: result.refused.replace(/, got .*/s, "") } : result;
}

function checkJsonLines(text: string, ranges: readonly unknown[]): void {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  checkObjects(
    lines.map((line) => JSON.parse(line)),
    ranges,
  );
}

/** What JSON.parse reads is what the reader gives. */
function checkObjects(objects: readonly Record<string, string | number>[], ranges: readonly unknown[]): void {
  const wanted = objects.map(({ addr = "", length = "", flags = 0 }) =>
    [addr, length, flags].map((field) => BigInt(field)),
  );
  const found = (ranges as { addr: bigint; length: bigint; flags: number }[]).map(({ addr, length, flags }) =>
    [addr, length, flags].map((field) => BigInt(field)),
  );
  checkSame("JSON", found, wanted);
}

function checkRange({
  addr,
  length,
  flags = 0,
}: {
  addr: number | bigint;
  length: number | bigint;
  flags?: number | undefined;
}) {
  const isValid = BigInt(addr) >= 0n && BigInt(length) > 0n && BigInt(addr) + BigInt(length) <= SPACE;
  if (!isValid || (flags & 0xf9) !== 0) fault(`a range of ${length} bytes at ${addr} with flags ${flags}`);
}

/** A number of a field, against the language's own way. */
export function number(data: Uint8Array): void {
  const text = Buffer.from(data).toString("latin1");
  const isNumber = /^(?:[0-9]+|0x[0-9a-f]+)$/i.test(text) && BigInt(text) < SPACE;
  const value = parseU64(text);
  checkSame("parseU64", value === undefined ? undefined : BigInt(value), isNumber ? BigInt(text) : undefined);
}

export function maps(data: Uint8Array): void {
  const result = outcomeOf(() => parseMaps(Buffer.from(data).toString("utf8")), isBadText);
  if ("refused" in result) return;
  for (const mapping of result.value) {
    const { addr, length, permissions, offset, device, inode, path } = mapping;
    if (addr < 0n || length < 1n || addr + length > SPACE) fault(`${length} bytes at ${addr}`);
    const hex = (value: bigint) => value.toString(16).padStart(8, "0");
    const line = `${hex(addr)}-${hex(addr + length)} ${permissions} ${hex(offset)} ${device} ${inode} ${path}`;
    checkSame("a mapping printed and read", parseMaps(path === "" ? line.trimEnd() : line), [mapping]);
  }
}

export function iomem(data: Uint8Array): void {
  const result = outcomeOf(() => parseIomem(Buffer.from(data).toString("utf8")), isBadText);
  if ("refused" in result) return;
  let next = 0n;
  for (const { addr, length, flags, name, path, kind } of result.value) {
    if (addr < next || length < 1n || addr + length > SPACE) fault(`${length} bytes at ${addr}, after ${next}`);
    if ((kind === "bus" ? 4 : 0) !== flags || path.at(-1) !== name) fault(`${kind}, flags ${flags}, ${path}: ${name}`);
    next = addr + length;
  }
}

export function filefrag(data: Uint8Array): void {
  const source = new Source(data);
  const options = {
    unwritten: source.pick(["refuse", "keep", "skip"] as const),
    unaddressed: source.pick(["refuse", "skip"] as const),
    radix: source.pick([10, 16] as const),
  };
  const text = Buffer.from(source.take()).toString("utf8");
  const result = outcomeOf(() => parseFilefrag(text, options), isBadText);
  if ("refused" in result) return;
  for (const { addr, length, flags, states } of result.value) {
    checkRange({ addr, length, flags });
    if (states.includes("unwritten") && options.unwritten !== "keep") fault("an extent without data");
    const isPlain = states.every((word) => ["last", "merged", "shared", "eof", "unwritten"].includes(word));
    if (!isPlain) fault(`an extent of ${states}`);
  }
}

export function sizes(data: Uint8Array): void {
  const text = Buffer.from(data).toString("utf8");
  const result = outcomeOf(
    () => parseSize("--size", text),
    (error) => error instanceof UsageError,
  );
  if ("refused" in result) return;
  if (result.value < 0n) fault(`${result.value} bytes`);
  checkSame("a size printed and read", parseSize("--size", exactSize(result.value)), result.value);
}
