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
    // The host sends no headers: with the worker's, the page loads again, once.
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    register().catch(ignore);
    return;
  }
  // What the reader came for is loaded first.
  const later = () => {
    register().then(keep).catch(ignore);
  };
  if (document.readyState === "complete") later();
  else addEventListener("load", later, { once: true });
}

/** A browser may forbid service workers, in a private window for instance: the site works without. */
function ignore(): void {}
