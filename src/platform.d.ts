/**
 * Names of the web platform that our declarations use, for programs whose `lib` has no `dom` and which have no
 * `@types/node`. Where these have the names too, the declarations are joined, and these add nothing.
 */
declare namespace WebAssembly {
  interface Module {}
  interface Memory {}
}
interface AbortSignal {}
interface ReadableStream<R = any> {}
interface WritableStream<W = any> {}
