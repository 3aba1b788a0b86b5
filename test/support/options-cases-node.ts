import { iomemWindows, parseFilefrag, pinBuffer, readPageFrames, readPagemap } from "../../src/node/index.js";
import type { OptionsCase } from "./options-cases.js";

/** The calls of segring/node, as `optionsCases` has those that run in a browser too. */
export const nodeCases: Record<string, OptionsCase> = {
  "text/system/filefrag.ts: parseFilefrag(options)": {
    name: "options",
    call: (o) => parseFilefrag("", o),
    keys: ["unwritten", "unaddressed", "radix"],
  },
  "node/windows.ts: iomemWindows(options)": {
    name: "options",
    call: (o) => iomemWindows([], o),
    keys: ["busOffset"],
  },
  "node/pagemap.ts: readPagemap(options)": {
    name: "options",
    call: (o) => readPagemap(0, 0, o),
    keys: ["pid"],
  },
  "node/pagemap.ts: readPageFrames(options)": {
    name: "options",
    call: (o) => readPageFrames(0, 0, o),
    keys: ["pid", "flags"],
  },
  "node/buffer.ts: PinnedBuffer.pageFrames(options)": {
    name: "options",
    // What the system says of the frames does not matter here.
    call: (o) => {
      try {
        return pinBuffer(1).pageFrames(o);
      } catch (error) {
        if (error instanceof TypeError) throw error;
        return undefined;
      }
    },
    keys: ["flags"],
  },
};
