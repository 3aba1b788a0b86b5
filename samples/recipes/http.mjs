/**
 * Many ranges of an HTTP resource in few requests (RFC 9110, section 14). Copy requests.mjs with it.
 *
 *   const version = {};
 *   const [head, chunk] = await fetchRanges(url, [{ offset: 0, length: 512 }, { offset: 4096, length: 64 }], {
 *     maxBytes: 8 * 2 ** 20, gapBytes: 65536,
 *   }, { version });
 */
import { planReads } from "segring/plan";
import { checkFunction, checkOptions, readRequests } from "./requests.mjs";

/**
 * What the first answer says of the resource, and every other has to say.
 * @typedef {{ etag?: string | null, lastModified?: string | null, size?: number | undefined, ifRange?: string | undefined }} Version
 */

/**
 * The bytes of each range, in the order given; ranges in one request share its memory. An answer that is not the bytes
 * asked for, or of another version of the resource, fails the call. The first request goes alone until its headers are
 * there, and the others carry its ETag as If-Range.
 *
 * @param {string | URL} url
 * @param {Iterable<{ offset: number, length: number }>} ranges
 * @param {import("segring/plan").PlanOptions} planOptions
 * @param {object} [options]
 * @param {number} [options.concurrency] Requests at a time, from 1; default 6, as browsers have for one server.
 * @param {(url: string | URL, init: { headers: Headers, signal: AbortSignal }) => Promise<Response>} [options.fetch]
 * @param {HeadersInit} [options.headers] Such as Authorization.
 * @param {AbortSignal} [options.signal]
 * @param {Version} [options.version] An object of yours, empty at first. Given to a later call, that one too takes no other version.
 * @returns {Promise<Uint8Array[]>}
 * @throws {Error} Names the URL, the range, what was expected and found. Its `code` is "CHANGED" where the resource is
 *   another than before. After an abort, the reason of the signal.
 */
export async function fetchRanges(url, ranges, planOptions, options = {}) {
  checkOptions(options, ["concurrency", "fetch", "headers", "signal", "version"]);
  const { fetch = globalThis.fetch, headers, version = {} } = options;
  checkFunction("fetch", fetch);
  if (typeof version !== "object" || version === null)
    throw new TypeError(`"version" expected an object, got ${version}`);
  const plan = planReads(ranges, { resourceBytes: version.size, ...planOptions });
  /** Resolves when `version` is known. @type {Promise<unknown> | undefined} */
  let known = version.etag === undefined ? undefined : Promise.resolve();
  const buffers = await readRequests(plan, options, async (j, signal) => {
    const range = plan.rangeHeader(j);
    try {
      const ask = async () => {
        const sent = new Headers(headers);
        sent.set("Range", range);
        // Offsets are of the encoded bytes. Browsers do not let a page set this, and send it themselves.
        sent.set("Accept-Encoding", "identity");
        if (version.ifRange !== undefined) sent.set("If-Range", version.ifRange);
        return fetch(url, { headers: sent, signal });
      };
      const answer = (known === undefined ? ask() : known.then(ask)).then((response) => {
        return { response, bytes: checkAnswer(response, plan.request(j), version) };
      });
      // Where the first fails, the call fails: nobody waits for the others then.
      known ??= new Promise((resolve) => answer.then(resolve, () => {}));
      const { response, bytes } = await answer;
      return await readBody(response, bytes, plan.request(j).length);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      const { message = String(cause), code } = Object(cause);
      throw Object.assign(new Error(`${url}: ${range}: ${message}`, { cause }), { code });
    }
  });
  return Array.from({ length: plan.inputCount }, (_, i) => {
    const bytes = plan.slice(i, buffers);
    const end = plan.request(plan.firstRequest[i] ?? 0).offset + (plan.offsetIn[i] ?? 0) + bytes.length;
    // Only requests that were rounded up to `alignmentBytes` may end past the resource.
    if (bytes.length > 0 && version.size !== undefined && end > version.size) {
      throw new Error(`${url}: range ${i} expected to end up to ${version.size}, the size of the resource, got ${end}`);
    }
    return bytes;
  });
}

/**
 * How many bytes an answer has, by its headers: those asked for, or those up to the end of the resource.
 *
 * @param {Response} response
 * @param {{ offset: number, length: number }} request
 * @param {Version} version
 */
function checkAnswer({ status, headers, type }, { offset, length }, version) {
  const contentRange = headers.get("Content-Range");
  if (status === 200 && version.ifRange !== undefined && headers.get("ETag") !== version.ifRange) {
    throw changed(`the answer to If-Range ${version.ifRange}`, `200 with ETag ${headers.get("ETag")}`);
  }
  // 200 is the whole resource: a server without ranges, or a proxy that dropped the header.
  if (status !== 206) throw new Error(`expected 206, got ${status}${contentRange ? ` of ${contentRange}` : ""}`);
  const contentType = headers.get("Content-Type") ?? "";
  if (/^multipart\/byteranges\b/i.test(contentType)) throw new Error(`expected one range, got ${contentType}`);
  const encoding = headers.get("Content-Encoding") ?? "identity";
  if (!/^identity$/i.test(encoding)) throw new Error(`expected bytes as they are, got Content-Encoding ${encoding}`);
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(contentRange ?? "") ?? [];
  const end = size === "*" ? offset + length : Math.min(offset + length, Number(size));
  if (Number(first) !== offset || Number(last) !== end - 1 || end <= offset) {
    throw new Error(`expected Content-Range bytes ${offset}-${offset + length - 1}/size, got ${contentRange}`);
  }
  checkVersion(headers, size === "*" ? undefined : Number(size), type !== "cors", version);
  return end - offset;
}

/**
 * @param {Headers} headers
 * @param {number | undefined} size
 * @param {boolean} mayAsk Whether If-Range may be sent: to another origin the browser would have to ask for leave first.
 * @param {Version} version
 */
function checkVersion(headers, size, mayAsk, version) {
  const etag = headers.get("ETag");
  const lastModified = headers.get("Last-Modified");
  const strong = etag !== null && /^"[^"]*"$/.test(etag);
  if (size !== undefined && size !== (version.size ?? size)) throw changed(`${version.size} bytes in all`, `${size}`);
  version.size ??= size;
  if (version.etag === undefined) {
    // A date is good enough where there is no ETag and it is older than the answer by a minute (sections 8.8.2.2, 13.1.5).
    const age = Date.parse(headers.get("Date") ?? "") - Date.parse(lastModified ?? "");
    const validator = strong ? etag : etag === null && age >= 60_000 ? lastModified : null;
    Object.assign(version, { etag, lastModified, ifRange: mayAsk && validator ? validator : undefined });
  }
  if (etag !== version.etag) throw changed(`ETag ${version.etag}`, `${etag}`);
  // An answer to If-Range may leave the date out, and mirrors differ in the dates of what is the same.
  if (!strong && lastModified !== null && lastModified !== (version.lastModified ?? lastModified)) {
    throw changed(`Last-Modified ${version.lastModified}`, `${lastModified}`);
  }
}

/**
 * @param {string} expected
 * @param {string} got
 */
function changed(expected, got) {
  return Object.assign(new Error(`the resource has changed: expected ${expected}, got ${got}`), { code: "CHANGED" });
}

/**
 * A body of exactly `bytes` bytes, in a buffer of the length of the request.
 *
 * @param {Response} response
 * @param {number} bytes
 * @param {number} length
 */
async function readBody(response, bytes, length) {
  const buffer = new Uint8Array(length);
  const reader = response.body?.getReader();
  let got = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    if (got + part.value.length > bytes)
      throw new Error(`expected ${bytes} bytes, got ${got + part.value.length} or more`);
    buffer.set(part.value, got);
    got += part.value.length;
  }
  if (got !== bytes) throw new Error(`expected ${bytes} bytes, got ${got}`);
  return buffer;
}
