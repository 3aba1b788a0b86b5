/** What is wrong with a range in a text: what was expected and found. Whoever knows the place of the range adds it. */
export class RangeFault extends Error {
  override readonly name = "RangeFault";
}
