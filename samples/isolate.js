/**
 * Makes the pages of a folder cross-origin isolated where the server cannot send headers, as many static hosts: a service
 * worker adds the headers. Copy this file beside the page, and name it there first:
 * <script src="./isolate.js"></script>
 *
 * The first visit loads the page twice. In a private window without service workers the page stays as it is.
 */
if (typeof document === "undefined") {
  addEventListener("install", () => skipWaiting());
  // Not waited for: the thread of a ring's kernel does not answer Firefox, which asks it.
  addEventListener("activate", () => void clients.claim());
  addEventListener("fetch", (event) => {
    const { cache, mode } = event.request;
    // Such a request is of the developer tools, and may not be made anew.
    if (cache !== "only-if-cached" || mode === "same-origin") event.respondWith(isolated(event.request));
  });
} else if (!crossOriginIsolated && isSecureContext && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(document.currentScript.src);
  // Claimed by the worker, a page loads again once: this time with the headers.
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
}

async function isolated(request) {
  const response = await fetch(request);
  // Of another origin, without CORS: nothing of such an answer may be read, and its headers count.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  const { body, status, statusText } = response;
  return new Response(body, { status, statusText, headers });
}
