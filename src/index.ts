/** segring: maps ranges of a 64-bit address space to segments. See README.md. */
export * from "./api.js";
export { createMapper, createMapperSync } from "./mapper/create.js";
