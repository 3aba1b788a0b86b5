import { SegringError } from "../core/errors.js";
import { listen, type WorkerLike } from "./worker-like.js";

/** What the platform tells of a script that did not start: of Node an error, of the web an event that often says nothing. */
interface Trouble {
  readonly message?: unknown;
  readonly filename?: string;
  readonly lineno?: number;
}

/** What a browser says when a script that imports was started without `type: "module"`: Chromium and Node, Firefox, Safari. */
const CLASSIC =
  /import statement outside a module|import declarations may only appear at top level|import call expects/i;

interface ReportingWindow {
  ReportingObserver?: new (
    callback: (reports: readonly { body: unknown }[]) => void,
    options: { types: string[] },
  ) => { observe(): void; disconnect(): void };
}

/** A resource that this page has loaded. */
interface Loaded {
  readonly name: string;
  readonly initiatorType?: string;
  readonly responseStatus?: number;
  readonly responseEnd?: number;
}

/** A worker's script may have arrived a little before anybody asked for the worker. */
const BEFORE_MS = 100;
/** So long a report may come after the event. */
const REPORT_MS = 100;

/** Hears why a worker does not start. */
export class StartWatch {
  /** Resolves when the worker ended, or its script did not start. */
  readonly failed: Promise<SegringError>;
  readonly #since = performance.now();
  readonly #ends: (() => void)[] = [];
  #blockedUrl: string | undefined;

  constructor(worker: WorkerLike) {
    this.#watchPolicy();
    this.failed = new Promise((resolve) => {
      this.#ends.push(
        listen(worker, "error", (trouble) => resolve(this.#explain(trouble as Trouble | undefined))),
        listen(worker, "exit", (code) => resolve(exited(code))),
      );
    });
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  /** Chromium names a script that it refuses to an isolated page in a report alone. */
  #watchPolicy(): void {
    const { ReportingObserver } = globalThis as ReportingWindow;
    if (ReportingObserver === undefined) return;
    const observer = new ReportingObserver(
      (reports) => {
        for (const { body } of reports) {
          // Chromium's body has its fields in JSON alone.
          const { type, blockedURL } = JSON.parse(JSON.stringify(body ?? {}));
          if (type === "worker initialization") this.#blockedUrl = blockedURL;
        }
      },
      { types: ["coep"] },
    );
    observer.observe();
    this.#ends.push(() => observer.disconnect());
  }

  async #explain(trouble: Trouble | undefined): Promise<SegringError> {
    const text = typeof trouble?.message === "string" ? trouble.message : "";
    if (text !== "") return scriptFailed(trouble as Trouble, text);
    // The report, and the list of what was loaded, come a moment after the event.
    await new Promise((resolve) => setTimeout(resolve, REPORT_MS));
    return peerDied(this.#whyNotLoaded(), text);
  }

  #whyNotLoaded(): string {
    if (this.#blockedUrl !== undefined) {
      return `its script is served without the header Cross-Origin-Embedder-Policy, which this isolated page requires: ${this.#blockedUrl}`;
    }
    const resources = performance.getEntriesByType("resource") as unknown as readonly Loaded[];
    const loaded = resources.filter(({ responseEnd = 0 }) => responseEnd >= this.#since - BEFORE_MS);
    const missing = loaded.find(({ responseStatus = 200 }) => responseStatus >= 400);
    if (missing !== undefined) {
      // Firefox lists the first file that it fetched, without saying which: a script that is a Blob is not fetched.
      const what =
        missing.initiatorType === "script" ? "an import of its script" : "its script, or an import of its Blob,";
      return `${what} answered ${missing.responseStatus}: ${missing.name}`;
    }
    // Firefox tells no more than that.
    const module = 'a module that was started without { type: "module" }';
    if (loaded.some(({ initiatorType }) => initiatorType === "other" || initiatorType === "worker")) {
      const header = isIsolated()
        ? ", or the script is served without the header Cross-Origin-Embedder-Policy, which this isolated page requires"
        : "";
      return `its script arrived, but an import in it names what cannot be resolved or was not found (404), a file has a syntax error, the script is ${module}${header}`;
    }
    return `its script did not load: not found (404), not served as JavaScript, ${module}, or made from a Blob with an import that cannot be resolved`;
  }
}

function isIsolated(): boolean {
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
}

function scriptFailed(trouble: Trouble, text: string): SegringError {
  if (CLASSIC.test(text)) {
    return peerDied(
      'its script is a module: start it with { type: "module" } (in Node: .mjs, or "type": "module")',
      trouble,
    );
  }
  const place = trouble.filename ? ` (${trouble.filename}:${trouble.lineno})` : "";
  return peerDied(`${text}${place}`, trouble);
}

function exited(code: unknown): SegringError {
  return peerDied(`it ended before it was ready, with exit code ${String(code)}`, undefined);
}

/** @param cause An error, or an event, which as a cause would say nothing to a person. */
function peerDied(why: string, cause: unknown): SegringError {
  const { message } = (cause ?? {}) as Trouble;
  const readable =
    cause instanceof Error ? cause : new Error(typeof message === "string" && message !== "" ? message : why);
  return new SegringError("PEER_DIED", `the worker could not start: ${why}`, { cause: readable });
}
