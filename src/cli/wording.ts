import type { Wording } from "../core/wording.js";

/** The words of the command line: options in place of fields. */
export const WORDING: Wording = {
  names: {
    table: "the ranges",
    maxSegmentBytes: "--max",
    boundaryBytes: "--boundary",
    alignmentBytes: "--align",
    maxSegments: "--max-segments",
    maxBytes: "--max-bytes",
    virtualBoundaryBytes: "--virtual-boundary",
    blockBytes: "--block",
    stripeBytes: "--stripe",
    offset: "--start",
    "memory.addr": "--at",
    byteLength: "--size",
    skipEmpty: "--skip-empty",
    columns: "--columns",
    width: "--width",
    title: "--title",
    numbers: "--numbers",
    "window.addr": "--addr",
    "window.length": "--length",
    "/proc/iomem": "",
  },
  first: 1,
  bigint: "",
  option: (name, ...values) => `--${name} ${values.join(" or ")}`,
  useLimits: (device) => `add --preset ${device}`,
};
