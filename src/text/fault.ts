/**
 * What is wrong with a range in a text: what was expected and found. Whoever knows the place of the line adds that.
 */
export class RangeFault extends Error {
  override readonly name = "RangeFault";
  /** Where in the line, or the object, in characters from 0. */
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}
