/** What is set in the room, and the address's fragment that holds all of it, so that a link gives it again. */

import { sizeOf, sizeText } from "./sizes.js";
import {
  FILE_FORMATS,
  type FileFormat,
  formatOfText,
  GENERATOR,
  GENERATOR_LIMITS,
  type Generator,
  type Source,
} from "./sources.js";

export const MODES = {
  coalesce: "coalesce: join what is contiguous, in order",
  union: "union: sort, join what overlaps or is near",
  plan: "plan: few requests for many reads",
  requests: "requests: what a device takes at once",
} as const;
export type Mode = keyof typeof MODES;

export const DEVICES = {
  linuxDefault: "Linux block device, default limits",
  nvmePrp: "NVMe with PRP lists",
  ahci: "AHCI (SATA)",
  virtioBlk: "virtio-blk",
  rdma: "RDMA page lists",
} as const;
export type Device = keyof typeof DEVICES;

export const LISTS = {
  prp: "NVMe PRP list",
  sgl: "NVMe SGL",
  virtio: "virtio split ring",
} as const;
export type List = keyof typeof LISTS;

/** Addresses to look at. */
export interface Window {
  /** The first byte. */
  readonly addr: bigint;
  /** Bytes, 1 to 2^64 - addr. */
  readonly length: bigint;
}

export interface Settings {
  readonly source: Source;
  readonly mode: Mode;
  /** 1 to 2^32. */
  readonly maxSegmentBytes: bigint;
  /** 0 (none) or a power of two. */
  readonly boundaryBytes: bigint;
  /** A power of two. */
  readonly alignmentBytes: bigint;
  /** Of union and plan: the largest gap that is taken along. */
  readonly gapBytes: bigint;
  /** Of plan: bytes in the longest request. */
  readonly capBytes: bigint;
  readonly device: Device;
  readonly list: List;
  /** What is looked at; undefined: all that there is. */
  readonly window: Window | undefined;
}

export const EXAMPLE = `addr,length
0x1000,4096
0x2000,4096
0x3000,8192
0x9000,4096
0xa000,2048
`;

export const DEFAULTS: Settings = {
  source: { kind: "text", text: EXAMPLE },
  mode: "coalesce",
  maxSegmentBytes: 2n ** 32n,
  boundaryBytes: 0n,
  alignmentBytes: 1n,
  gapBytes: 0n,
  capBytes: 8n * 2n ** 20n,
  device: "nvmePrp",
  list: "prp",
  window: undefined,
};

/** Texts up to this many characters stand in the fragment: browsers take longer ones, mail and chat programs do not. */
export const MAX_LINK_TEXT = 16384;

const SIZES = {
  max: "maxSegmentBytes",
  boundary: "boundaryBytes",
  align: "alignmentBytes",
  gap: "gapBytes",
  cap: "capBytes",
} as const;

/** The fragment, without `#`. What stands at its default is left out, so the page without a fragment has none. */
export function toFragment(settings: Settings): string {
  const fields = new URLSearchParams();
  if (settings.mode !== DEFAULTS.mode) fields.set("mode", settings.mode);
  for (const [key, name] of Object.entries(SIZES)) {
    if (settings[name] !== DEFAULTS[name]) fields.set(key, sizeText(settings[name]));
  }
  if (settings.device !== DEFAULTS.device) fields.set("device", settings.device);
  if (settings.list !== DEFAULTS.list) fields.set("list", settings.list);
  putSource(fields, settings.source);
  const { window } = settings;
  if (window !== undefined) fields.set("at", `0x${window.addr.toString(16)}+${window.length}`);
  return fields.toString();
}

function putSource(fields: URLSearchParams, source: Source): void {
  switch (source.kind) {
    case "text":
      if (source.text.length > MAX_LINK_TEXT) {
        // Who opens the link is told that the bytes are missing, and which.
        fields.set("file", `(${source.text.length} characters of text)`);
        fields.set("format", formatOfText(source.text));
      } else if (source.text !== EXAMPLE) fields.set("text", source.text);
      return;
    case "sample":
      fields.set("sample", source.name);
      return;
    case "file":
      fields.set("file", source.name);
      fields.set("format", source.format);
      return;
    case "generator":
      fields.set(
        "generator",
        Object.keys(GENERATOR)
          .map((key) => source.generator[key as keyof Generator])
          .join(","),
      );
  }
}

/**
 * Reads a fragment.
 *
 * @param fragment Without `#`.
 * @param samples The names of samples there are.
 * @throws {RangeError} A field is not known, or its value is not; the message names both.
 */
export function fromFragment(fragment: string, samples: readonly string[]): Settings {
  const fields = new URLSearchParams(fragment);
  const known = new Set([
    ...Object.keys(SIZES),
    "mode",
    "device",
    "list",
    "at",
    "text",
    "sample",
    "file",
    "format",
    "generator",
  ]);
  for (const key of fields.keys()) {
    if (!known.has(key)) throw new RangeError(`the link has the field "${key}": expected ${[...known].join(", ")}`);
  }
  const sizes = Object.entries(SIZES).map(([key, name]) => [name, sizeField(fields, key) ?? DEFAULTS[name]] as const);
  return {
    ...DEFAULTS,
    ...Object.fromEntries(sizes),
    mode: (choice(fields, "mode", Object.keys(MODES)) as Mode | undefined) ?? DEFAULTS.mode,
    device: (choice(fields, "device", Object.keys(DEVICES)) as Device | undefined) ?? DEFAULTS.device,
    list: (choice(fields, "list", Object.keys(LISTS)) as List | undefined) ?? DEFAULTS.list,
    source: sourceOf(fields, samples),
    window: windowOf(fields),
  };
}

function sizeField(fields: URLSearchParams, key: string): bigint | undefined {
  const text = fields.get(key);
  return text === null ? undefined : sizeOf(`the link's "${key}"`, text);
}

function choice(fields: URLSearchParams, key: string, values: readonly string[]): string | undefined {
  const value = fields.get(key);
  if (value === null) return undefined;
  if (!values.includes(value)) {
    throw new RangeError(`the link's "${key}" expected ${values.join(", ")}, got "${value}"`);
  }
  return value;
}

function sourceOf(fields: URLSearchParams, samples: readonly string[]): Source {
  const name = choice(fields, "sample", samples);
  if (name !== undefined) return { kind: "sample", name };
  const generator = fields.get("generator");
  if (generator !== null) return { kind: "generator", generator: generatorOf(generator.split(",").map(Number)) };
  const file = fields.get("file");
  if (file !== null) {
    const format = choice(fields, "format", Object.keys(FILE_FORMATS));
    return { kind: "file", name: file, format: (format ?? "records") as FileFormat, blob: undefined };
  }
  const text = fields.get("text");
  return text === null ? DEFAULTS.source : { kind: "text", text };
}

/** @throws {RangeError} A number is missing, no integer, or out of its range. */
export function generatorOf(values: readonly number[]): Generator {
  const entries = Object.entries(GENERATOR_LIMITS).map(([key, largest], index) => {
    const value = values[index] as number;
    const least = key === "count" || key === "length" ? 1 : 0;
    if (!Number.isInteger(value) || value < least || value > largest) {
      throw new RangeError(`the generator's "${key}" expected an integer from ${least} to ${largest}, got ${value}`);
    }
    return [key, value];
  });
  return Object.fromEntries(entries) as unknown as Generator;
}

function windowOf(fields: URLSearchParams): Window | undefined {
  const text = fields.get("at");
  if (text === null) return undefined;
  const [, addr, length] = /^(0x[0-9a-f]{1,16})\+(\d{1,20})$/.exec(text) ?? [];
  if (addr !== undefined && length !== undefined) {
    const window = { addr: BigInt(addr), length: BigInt(length) };
    if (window.length > 0n && window.addr + window.length <= 2n ** 64n) return window;
  }
  throw new RangeError(`the link's "at" expected 0xADDRESS+BYTES inside 2^64, got "${text}"`);
}
