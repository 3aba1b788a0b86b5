/** What a race is made of. */
import type { Form, RaceInput } from "./input.js";

/** `wasm` is judged by the best of all others but `floor`, which shows what memory itself costs. */
export type Kind = "wasm" | "js" | "loop" | "objects" | "peer" | "floor";

/** A contestant with an input in its own form. */
export interface Prepared {
  /** One call. */
  readonly run: () => unknown;
  /** What the last call gave, as packed records by address. */
  readonly answer: () => Uint8Array;
  /** Gives memory back. */
  readonly close?: () => void;
}

export interface Contestant {
  readonly name: string;
  readonly kind: Kind;
  /** What one call does. */
  readonly how: string;
  /** The most inputs that it is run with, where there is a bound. */
  readonly most?: number;
  readonly prepare: (input: RaceInput) => Prepared;
  /** The right answer, where it is not that of the workload. */
  readonly expected?: (input: RaceInput) => Uint8Array;
}

export interface Workload {
  readonly id: string;
  readonly title: string;
  /** What goes in, and what comes out. */
  readonly how: string;
  readonly each: "record" | "range" | "object" | "frame";
  readonly form: Form;
  /** The right answer, by plain BigInts. */
  readonly oracle: (input: RaceInput) => Uint8Array;
  readonly contestants: readonly Contestant[];
}
