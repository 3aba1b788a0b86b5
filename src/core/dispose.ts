/**
 * The methods that `using` and `await using` call. An engine without their symbols (Firefox 140) would name both "undefined";
 * Babel, esbuild, Oxc and SWC ask there, where they lower `using`, for the symbols that are made here.
 */
export const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
