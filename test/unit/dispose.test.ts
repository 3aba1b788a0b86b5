/** `using` finds its method, in browsers without `Symbol.dispose` too: what lowers `using` asks for a symbol by its name there. */
import { expect, it } from "vitest";
import { SegmentMapper, SegmentStream } from "../../src/index.js";
import { SegmentPool } from "../../src/pool/index.js";
import { Consumer, Producer } from "../../src/ring/index.js";

const DISPOSE = Symbol.dispose ?? Symbol.for("Symbol.dispose");
const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

it.each([
  [SegmentMapper, DISPOSE],
  [SegmentStream, DISPOSE],
  [Producer, DISPOSE],
  [Consumer, DISPOSE],
  [SegmentPool, ASYNC_DISPOSE],
])("%o has the method for `using`, and none that is named by mistake", ({ prototype }, method) => {
  const names = Reflect.ownKeys(prototype);
  expect(names).toContain(method);
  expect(names).not.toContain("undefined");
});
