/** What a built site gets at the end: a policy in each page, headers for hosts that read them, and its service worker. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Nothing of another host, and no script but the site's own. Styles in attributes are VitePress's and its highlighter's. */
function policyOf(hashes: readonly string[]): string {
  return [
    "default-src 'self'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...hashes.map((hash) => `'sha256-${hash}'`)].join(" "),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self' blob: data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** @param base Where the site will stand. */
export function finish(folder: string, base: string): void {
  const files = filesIn(folder);
  for (const file of files.filter((name) => name.endsWith(".html"))) {
    writeFileSync(join(folder, file), withPolicy(readFileSync(join(folder, file), "utf8")));
  }
  writeFileSync(join(folder, "_headers"), headersOf(base));
  writeFileSync(join(folder, "offline.js"), workerOf(folder, files));
}

/** Puts a policy first into the head: it holds for what comes after it. */
function withPolicy(html: string): string {
  const scripts = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = scripts.map(([, code]) =>
    createHash("sha256")
      .update(code as string)
      .digest("base64"),
  );
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policyOf([...new Set(hashes)])}">`;
  const charset = '<meta charset="utf-8">';
  if (!html.includes(charset)) throw new Error(`expected ${charset} in a page, found none`);
  return html.replace(charset, `${charset}\n    ${meta}`);
}

/** As Netlify and Cloudflare Pages read it; npm run site:preview does too. */
function headersOf(base: string): string {
  return `${base}*
  Cross-Origin-Opener-Policy: same-origin
  Cross-Origin-Embedder-Policy: require-corp
  X-Content-Type-Options: nosniff
${base}assets/*
  Cache-Control: public, max-age=31536000, immutable
`;
}

/** The worker, with the files that it keeps, and a version that is of their content. */
function workerOf(folder: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  const build = { version: hash.digest("hex").slice(0, 16), files };
  const source = readFileSync(new URL("../site/worker/offline.js", import.meta.url), "utf8");
  if (!source.includes("__BUILD__")) throw new Error("site/worker/offline.js: expected __BUILD__, found none");
  return source.replace("__BUILD__", () => JSON.stringify(build));
}

/** All files that a page may ask for, in an order that does not depend on the machine. */
function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => statSync(join(folder, name)).isFile() && name !== "_headers" && name !== "offline.js")
    .sort();
}
