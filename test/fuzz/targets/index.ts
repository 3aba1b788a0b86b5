/** What can be fuzzed: the exported functions of each file of this folder. Each takes any bytes, and throws where it finds a fault. */
import * as binary from "./binary.js";
import * as descriptors from "./descriptors.js";
import * as engines from "./engines.js";
import * as ring from "./ring.js";
import * as texts from "./texts.js";
import * as twins from "./twins.js";

export interface Target {
  readonly name: string;
  /** The file it is in. */
  readonly family: string;
  readonly run: (data: Uint8Array) => void | Promise<void>;
  readonly isAsync: boolean;
}

export const targets: readonly Target[] = Object.entries({ texts, twins, binary, descriptors, ring, engines }).flatMap(
  ([family, runs]) =>
    Object.entries(runs).map(([name, run]) => {
      return { name, family, run, isAsync: run.constructor.name === "AsyncFunction" };
    }),
);
