/** A worker of a page that does not start says why, whether the kernel would run in it or in line. */

import { afterEach, describe, expect, it } from "vitest";
import { createPair } from "../../src/ring/pair.js";
import { blamedBy } from "../support/blame.js";

/** Firefox does not say which of the usual reasons it was: the message names all of them. */
const tellsLittle = navigator.userAgent.includes("Firefox");
const workers: Worker[] = [];
const urls: string[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
  for (const url of urls.splice(0)) URL.revokeObjectURL(url);
});

function workerOf(text: string, type: WorkerType = "module"): Worker {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  urls.push(url);
  return started(url, type);
}

function started(url: string | URL, type: WorkerType = "module"): Worker {
  const worker = new Worker(url, { type });
  workers.push(worker);
  return worker;
}

describe.each([
  { kind: "on an isolated page", shared: undefined },
  { kind: "where the kernel runs in line", shared: false },
])("$kind", ({ shared }) => {
  const refused = (worker: Worker) =>
    createPair({ worker, shared, capacity: 16 }).then(
      () => expect.fail("the pair was made"),
      (error) => error as Error & { cause?: Error },
    );

  it("a URL that is not there", async () => {
    const error = await refused(started("/no/such/worker.js"));
    expect(error).toMatchObject({ code: "PEER_DIED", cause: { message: expect.stringMatching(/404|not found/) } });
    expect(error.message).toMatch(
      /its script(?: did not load: not found \(404\)|, or an import of its Blob, answered 404)/,
    );
  });

  it("a script without the header that an isolated page requires", async () => {
    const error = await refused(started("/test-worker-without-coep.js"));
    expect(error).toMatchObject({ code: "PEER_DIED" });
    expect(error.message).toContain("without the header Cross-Origin-Embedder-Policy");
    if (!tellsLittle) expect(error.message).toContain("test-worker-without-coep.js");
  });

  it("a module that was started as a classic script", async () => {
    const error = await refused(workerOf("import './anything.js';", "classic"));
    expect(error).toMatchObject({ code: "PEER_DIED", cause: expect.any(Error) });
    expect(error.message).toContain(`${tellsLittle ? "started without" : "start it with"} { type: "module" }`);
  });

  it("an import that is not there", async () => {
    const error = await refused(workerOf(`import "${new URL("/no/such/import.js", location.href)}";`));
    expect(error).toMatchObject({ code: "PEER_DIED" });
    expect(error.message).toMatch(
      // Firefox 140 lists the file; 153 does not.
      tellsLittle
        ? /404.* an import that |an import of its Blob, answered 404: .*no\/such\/import\.js/
        : /import of its script answered 404: .*no\/such\/import\.js/,
    );
  });

  it("an import that names nothing", async () => {
    const error = await refused(started("/test-worker-unresolved.js"));
    expect(error).toMatchObject({ code: "PEER_DIED" });
    expect(error.message).toContain("an import in it names what cannot be resolved");
  });

  it("a script that throws", async () => {
    const error = await refused(workerOf("throw new Error('no kernel here')"));
    expect(error).toMatchObject({ code: "PEER_DIED", cause: { message: expect.stringContaining("no kernel here") } });
    expect(error.message).toContain("no kernel here");
  });

  it("another version", async () => {
    const answer = "onmessage = ({ data }) => postMessage({ segring: 'ready', protocol: 1, id: data.id })";
    const error = await refused(workerOf(answer));
    expect(error).toBeInstanceOf(TypeError);
    expect(blamedBy(error.message)).toBe("worker");
  });

  it("one that never answers", async () => {
    const worker = workerOf("onmessage = () => {}");
    await expect(createPair({ worker, shared, startMilliseconds: 50 })).rejects.toMatchObject({ code: "BUSY" });
  });
});
