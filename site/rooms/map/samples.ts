/** Ranges to begin with: of real machines and files. */
import filefrag from "../../../test/data/filefrag.txt?url";
import iomem from "../../../test/data/iomem.txt?url";
import maps from "../../../test/data/maps.txt?url";
import frames from "../../../test/data/mixed14-1g.pfn64.gz?url";
import nvme from "./samples/nvme.csv?url";
import parquet from "./samples/parquet.csv?url";
import type { Settings } from "./settings.js";
import type { FileFormat } from "./sources.js";

export interface Sample {
  readonly label: string;
  readonly url: string;
  readonly format: FileFormat;
  /** How the sample is looked at first. */
  readonly settings: Partial<Settings>;
}

export const SAMPLES: Readonly<Record<string, Sample>> = {
  frames: {
    label: "Page frames of 1 GiB of memory (Linux, 262144 pages)",
    url: frames,
    format: "pfn64",
    settings: { mode: "coalesce" },
  },
  iomem: {
    label: "A machine's physical addresses (/proc/iomem)",
    url: iomem,
    format: "iomem",
    settings: { mode: "coalesce" },
  },
  maps: { label: "A process's mappings (/proc/PID/maps)", url: maps, format: "maps", settings: { mode: "coalesce" } },
  filefrag: {
    label: "A file's extents (filefrag -v)",
    url: filefrag,
    format: "filefrag",
    settings: { mode: "coalesce" },
  },
  nvme: {
    label: "An NVMe transfer: 128 KiB in 33 pages",
    url: nvme,
    format: "csv",
    settings: { mode: "requests", device: "nvmePrp", list: "prp" },
  },
  parquet: {
    label: "Four columns of a Parquet file (7.7 MB, 10 row groups)",
    url: parquet,
    format: "csv",
    settings: { mode: "plan", gapBytes: 65536n, capBytes: 8n * 2n ** 20n },
  },
};
