/**
 * What a page needs that maps ranges or plans reads, in one namespace: what the classic script exports. Devices,
 * descriptors and rings would more than double that script, which every page has to load whole.
 */
export * from "./index.js";
export * from "./plan/columns.js";
export * from "./plan/index.js";
export * from "./table/index.js";
