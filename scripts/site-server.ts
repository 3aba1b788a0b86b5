/** A web server for the built site, with the headers that its file `_headers` names. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

export interface SiteServerOptions {
  /** The path under which the site was built: starts and ends with "/". */
  readonly base?: string;
  /** Leaves out `_headers`, as a host does that cannot set headers. */
  readonly plain?: boolean;
  /** 0 for any. */
  readonly port?: number;
}

export interface SiteServer {
  /** `http://localhost:PORT/BASE/` */
  readonly url: string;
  close(): Promise<void>;
}

type Rule = readonly [path: string, headers: readonly (readonly [name: string, value: string])[]];

/** Serves a folder on the loopback address. */
export async function serveSite(folder: string, options: SiteServerOptions = {}): Promise<SiteServer> {
  const { base = "/", plain = false, port = 0 } = options;
  const rules = plain ? [] : readRules(await readFile(join(folder, "_headers"), "utf8").catch(() => ""));
  const server = createServer((request, response) => answer(folder, base, rules, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}${base}`;
  return { url, close: () => closed(server) };
}

async function answer(
  folder: string,
  base: string,
  rules: readonly Rule[],
  { url = "/", method = "GET" }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A path such as "//" is no address.
  if (!URL.canParse(url, "http://localhost")) return void response.writeHead(400).end();
  const { pathname } = new URL(url, "http://localhost");
  if (`${pathname}/` === base) return void response.writeHead(301, { Location: base }).end();
  if (method !== "GET" && method !== "HEAD") return void response.writeHead(405, { Allow: "GET, HEAD" }).end();
  const file = pathname.startsWith(base) ? await fileAt(folder, pathname.slice(base.length)) : undefined;
  const { body, name } = file ?? { body: await readFile(join(folder, "404.html")).catch(() => ""), name: "404.html" };
  for (const [path, headers] of rules) {
    if (!matches(path, pathname)) continue;
    for (const [key, value] of headers) response.setHeader(key, value);
  }
  response.setHeader("Content-Type", TYPES[extname(name)] ?? "application/octet-stream");
  response.writeHead(file === undefined ? 404 : 200).end(method === "HEAD" ? undefined : body);
}

async function fileAt(folder: string, path: string): Promise<{ body: Buffer; name: string } | undefined> {
  const decoded = decodedPath(path);
  if (decoded === undefined) return;
  // Of a normal path that starts with "/", nothing lies above the folder.
  const name = normalize(`/${decoded === "" || decoded.endsWith("/") ? `${decoded}index.html` : decoded}`);
  const body = await readFile(join(folder, name)).catch(() => undefined);
  return body === undefined ? undefined : { body, name };
}

function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** The lines of `_headers`: a path, at most with `*` at its end, and below the path its headers, indented. */
function readRules(text: string): Rule[] {
  const rules: [string, [string, string][]][] = [];
  for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
    const [, name, value] = /^\s+([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) rules.push([line.trim(), []]);
    else rules.at(-1)?.[1].push([name, value as string]);
  }
  return rules;
}

function matches(path: string, pathname: string): boolean {
  return path.endsWith("*") ? pathname.startsWith(path.slice(0, -1)) : pathname === path;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
