/** `segring/devices`: limits of devices, requests under them, and the addresses that devices use. */
export { type DeviceLimits, type RequestLimits, stackLimits } from "../core/device-limits.js";
export { bestBlockBytes } from "./best-block.js";
export { type DmaDevice, type DmaMapping, dmaMap } from "./dma-map.js";
export { type Fragmentation, IovaSpace } from "./iova-space.js";
export { type IovaMap, type IovaOptions, mapIova } from "./map-iova.js";
export { bestPages, type IovaMapping, type PagesOfSize, type PageTableEntries } from "./page-table.js";
export { ahci, linuxDefault, nvmePrp, rdma, virtioBlk } from "./presets.js";
export { type DeviceRequest, type RequestOptions, requests } from "./requests.js";
export type { IovaReservation } from "./reservation.js";
export { type TranslationWindow, translate, untranslate } from "./translate.js";
export { type Violation, validate } from "./validate.js";
