/** The classic script `segring/segring.global.js` defines one global, for pages that map ranges or plan reads. */
export {};

declare global {
  /** All that `segring`, `segring/table`, `segring/plan` and `segring/plan/columns` export. */
  var segring: typeof import("./global.js");
}
