/** What the room and its worker say to each other. The worker holds ranges and segments; the room holds what is seen. */
import type { Settings, Window } from "./settings.js";

/** What the result of a mapping is, in numbers. */
export interface Result {
  /** Which mapping: what is asked of its result names it. */
  readonly id: number;
  readonly ranges: number;
  readonly rangeBytes: bigint;
  readonly segments: number;
  readonly segmentBytes: bigint;
  /** 0 but for plan and requests. */
  readonly requests: number;
  /** Of plan: bytes wanted, each once. */
  readonly wantedBytes: bigint;
  /** The part of the address space that has anything. */
  readonly extent: Window;
  /** Milliseconds in the call of the package. */
  readonly milliseconds: number;
  /** Which engine mapped: `wasm` or `js`. */
  readonly engine: string;
}

/** A row of the table of segments. */
export interface SegmentRow {
  readonly addr: bigint;
  readonly length: number;
  readonly flags: number;
  /** The 16 bytes of the record. */
  readonly bytes: Uint8Array;
}

/** A row of the table of requests. */
export interface RequestRow {
  /** Where the request starts: on the device, or in the resource of a plan. */
  readonly offset: bigint;
  readonly bytes: bigint;
  /** Of a device's request: its segments. */
  readonly segments: number;
  /** Of a plan: numbers of the input ranges that lie in the request; the first 100. */
  readonly inputs: readonly number[];
  readonly inputCount: number;
  /** Of a plan: bytes that no input wants. */
  readonly overBytes: bigint;
}

/** A strip, to be painted. */
export interface StripPicture {
  readonly window: Window;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly columns: number;
  readonly bytes: readonly bigint[];
  readonly inputBytes: readonly bigint[];
  /** Joins and cuts in the window; undefined where there are too many to mark. */
  readonly joins: number | undefined;
  readonly cuts: number | undefined;
}

/** An overview, to be painted. */
export interface OverviewPicture {
  readonly side: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly addr: bigint;
  readonly byteLength: bigint;
  readonly cellsPerSide: number;
}

/** What is drawn of descriptors: the bytes of a list. */
export interface ListBytes {
  readonly bytes: Uint8Array;
  /** Fields that go into a command or a register. */
  readonly fields: readonly (readonly [string, string])[];
}

export type Theme = "light" | "dark";
export type ExportKind = "records" | "csv" | "ndjson" | "svg" | "requests" | "descriptors";

/** The calls of the worker. Each gives one answer, or fails with an error to be shown. */
export interface Calls {
  /** Loads and maps. A mapping that comes before the end of another ends that one. */
  map(settings: Settings): Result;
  strip(window: Window, width: number, height: number, theme: Theme): StripPicture;
  overview(side: number, theme: Theme): OverviewPicture;
  segments(from: number, count: number): readonly SegmentRow[];
  requests(from: number, count: number): readonly RequestRow[];
  /** The segment that has an address, or the first after it; -1 where there is none. */
  find(addr: bigint): number;
  list(request: number, settings: Settings): ListBytes;
  save(kind: ExportKind, settings: Settings, request: number, theme: Theme): Blob;
}

export type CallName = keyof Calls;

export interface Question {
  readonly id: number;
  readonly call: CallName;
  /** Of which result; a mapping is of none. */
  readonly result: number;
  readonly values: readonly unknown[];
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: { readonly message: string; readonly code: string } }
  | { readonly progress: number; readonly what: string };
