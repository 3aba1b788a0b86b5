/** Pages without a bundler: the files of the package as they are, over plain HTTP. */
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { versionOf } from "../support/browsers.js";
import { waitUntil } from "../support/waiting.js";
import { PACKAGE } from "./packed.js";
import type { Row } from "./row.js";
import { ISOLATED } from "./server.js";

/** A page, and what it must say. */
interface Case {
  readonly what: string;
  /** The HTML. `dist` is where the package's files are, `elsewhere` is the same on another origin. */
  readonly html: (dist: string, elsewhere: string) => string;
  /** Whether the page is cross-origin isolated. */
  readonly isolated?: boolean;
  /** The page is served as this charset. */
  readonly charset?: string;
}

const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".wasm": "application/wasm" };
const SAID = "2 segments, 8589930496 bytes";
/** Ends what hangs. */
const HANG_MS = 60_000;

/** Maps a range with the names of two entries, and says what came out. */
const USE = `const table = (await createMapper()).coalesce([{ addr: 0, length: 2 ** 33 }]);
  document.title = slice(table, 4096).length + " segments, " + slice(table, 4096).totalBytes + " bytes";`;

/** The same through a pair with a worker; the page says too whether it shares memory with that. */
const PAIR = `const pair = await createPair({ worker });
  pair.producer.push(4096, 2 ** 33 - 4096);
  pair.producer.close();
  let count = 0, bytes = 0;
  for await (const segment of pair.consumer) { count++; bytes += segment.length; }
  await pair.ended;
  if (!pair.shared) throw new Error("the worker was not used");
  document.title = count + " segments, " + bytes + " bytes";`;

/** Fetches a file and makes a URL of its text. */
const BLOB = `const blobUrl = async (url) => {
    const text = await (await fetch(url)).text();
    return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  };`;

const script = (text: string) => `<script type="module">\n${text}\n</script>`;

const CASES: readonly Case[] = [
  {
    what: "segring.min.js by its URL",
    html: (dist) => script(`import { createMapper, slice } from "${dist}/segring.min.js";\n${USE}`),
  },
  {
    what: "segring.min.js by an import map, for all entries",
    html: (dist) => {
      const imports = { segring: `${dist}/segring.min.js`, "segring/table": `${dist}/segring.min.js` };
      return `<script type="importmap">${JSON.stringify({ imports })}</script>${script(
        `import { createMapper } from "segring"; import { slice } from "segring/table";\n${USE}`,
      )}`;
    },
  },
  {
    what: "segring.min.js of another origin",
    html: (_, elsewhere) => script(`import { createMapper, slice } from "${elsewhere}/segring.min.js";\n${USE}`),
  },
  {
    what: "segring.min.js of another origin, as a Blob",
    html: (_, elsewhere) =>
      script(
        `${BLOB}\nconst { createMapper, slice } = await import(await blobUrl("${elsewhere}/segring.min.js"));\n${USE}`,
      ),
  },
  {
    what: "segring.global.js by a script tag",
    html: (dist) =>
      `<script src="${dist}/segring.global.js"></script>${script(`const { createMapper, slice } = segring;\n${USE}`)}`,
  },
  {
    what: "segring.global.js in a page of another charset",
    charset: "shift_jis",
    html: (dist) =>
      `<script src="${dist}/segring.global.js"></script>${script(`const { createMapper, slice } = segring;\n${USE}`)}`,
  },
  ...[true, false].map((isolated) => ({
    what: `the modules of \`segring/pool\` by their URL, ${isolated ? "isolated" : "not isolated"}`,
    isolated,
    html: (dist: string) =>
      script(
        `import { createPool } from "${dist}/pool/index.js";
  const pool = await createPool({ workers: 2, pieceRecords: 1 });
  if (pool.workers !== ${isolated ? 2 : 0}) throw new Error(pool.workers + " workers");
  import { SegmentTable } from "${dist}/index.js";
  const first = { addr: 4096, length: 2 ** 27 - 4096 };
  const pages = Array.from({ length: 63 }, (_, index) => ({ addr: (index + 1) * 2 ** 27, length: 2 ** 27 }));
  const table = await pool.coalesce(SegmentTable.from([first, ...pages]));
  document.title = table.length + " segments, " + table.totalBytes + " bytes";`,
      ),
  })),
  ...(["module", "classic"] as const).map((type) => ({
    what: `segring.worker.js as a ${type} worker`,
    isolated: true,
    html: (dist: string) =>
      script(
        `import { createPair } from "${dist}/segring.min.js";
  const worker = new Worker("${dist}/segring.worker.js", { type: "${type}" });\n${PAIR}`,
      ),
  })),
  ...(["module", "classic"] as const).map((type) => ({
    what: `segring.worker.js of another origin, as a Blob, a ${type} worker`,
    isolated: true,
    html: (_: string, elsewhere: string) =>
      script(
        `${BLOB}\nconst { createPair } = await import(await blobUrl("${elsewhere}/segring.min.js"));
  const worker = new Worker(await blobUrl("${elsewhere}/segring.worker.js"), { type: "${type}" });\n${PAIR}`,
      ),
  })),
];

/** Tries each way once in each browser. */
export async function tryWithoutBundler(browsers: readonly Browser[]): Promise<Row[]> {
  const dist = join(PACKAGE, "dist");
  const pages = new Map(CASES.map((each, index) => [`/${index}.html`, each]));
  const elsewhere = await listen(dist, new Map(), "");
  const here = await listen(dist, pages, originOf(elsewhere));
  const rows: Row[] = [];
  for (const browser of browsers) {
    const version = await versionOf(browser);
    for (const [path, { what }] of pages) {
      const page = await browser.newPage();
      rows.push({ group: "Without a bundler", what, version, result: await tried(page, originOf(here) + path) });
      await page.close();
    }
  }
  for (const server of [here, elsewhere]) {
    server.closeAllConnections();
    server.close();
  }
  return rows;
}

/** Opens a page, and waits until it says what came out, or what went wrong. */
async function tried(page: Page, url: string): Promise<string> {
  const fault = new Promise<string>((resolve) => {
    page.on("pageerror", (error) => resolve(String(error)));
    page.on("requestfailed", (request) => resolve(`${request.url()}: ${request.failure()?.errorText}`));
  });
  const requests: string[] = [];
  page.on("request", (request) => {
    if (/\.(js|wasm)$/.test(request.url())) requests.push(request.url());
  });
  const title = page
    .goto(url)
    .then(() => waitUntil(page, () => document.title, { timeout: HANG_MS }))
    .catch((error: Error) => error.message);
  const said = await Promise.race([title, fault]);
  if (said !== SAID) return said;
  const twice = requests.filter((each, index) => requests.indexOf(each) !== index);
  // The modules of an entry are many files, which its workers ask for again.
  const isOfModules = requests.some((each) => each.includes("/dist/pool/"));
  return isOfModules || (requests.length <= 2 && twice.length === 0) ? "ok" : `asked for ${requests.join(", ")}`;
}

/** Serves the files of `dist` to every origin, and the pages. */
async function listen(dist: string, pages: ReadonlyMap<string, Case>, elsewhere: string): Promise<Server> {
  const server = createServer(({ url = "/" }, response) => {
    const page = pages.get(url);
    if (page !== undefined) {
      response.writeHead(200, {
        "Content-Type": `text/html; charset=${page.charset ?? "utf-8"}`,
        ...(page.isolated === true ? ISOLATED : {}),
      });
      response.end(`<!doctype html>${page.html("/dist", elsewhere)}`);
      return;
    }
    const [, name = ""] = /^\/(?:dist\/)?([\w./-]+)$/.exec(url) ?? [];
    const file = join(dist, name);
    const type = TYPES[extname(file)];
    if (type === undefined || !existsSync(file)) {
      // A browser asks for an icon by itself.
      response.writeHead(url === "/favicon.ico" ? 204 : 404).end();
      return;
    }
    // Without a charset, as plain servers do.
    response.writeHead(200, {
      "Content-Type": type,
      "Access-Control-Allow-Origin": "*",
      "Cross-Origin-Resource-Policy": "cross-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
