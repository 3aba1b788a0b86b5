/** The classic script `segring/segring.global.js` defines one global, which holds what all entries export. */
export {};

declare global {
  /** All that the entries of segring export, except `segring/node`. */
  var segring: typeof import("./all.js");
}
