/** Milliseconds after the page has loaded, until which the files are not asked for. */
const IDLE_MS = 2000;

/** Starts the site's service worker: see site/worker/offline.js. */
export function startOffline(base: string): void {
  // Undefined in a page that is not secure. While the site is developed, nothing is kept.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!import.meta.env.PROD || workers === undefined) return;
  const register = () => workers.register(`${base}offline.js`, { updateViaCache: "none" });
  workers.addEventListener("message", ({ data }) => {
    if (data === "kept") document.documentElement.dataset.offline = "kept";
  });
  const keep = async () => {
    const { active } = await workers.ready;
    active?.postMessage("keep");
  };
  if (!crossOriginIsolated && workers.controller === null) {
    // The host sends no headers: with the worker's, the page loads again, once; but not under the hands of a reader who
    // has begun, since what was typed or dropped would be lost.
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
    };
    for (const event of ["keydown", "pointerdown", "drop"])
      addEventListener(event, begin, { once: true, capture: true });
    workers.addEventListener("controllerchange", () => hasBegun || location.reload(), { once: true });
    register().catch(ignore);
    return;
  }
  // What the reader came for is loaded first.
  const later = () => {
    // A worker of an update takes over while the page is open, and fills a cache of its own.
    workers.addEventListener("controllerchange", () => workers.controller?.postMessage("keep"));
    register().then(keep).catch(ignore);
  };
  // Hundreds of files are kept: the room comes first.
  const whenIdle = () => setTimeout(later, IDLE_MS);
  if (document.readyState === "complete") whenIdle();
  else addEventListener("load", whenIdle, { once: true });
}

/** A browser may forbid service workers, in a private window for instance: the site works without. */
function ignore(): void {}
