export { type FilefragOptions, parseFilefrag } from "../text/system/filefrag.js";
export type { FileExtent } from "../text/system/filefrag-rows.js";
export { type IomemKind, type IomemRange, parseIomem } from "../text/system/iomem.js";
export { type Mapping, parseMaps } from "../text/system/maps.js";
export { type PinnedBuffer, pinBuffer } from "./buffer.js";
export { type AddressedFile, gatherFile, type OpenFile, scatterFile } from "./file-bytes.js";
export { readIomem } from "./iomem.js";
export { readMaps } from "./maps.js";
export {
  PAGE_ABSENT,
  PAGE_GUARD,
  PAGE_PRESENT,
  PAGE_SWAPPED,
  type PageEntries,
  readPageFrames,
  readPagemap,
} from "./pagemap.js";
export { systemPageBytes } from "./pagesize.js";
export type { Pid } from "./proc.js";
export { iomemWindows } from "./windows.js";
