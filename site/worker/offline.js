/**
 * The site's service worker: keeps all files of the site, so that the site works without the network, and isolates its
 * pages where the host cannot send headers. The build puts the list of files and its version here.
 *
 * Files in `assets/` have their content's hash in their names, so a kept file is as good as the host's. All others come
 * from the host as long as the host answers: an update is seen at once.
 */
const BUILD = __BUILD__;

const { scope } = registration;
/** Caches are shared by all sites of a host. */
const OURS = `segring ${scope} `;
const CURRENT = OURS + BUILD.version;
/** Stands in a cache that holds all files. */
const COMPLETE = `${scope}?complete`;
/** Files that are fetched at a time. */
const AT_A_TIME = 6;

addEventListener("install", () => skipWaiting());
// The claim is not waited for: Firefox asks the thread of each client, dedicated workers too, and that of a ring's kernel
// sleeps in Atomics.wait and does not answer. As long as a worker activates, no request of its pages is answered.
addEventListener("activate", () => void clients.claim());

let keeping;
// A browser may end a worker at any time. Each page asks again, so a cache is filled at last.
addEventListener("message", (event) => {
  if (event.data !== "keep") return;
  keeping ??= keep().finally(() => {
    keeping = undefined;
  });
  event.waitUntil(keeping.then(() => event.source.postMessage("kept")).catch(() => {}));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const isOurs = request.method === "GET" && request.url.startsWith(scope) && !request.headers.has("range");
  // Such a request is of the developer tools, and may not be made anew.
  const isTool = request.cache === "only-if-cached" && request.mode !== "same-origin";
  if (isOurs && !isTool) event.respondWith(respond(request).then(isolated));
});

/** Fills the cache of this version, then removes those of the versions before. */
async function keep() {
  const cache = await caches.open(CURRENT);
  if ((await cache.match(COMPLETE)) !== undefined) return;
  const left = [...BUILD.files];
  const work = async () => {
    for (let file = left.pop(); file !== undefined; file = left.pop()) await keepFile(cache, file);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  await cache.put(COMPLETE, new Response());
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS) && name !== CURRENT) await caches.delete(name);
  }
}

async function keepFile(cache, file) {
  const url = scope + file;
  const isNamedByContent = file.startsWith("assets/");
  if (isNamedByContent && (await cache.match(url)) !== undefined) return;
  const older = isNamedByContent ? await caches.match(url) : undefined;
  const response = older ?? (await fetch(url, { cache: isNamedByContent ? "default" : "no-cache" }));
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  await cache.put(url, response);
}

async function respond(request) {
  const [url] = request.url.split(/[?#]/);
  if (url.startsWith(`${scope}assets/`)) return (await kept(url)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    // As a host finds a page.
    for (const place of [url, `${url}index.html`, `${url}.html`]) {
      const response = await kept(place);
      if (response !== undefined) return response;
    }
    const missing = request.mode === "navigate" ? await kept(`${scope}404.html`) : undefined;
    if (missing === undefined) throw error;
    return new Response(missing.body, { status: 404, headers: missing.headers });
  }
}

/** Of this version, or of the version before as long as this one is not complete. */
async function kept(url) {
  const cache = await caches.open(CURRENT);
  return (await cache.match(url, { ignoreVary: true })) ?? caches.match(url, { ignoreVary: true });
}

/** Adds the headers of an isolated page where they are missing. */
function isolated(response) {
  // Nothing of such an answer may be read: a redirection.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  const { body, status, statusText } = response;
  return new Response(body, { status, statusText, headers });
}
