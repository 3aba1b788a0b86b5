/** As main.js, under a policy that asks for trusted types: the address of the worker is one. */
import { probe } from "./probe.js";

const policy = globalThis.trustedTypes?.createPolicy("app", { createScriptURL: (url) => url });
const address = new URL("./kernel-worker.js", import.meta.url).href;
const makeWorker = () => new Worker(policy?.createScriptURL(address) ?? address, { type: "module" });

let violations = 0;
document.addEventListener("securitypolicyviolation", () => violations++);
const mapped = probe(makeWorker);
// Reports come after what they report.
const told = mapped.then(async (report) => {
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { ...report, violations, trusted: policy !== undefined };
});
told
  .catch((error) => ({ error: `${error.name}: ${error.message}` }))
  .then((report) => {
    document.documentElement.dataset.report = JSON.stringify(report);
  });
