/** The text of a file, which Vite gives to Node and to browsers. */
declare module "*?raw" {
  const text: string;
  export default text;
}

/** A second instance of src/create.ts, which has not compiled the kernel yet. */
declare module "*/create.js?fresh" {
  export const createMapper: typeof import("../../src/create.js").createMapper;
  export const createMapperSync: typeof import("../../src/create.js").createMapperSync;
}
