/** All entries that run in a browser, in one namespace: what the files for people without a bundler export. */
export * from "./descriptors/index.js";
export * from "./devices/index.js";
export * from "./index.js";
export * from "./plan/columns.js";
export * from "./plan/index.js";
export * from "./ring/index.js";
export * from "./table/index.js";
