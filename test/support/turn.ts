/**
 * A turn of the event loop. Streams move in promises alone, so after it everything has moved that waits for nothing from
 * outside: what is not settled then waits for more.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
