/** The bytes of an embedded kernel. */
export function decodeKernel(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  // A loop: Uint8Array.from with a callback takes 1 to 2 ms the first time.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
