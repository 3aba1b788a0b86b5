/** The text of a file, which Vite gives to Node and to browsers. */
declare module "*?raw" {
  const text: string;
  export default text;
}

/** A second instance of src/mapper/create.ts, which has not compiled the kernel yet. */
declare module "*/create.js?fresh" {
  export const createMapper: typeof import("../../src/mapper/create.js").createMapper;
  export const createMapperSync: typeof import("../../src/mapper/create.js").createMapperSync;
}
