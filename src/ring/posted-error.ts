import { SegringError, type SegringErrorCode } from "../core/errors.js";

/** An error on its way to another thread, where it would lose its class. */
export interface PostedError {
  /** undefined: an error of the platform, in `cause`. */
  readonly code: SegringErrorCode | undefined;
  readonly message: string;
  readonly index: number | undefined;
  readonly cause: unknown;
}

/** An error as a message to another thread has it. */
export function posted(error: unknown): PostedError {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  if (!(error instanceof SegringError)) return { code: undefined, message, index: undefined, cause: readable(error) };
  return { code: error.code, message, index: error.index, cause: cause === undefined ? undefined : readable(cause) };
}

/** What can be posted and read: an error of a class that the other thread does not know arrives as a plain one. */
function readable(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  return error instanceof TypeError || error instanceof RangeError
    ? error
    : new Error(`${error.name}: ${error.message}`);
}

/** The error again, in the thread that it was posted to. */
export function errorOf({ code, message, index, cause }: PostedError): unknown {
  if (code === undefined) return cause;
  return new SegringError(code, message, {
    ...(index === undefined ? {} : { index }),
    ...(cause === undefined ? {} : { cause }),
  });
}
