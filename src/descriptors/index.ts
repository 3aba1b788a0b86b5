/** segring/descriptors: tables as the lists that hardware reads, into memory of the caller, and back. See docs/devices.md. */
export { decodePrdt, encodePrdt } from "./ahci.js";
export { type ChainEncoding, decodeChain, encodeChain } from "./chain.js";
export { decodeIovec, encodeIovec, type IovecOptions } from "./iovec.js";
export type { DescriptorMemories, DescriptorMemory } from "./memory.js";
export { decodePrp, encodePrp, type PrpEncoding, type PrpOptions } from "./nvme-prp.js";
export { chooseNvme, type DecodedSgl, decodeSgl, encodeSgl, type SglEncoding } from "./nvme-sgl.js";
export { decodePageList, encodePageList, type PageListEncoding, type PageListOptions } from "./page-list.js";
export type { DecodedChain, VirtioChain, VirtioDecodeOptions } from "./virtio.js";
export {
  advancePacked,
  decodeVirtioPacked,
  encodeVirtioPacked,
  type PackedChain,
  type PackedChainEnd,
  type PackedPosition,
  readUsedPacked,
  type UsedElement,
  writeUsedPacked,
} from "./virtio-packed.js";
export { decodeVirtioSplit, encodeVirtioSplit, type SplitEncoding } from "./virtio-split.js";
