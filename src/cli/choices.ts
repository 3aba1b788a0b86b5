/** The words that options take, apart from what they choose: the table of options loads no command. */

/** The formats of an input, and what is in a file of each. */
export const INPUTS = {
  pfn64: "page frame numbers, 64 bits each, little-endian",
  records: "packed records of 16 bytes",
  csv: "addr,length[,flags] in each line",
  ndjson: "an object with addr, length, flags in each line",
  json: "one array of such objects",
  iomem: "the text of /proc/iomem",
  maps: "the text of /proc/PID/maps",
  filefrag: "the output of filefrag -v",
} as const;

/** What the input is. */
export type InputFormat = keyof typeof INPUTS;

export const INPUT_FORMATS = Object.keys(INPUTS) as InputFormat[];

/** What the segments are written as. */
export const OUTPUT_FORMATS = ["table", "csv", "ndjson", "json", "records"] as const;

/** What `segring requests` writes. */
export const REQUEST_FORMATS = ["table", "csv", "ndjson"] as const;

/** What `segring descriptors` makes. */
export const DESCRIPTOR_FORMATS = [
  "nvme-prp",
  "nvme-sgl",
  "virtio-split",
  "virtio-packed",
  "ahci",
  "iovec",
  "rdma",
  "chain",
] as const;

/** What `segring descriptors` writes. */
export const DESCRIPTOR_OUTPUTS = ["text", "json", "binary"] as const;
