/** What a program that embeds the package reports, and what the report must be. */

interface RingReport {
  readonly digest: string;
  readonly engine: string;
  readonly shared: boolean;
}

/** What apps/probe.js gives. */
export interface Report {
  readonly error?: string;
  readonly engine: string;
  readonly coalesce: string;
  readonly js: string;
  readonly union: string;
  readonly slice: string;
  readonly plan: number;
  readonly ring: RingReport;
  readonly worker?: RingReport;
  /** Where the program makes a pool. */
  readonly pool?: { readonly workers: number; readonly equal: boolean };
  /** Reports of the policy's violations, where a page counts them. */
  readonly violations?: number;
  /** Whether the browser has trusted types. */
  readonly trusted?: boolean;
}

/** What runs where. */
export interface Expected {
  readonly engine: "wasm" | "js";
  /** Undefined: there is no worker. */
  readonly worker?: { readonly shared: boolean; readonly engine?: "wasm" | "js" };
  /** Violations at most. */
  readonly violations?: number;
  /** The policy asks for trusted types; a browser that has none takes no heed, and the row says so. */
  readonly trusted?: boolean;
}

/** @param node What the program reports in Node. */
export function judge(report: Report, node: Report, expected: Expected): string {
  if (report.error !== undefined) return report.error;
  const faults: string[] = [];
  const same = (name: string, found: unknown, wanted: unknown) => {
    if (found !== wanted) faults.push(`${name}: expected ${wanted}, got ${found}`);
  };
  for (const name of ["coalesce", "js", "union", "slice", "plan"] as const) same(name, report[name], node[name]);
  same("engine", report.engine, expected.engine);
  same("ring", report.ring.digest, node.ring.digest);
  same("ring's engine", report.ring.engine, expected.engine);
  if (expected.worker !== undefined) {
    same("worker", report.worker?.digest, node.ring.digest);
    same("worker's shared memory", report.worker?.shared, expected.worker.shared);
    if (report.worker?.engine !== undefined)
      same("worker's engine", report.worker?.engine, expected.worker.engine ?? expected.engine);
  }
  if (report.pool !== undefined) {
    same("the pool's workers", report.pool.workers, expected.worker?.shared === true ? 2 : 0);
    same("whether the pool maps as a mapper", report.pool.equal, true);
  }
  if (expected.violations !== undefined && (report.violations ?? 0) > expected.violations) {
    faults.push(`violations: expected ${expected.violations} at most, got ${report.violations}`);
  }
  const untrusted = expected.trusted === true && report.trusted === false ? "; has no Trusted Types" : "";
  return faults.length > 0 ? faults.join("; ") : `ok, ${said(report)}${untrusted}`;
}

function said({ engine, worker, pool }: Report): string {
  if (worker === undefined) return engine;
  return `${engine}, ring in ${worker.shared ? "a worker" : "line"}${pool === undefined ? "" : ", pool"}`;
}
