/** The files of the built site, without a browser: links, policies, headers, what is refused. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { describe, expect, inject, it } from "vitest";
import { siteBase } from "../../scripts/site-base.js";
import { toSite } from "../../scripts/site-guide.js";
import { withLinks } from "../../scripts/site-links.js";
import { serveSite } from "../../scripts/site-server.js";
import { REPOSITORY } from "../support/bundle.js";
import { blocksOf, statedOutput } from "../support/documents.js";

const SITES = [
  ["/", "siteFolder"],
  ["/x/y/", "subFolder"],
] as const;

describe.each(SITES)("the site built for %s", (base, of) => {
  const folder = inject(of);
  const pages = new Map(
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((name) => name.endsWith(".html"))
      .map((name) => [name.replaceAll("\\", "/"), readFileSync(join(folder, name), "utf8")]),
  );

  it("every link of every page leads to a file of the site, and to a place in it", () => {
    const faults: string[] = [];
    let count = 0;
    for (const [path, html] of pages) {
      for (const [, link = ""] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
        // A missing page may stand at any depth.
        if (/^https:|^data:/.test(link) || path === "404.html") continue;
        count++;
        const { pathname, hash } = new URL(link.replaceAll("&amp;", "&"), `http://localhost${base}${path}`);
        const file = decodeURIComponent(pathname.slice(base.length)).replace(/(^|\/)$/, "$1index.html");
        const there = pages.get(file);
        const isThere =
          pathname.startsWith(base) && existsSync(join(folder, file)) && statSync(join(folder, file)).isFile();
        const id = decodeURIComponent(hash.slice(1));
        if (!isThere) faults.push(`${path}: ${link}: there is no ${file}`);
        else if (id !== "" && !there?.includes(`id="${id}"`)) faults.push(`${path}: ${link}: no #${id}`);
      }
    }
    expect(faults).toEqual([]);
    expect(count).toBeGreaterThan(500);
  });

  it("every page has a policy, and the policy allows the page's own scripts", () => {
    for (const [path, html] of pages) {
      const [, policy = ""] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html) ?? [];
      expect(policy, path).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'");
      for (const [, code = ""] of html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)) {
        expect(policy, path).toContain(`'sha256-${createHash("sha256").update(code).digest("base64")}'`);
      }
    }
  });

  it("a page with a room preloads the room's script, and mounts the room without waiting for VitePress", () => {
    for (const room of ["map", "race", "ring"]) {
      expect(pages.get(`${room}.html`)).toMatch(
        new RegExp(`<link rel="modulepreload" href="${base}assets/chunks/${room}\\.[\\w-]+\\.js">`),
      );
      expect(pages.get(`${room}.html`)).toContain(`<script type="module" async>import{mount}from"${base}assets/`);
    }
  });

  it("is served with the headers of its file _headers, and without them where a host has none", async () => {
    const server = await serveSite(folder, { base });
    const plain = await serveSite(folder, { base, plain: true });
    const isolation = ({ headers }: Response) => [
      headers.get("Cross-Origin-Opener-Policy"),
      headers.get("Cross-Origin-Embedder-Policy"),
    ];
    const [script] = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".js"));
    for (const path of ["", "map.html", "offline.js", `assets/${script}`]) {
      const response = await fetch(server.url + path);
      expect(response.status, path).toBe(200);
      expect(isolation(response), path).toEqual(["same-origin", "require-corp"]);
      expect(isolation(await fetch(plain.url + path)), path).toEqual([null, null]);
    }
    expect((await fetch(`${server.url}assets/${script}`)).headers.get("Cache-Control")).toContain("immutable");
    for (const path of ["gone.html", "%2e%2e/%2e%2e/package.json", "..%2f..%2fpackage.json", "%"]) {
      expect((await fetch(server.url + path)).status, path).toBe(404);
    }
    expect((await fetch(server.url, { method: "POST" })).status).toBe(405);
    await Promise.all([server.close(), plain.close()]);
  });

  it("its worker keeps every file", () => {
    const worker = readFileSync(join(folder, "offline.js"), "utf8");
    const { files } = JSON.parse(/^const BUILD = (.*);$/m.exec(worker)?.[1] ?? "") as { files: string[] };
    const there = (readdirSync(folder, { recursive: true }) as string[])
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => statSync(join(folder, name)).isFile());
    expect([...files, "_headers", "offline.js"].sort()).toEqual(there.sort());
  });
});

describe("SITE_BASE", () => {
  it.each(["/", "/x/", "/segring/", "/a.b/c-d/"])("%s is taken", (base) => expect(siteBase(base)).toBe(base));

  it.each(["", "x", "/x", "x/", "//", "/x//", "/x y/", "https://example.com/", '/"/', "/x/*"])(
    "%j is refused, with what was expected and what was found",
    (base) => {
      expect(() => siteBase(base)).toThrow(RangeError);
      expect(() => siteBase(base)).toThrow(`got ${JSON.stringify(base)}`);
    },
  );

  it("ends npm run site before anything is written", () => {
    const env = { ...process.env, SITE_BASE: "/x" };
    const { status, stderr } = spawnSync("npm", ["run", "--silent", "site"], {
      cwd: REPOSITORY,
      env,
      encoding: "utf8",
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('SITE_BASE: expected a path that starts and ends with "/"');
  });
});

describe("a document on the site", () => {
  it.each([
    ["[a](plan.md#x)", "[a](./plan.md#x)"],
    ["[a](../README.md)", "[a](./readme.md)"],
    ["[a](../samples/isolate.js)", "[a](./source/samples-isolate-js.md)"],
    ["![a](segments.svg)", "![a](./segments.svg)"],
    ["[a `b]`](#c) [d](https://example.com/)", "[a `b]`](#c) [d](https://example.com/)"],
    ["[a](../samples/recipes/) `[b](plan.md)`", "a `[b](plan.md)`"],
    ["```md\n[a](plan.md)\n```\n[b](plan.md)", "```md\n[a](plan.md)\n```\n[b](./plan.md)"],
  ])("%j becomes %j", (text, expected) => {
    expect(toSite(text, "docs/guide.md", "guide/index.md")).toBe(expected);
  });

  it("keeps a text without links", () => {
    expect(withLinks("a `b` [c] (d) ```", () => "e")).toBe("a `b` [c] (d) ```");
  });
});

it("the code of the first page prints what it says", () => {
  const blocks = blocksOf("site/index.md", readFileSync(join(REPOSITORY, "site/index.md"), "utf8"), ["ts"]);
  expect(blocks).toHaveLength(1);
  const [{ code }] = blocks as [(typeof blocks)[0]];
  const scratch = mkdtempSync(join(REPOSITORY, "build/first-page-"));
  writeFileSync(join(scratch, "block.mjs"), transformSync(code, { loader: "ts", format: "esm" }).code);
  const { stdout, stderr } = spawnSync(process.execPath, [join(scratch, "block.mjs")], { encoding: "utf8" });
  rmSync(scratch, { recursive: true });
  expect(stderr).toBe("");
  expect(stdout.trimEnd().split("\n")).toEqual(statedOutput(code));
});
