/** The binaries: what the build makes, the package holds and the tests look at. */

export interface Binary {
  /** In asconfig.json. */
  readonly target: string;
  /** In build/, and in dist/ where the package exports it. */
  readonly file: string;
  readonly entry: string;
  readonly exports: readonly string[];
  readonly maxBytes: number;
  /** The module that embeds the binary, and the name it gives it. */
  readonly embedded: string;
  readonly name: string;
  /** The package exports it as `segring/FILE`, for where the embedded one may not be compiled. */
  readonly isPublic: boolean;
}

const RING = {
  entry: "assembly/ring-index.ts",
  exports: ["RING_ABI", "open", "run"],
  maxBytes: 7200,
  isPublic: true,
};

/** What a producer does in wasm, so that a producer takes half a kilobyte and no ring kernel. */
const PRODUCER = {
  entry: "assembly/producer-index.ts",
  exports: ["countValid", "publish"],
  maxBytes: 600,
  isPublic: false,
};

export const BINARIES: readonly Binary[] = [
  {
    target: "main",
    file: "kernel.wasm",
    entry: "assembly/index.ts",
    exports: [
      "ABI",
      "clearCounters",
      "coalesceColumns",
      "coalesceFrames",
      "coalesceRecords",
      "countDigits",
      "countValid",
      "cut",
      "expandPages",
      "finish",
      "flush",
      "inspect",
      "merge",
      "open",
      "placeDigits",
      "scatterDigits",
    ],
    maxBytes: 9700,
    embedded: "src/engine/kernel.generated.ts",
    name: "kernelHex",
    isPublic: true,
  },
  {
    // Apart from the main one: descriptors need no mapper, and frames of a mapper compile it when a table has many records.
    target: "lists",
    file: "kernel.lists.wasm",
    entry: "assembly/lists-index.ts",
    exports: ["LISTS_ABI", "expandBlocks", "inspectBorders"],
    maxBytes: 3600,
    embedded: "src/engine/lists-kernel.generated.ts",
    name: "listsKernelHex",
    isPublic: false,
  },
  {
    // With a memory of its own, so that reading text takes no mapper.
    target: "text",
    file: "kernel.text.wasm",
    entry: "assembly/text-index.ts",
    exports: ["TEXT_ABI", "formatCsv", "formatNdjson", "openText", "parseCsv", "parseNdjson"],
    maxBytes: 4500,
    embedded: "src/text/kernel.generated.ts",
    name: "textKernelHex",
    isPublic: false,
  },
  {
    // Apart from the main one: few programs merge, and the binary is compiled when one does.
    target: "merge",
    file: "kernel.merge.wasm",
    entry: "assembly/merge-index.ts",
    exports: ["MERGE_ABI", "mergeWindows"],
    maxBytes: 1300,
    embedded: "src/engine/merge-kernel.generated.ts",
    name: "mergeKernelHex",
    isPublic: false,
  },
  {
    // Apart from the main one: only unions of many records need it, and the binary is compiled at the first of them.
    target: "buckets",
    file: "kernel.buckets.wasm",
    entry: "assembly/buckets-index.ts",
    exports: [
      "BUCKETS_ABI",
      "keepDistinct",
      "look",
      "openBuckets",
      "openDistinct",
      "openSlots",
      "partRecords",
      "plan",
      "uniteKeys",
      "uniteSlots",
    ],
    maxBytes: 7350,
    embedded: "src/engine/buckets-kernel.generated.ts",
    name: "bucketsKernelHex",
    isPublic: false,
  },
  {
    ...RING,
    target: "ring",
    file: "kernel.ring.wasm",
    embedded: "src/ring/kernel.generated.ts",
    name: "ringKernelHex",
  },
  {
    ...RING,
    target: "shared",
    file: "kernel.shared.wasm",
    embedded: "src/ring/kernel-shared.generated.ts",
    name: "sharedKernelHex",
  },
  {
    ...PRODUCER,
    target: "producer",
    file: "kernel.producer.wasm",
    embedded: "src/ring/kernel-producer.generated.ts",
    name: "producerKernelHex",
  },
  {
    ...PRODUCER,
    target: "producer-shared",
    file: "kernel.producer-shared.wasm",
    embedded: "src/ring/kernel-producer-shared.generated.ts",
    name: "sharedProducerKernelHex",
  },
];

/** The golden text of a binary, which a change of its kernel must change too. */
export function goldenOf({ file }: Binary): string {
  return `assembly/${file.replace(/\.wasm$/, ".golden.wat")}`;
}

/** The text of a binary as it was built last. */
export function textOf({ file }: Binary): string {
  return `build/${file.replace(/\.wasm$/, ".wat")}`;
}
