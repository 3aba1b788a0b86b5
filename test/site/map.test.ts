/** The room "Map" of the built site, as a reader uses it, in both browsers; what it gives is what the command line gives. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { start } from "../support/browsers.js";
import { REPOSITORY } from "../support/bundle.js";
import { waitUntil } from "../support/waiting.js";
import { field, press } from "./controls.js";
import { axe, BROWSERS, openSite, PHONE, screenshot } from "./support.js";

const CLI = join(REPOSITORY, "dist/cli/main.js");
const ROOM = "site/rooms/map/samples";
const SAMPLES = {
  frames: { file: "test/data/mixed14-1g.pfn64.gz", format: "pfn64" },
  iomem: { file: "test/data/iomem.txt", format: "iomem" },
  maps: { file: "test/data/maps.txt", format: "maps" },
  filefrag: { file: "test/data/filefrag.txt", format: "filefrag" },
  nvme: { file: `${ROOM}/nvme.csv`, format: "csv" },
  parquet: { file: `${ROOM}/parquet.csv`, format: "csv" },
} as const;

/** What each mode is set to, as a link says it and as the command line does. */
const MODES = {
  coalesce: { link: "max=1MiB&boundary=64KiB", command: ["map", "--max", "1MiB", "--boundary", "64KiB"] },
  union: { link: "gap=64KiB", command: ["union", "--gap", "64KiB"] },
  plan: { link: "gap=64KiB&cap=1MiB", command: ["plan", "--gap", "64KiB", "--cap", "1MiB"] },
  requests: { link: "device=nvmePrp", command: ["requests", "--preset", "nvmePrp"] },
} as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "segring-site-map-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the command line wrote: both browsers are compared with one run. */
const written = new Map<string, Buffer | undefined>();

/** What the command line writes; undefined where the command line refuses the input. */
function commandOutput(sample: keyof typeof SAMPLES, mode: keyof typeof MODES): Buffer | undefined {
  const key = `${sample} ${mode}`;
  if (!written.has(key)) written.set(key, runCommand(sample, mode));
  return written.get(key);
}

function runCommand(sample: keyof typeof SAMPLES, mode: keyof typeof MODES): Buffer | undefined {
  const { file, format } = SAMPLES[sample];
  const out = join(folder, mode === "requests" ? `${sample}.csv` : `${sample}-${mode}.records`);
  const words = [CLI, ...MODES[mode].command, file, "--from", format, "-o", out];
  const { status } = spawnSync(process.execPath, mode === "requests" ? [...words, "--to", "csv"] : words, {
    cwd: REPOSITORY,
  });
  return status === 0 ? readFileSync(out) : undefined;
}

/** Opens the room, and waits until its first mapping is drawn. */
async function openMap(browser: Browser, fragment = "", options: Parameters<typeof openSite>[2] = {}) {
  const opened = await openSite(browser, `map.html${fragment === "" ? "" : `#${fragment}`}`, options);
  await opened.page.evaluate(() => {
    const made: Blob[] = [];
    Object.assign(globalThis, { made });
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob: Blob) => {
      made.push(blob);
      return createObjectURL.call(URL, blob);
    };
  });
  await settled(opened.page);
  return opened;
}

/** Waits until what was asked for is mapped and drawn, or refused. */
async function settled(page: Page): Promise<void> {
  await page.waitForSelector('.room-map .map[aria-busy="false"]');
}

/** Changes the address's fragment, as a link does. */
async function follow(page: Page, fragment: string): Promise<void> {
  await page.evaluate(async (hash) => {
    const changed = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
    location.hash = hash;
    await changed;
  }, fragment);
  await settled(page);
}

async function type(page: Page, text: string): Promise<void> {
  const area = await page.$(field("Ranges"));
  await area?.evaluate((element, value) => {
    (element as HTMLTextAreaElement).value = value;
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }, text);
}

/** The bytes of the file that a button gives. */
async function downloaded(page: Page, name: string): Promise<Buffer> {
  await page.evaluate(() => {
    (globalThis as unknown as { made: Blob[] }).made.length = 0;
  });
  await press(page, name);
  await waitUntil(page, () => (globalThis as unknown as { made: Blob[] }).made.length === 1);
  const base64 = await page.evaluate(async () => {
    const [blob] = (globalThis as unknown as { made: Blob[] }).made;
    const bytes = new Uint8Array(await (blob as Blob).arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  });
  return Buffer.from(base64, "base64");
}

const summary = (page: Page) => page.$eval('output[aria-label="Summary"]', ({ textContent }) => textContent ?? "");
const fault = (page: Page) => page.$eval(".room-map [role=alert]", ({ textContent }) => textContent ?? "");

describe.each(BROWSERS)("the map in %s", (name) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await start(name);
  });
  afterAll(() => browser.close());

  it("each mode with each sample gives what the command line writes, or refuses what the command line refuses", async () => {
    const { page, errors } = await openMap(browser);
    expect(await summary(page)).toMatch(/^2 segments, 22528 bytes/);
    for (const sample of Object.keys(SAMPLES) as (keyof typeof SAMPLES)[]) {
      for (const mode of Object.keys(MODES) as (keyof typeof MODES)[]) {
        await follow(page, `sample=${sample}&mode=${mode}&${MODES[mode].link}`);
        const expected = commandOutput(sample, mode);
        if (expected === undefined) {
          expect(await fault(page), `${sample} ${mode}`).toMatch(/^Nothing was mapped: /);
          continue;
        }
        expect(await fault(page), `${sample} ${mode}`).toBe("");
        const got = await downloaded(page, mode === "requests" ? "Download requests (CSV)" : "Download records");
        expect(got.equals(expected), `${sample} ${mode}`).toBe(true);
        if (mode !== "requests") expect(await summary(page)).toContain(`${got.byteLength / 16} segment`);
      }
    }
    expect(errors).toEqual([]);
    await page.close();
  });

  it("a dropped gzip of 10^6 frames is mapped, and the page is free meanwhile", async () => {
    const { page, errors } = await openMap(browser);
    await page.select(field("File format"), "pfn64");
    const segments = await page.evaluate(async () => {
      const frames = new BigUint64Array(1_000_000);
      let expected = 0;
      for (let at = 0; at < frames.length; at++) {
        const isBreak = at % 7 === 0;
        frames[at] = (at === 0 ? 1000n : (frames[at - 1] as bigint)) + (isBreak ? 5n : 1n);
        if (isBreak) expected++;
      }
      const zipped = new Blob([frames]).stream().pipeThrough(new CompressionStream("gzip"));
      const file = new File([await new Response(zipped).blob()], "frames.gz");
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(file);
      document
        .querySelector(".room-map .drawing")
        ?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
      return expected;
    });
    await settled(page);
    expect(await summary(page)).toMatch(new RegExp(`^${segments} segments, 4096000000 bytes .*from 1000000 ranges`));
    expect(errors).toEqual([]);
    await page.close();
  });

  it("keys zoom to one page of memory and to one byte, and back to all", async () => {
    const { page, errors } = await openMap(browser, "sample=frames");
    await page.focus("canvas[aria-label='Address space']");
    const shown = () =>
      page.$eval("canvas[aria-label='Address space']", ({ dataset }) => [dataset.addr, dataset.length].map(Number));
    await page.keyboard.press("End");
    await waitUntil(page, () => document.querySelector<HTMLElement>("canvas")?.dataset.length === `${2n ** 64n}`);
    let length = 2 ** 64;
    for (; length > 4096; length /= 2) await page.keyboard.press("+");
    await waitUntil(page, () => document.querySelector<HTMLElement>("canvas")?.dataset.length === "4096");
    for (; length > 1; length /= 2) await page.keyboard.press("+");
    await waitUntil(page, () => document.querySelector<HTMLElement>("canvas")?.dataset.length === "1");
    expect((await shown())[1]).toBe(1);
    await page.keyboard.press("Home");
    await waitUntil(page, () => Number(document.querySelector<HTMLElement>("canvas")?.dataset.length) > 2 ** 30);
    const told = await page.$eval("output[aria-label='At the pointer']", ({ textContent }) => textContent ?? "");
    expect(told).toMatch(/^0x[0-9a-f]{16} to 0x[0-9a-f]{16}: \d+ bytes/);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("a broken text names the line and what was found, and what was mapped before stays", async () => {
    const { page, errors } = await openMap(browser);
    await type(page, "addr,length\n0x1000,4096\n0x2000,many\n");
    await press(page, "Map");
    await settled(page);
    expect(await fault(page)).toMatch(/line 3, column \d+: .*many/);
    expect(await summary(page)).toMatch(/^2 segments, 22528 bytes/);
    await page.$eval(".room-map [role=alert]", (element) => element.scrollIntoView());
    await screenshot(page, `map-broken-${name}`);
    await type(page, "0x1000,4096\n");
    // The other fields: a size that is none, and a limit that the package refuses.
    for (const [label, value, message] of [
      ["Boundary bytes", "lots", /Boundary bytes expected bytes below 2\^64.*"lots"/],
      ["Boundary bytes", "3", /boundaryBytes.*power of two/],
    ] as const) {
      await page.$eval(
        field(label),
        (element, text) => {
          (element as HTMLInputElement).value = text;
        },
        value,
      );
      await press(page, "Map");
      await settled(page);
      await waitUntil(
        page,
        (source) => new RegExp(source).test(document.querySelector(".room-map [role=alert]")?.textContent ?? ""),
        {},
        message.source,
      );
    }
    expect(errors).toEqual([]);
    await page.close();
  });

  it("a file that is cut off, of another format or of no known one is refused by what it is", async () => {
    const { page, errors } = await openMap(browser);
    const drop = (bytes: readonly number[], file: string) =>
      page.evaluate(
        (content, fileName) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([new Uint8Array(content)], fileName));
          document
            .querySelector(".room-map .map")
            ?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        },
        [...bytes],
        file,
      );
    const zipped = readFileSync(join(REPOSITORY, "samples/thp-1g.records.gz"));
    for (const [bytes, file, message] of [
      [[1, 2, 3], "a.bin", /says no format/],
      [[1, 2, 3], "a.records", /records of 16 bytes, got 3 bytes/],
      [[...zipped.subarray(0, 400)], "cut.records.gz", /gzip file is damaged or cut off/],
    ] as const) {
      await drop(bytes, file);
      await waitUntil(
        page,
        (source) => new RegExp(source).test(document.querySelector(".room-map [role=alert]")?.textContent ?? ""),
        {},
        message.source,
      );
      await settled(page);
    }
    expect(errors).toEqual([]);
    await page.close();
  });

  it("CSV, NDJSON and SVG are what the command line writes", async () => {
    const { page, errors } = await openMap(browser, "sample=iomem");
    for (const [button, extension] of [
      ["CSV", "csv"],
      ["NDJSON", "ndjson"],
    ] as const) {
      const out = join(folder, `iomem.${extension}`);
      execFileSync(process.execPath, [CLI, "map", SAMPLES.iomem.file, "--from", "iomem", "-o", out], {
        cwd: REPOSITORY,
      });
      expect((await downloaded(page, button)).equals(readFileSync(out)), button).toBe(true);
    }
    const svg = String(await downloaded(page, "SVG"));
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
    expect((await downloaded(page, "PNG")).subarray(1, 4).toString()).toBe("PNG");
    expect(errors).toEqual([]);
    await page.close();
  });

  it("a place in the page is no link to settings, and a refused link takes nothing away", async () => {
    const { page, errors } = await openMap(browser);
    await type(page, "0x1000,4096\n");
    await press(page, "Map");
    await waitUntil(page, () => document.querySelector("output")?.textContent?.startsWith("1 segment,"));
    for (const hash of ["VPContent", "map", "mode=sideways"]) {
      await follow(page, hash);
      expect(await page.$eval("textarea", ({ value }) => value), hash).toBe("0x1000,4096\n");
      expect(await summary(page), hash).toMatch(/^1 segment, 4096 bytes/);
    }
    expect(errors).toEqual([]);
    await page.close();
  });

  it("a text that was typed comes back, and a file waits for its format", async () => {
    const { page, errors } = await openMap(browser);
    await type(page, "0x1000,8192\n");
    await page.select(field("Sample"), "frames");
    await settled(page);
    expect(await page.$eval("textarea", ({ value }) => value)).toBe("");
    await page.select(field("Sample"), "");
    await settled(page);
    expect(await summary(page)).toMatch(/^1 segment, 8192 bytes/);
    expect(await page.$eval("textarea", ({ value }) => value)).toBe("0x1000,8192\n");
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new BigUint64Array([5n, 6n, 9n])], "frames.bin"));
      document.querySelector(".room-map .map")?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
    });
    expect(await fault(page)).toMatch(/choose one at "File format"/);
    await page.select(field("File format"), "pfn64");
    await settled(page);
    expect(await summary(page)).toMatch(/^2 segments, 12288 bytes/);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("the last of a million rows is in reach of the scroll bar", async () => {
    const { page } = await openMap(browser, "generator=1000000,4096,100,65536,0,1");
    await page.$eval(".room-map .grid", (grid) => {
      grid.scrollTop = grid.scrollHeight;
    });
    await page.waitForSelector('.room-map .grid tr[data-index="999999"]');
    await page.$eval(".room-map .grid", (grid) => {
      grid.scrollTop = 0;
    });
    await page.waitForSelector('.room-map .grid tr[data-index="0"]');
    await page.focus(".room-map .grid");
    await page.keyboard.press("End");
    await page.waitForSelector('.room-map .grid tr[data-index="999999"][aria-current]');
    await page.close();
  });

  it("a link gives again what is set and what is looked at", async () => {
    const { page } = await openMap(browser, "sample=nvme");
    await page.select(field("Mode"), "requests");
    await settled(page);
    await page.select(field("List"), "sgl");
    await settled(page);
    await page.focus("canvas[aria-label='Address space']");
    await page.keyboard.press("+");
    await waitUntil(page, () => location.hash.includes("at="));
    const link = await page.evaluate(() => location.hash.slice(1));
    const before = await summary(page);
    const window = await page.$eval("canvas", ({ dataset }) => `${dataset.addr}+${dataset.length}`);
    await page.close();

    const again = await openMap(browser, link);
    expect((await summary(again.page)).replace(/; [\d.]+ ms.*/, "")).toBe(before.replace(/; [\d.]+ ms.*/, ""));
    expect(await again.page.$eval("canvas", ({ dataset }) => `${dataset.addr}+${dataset.length}`)).toBe(window);
    expect(await again.page.evaluate(() => location.hash.slice(1))).toBe(link);
    await follow(again.page, "mode=sideways");
    expect(await fault(again.page)).toMatch(/"mode" expected coalesce, union, plan, requests, got "sideways"/);
    expect(again.errors).toEqual([]);
    await again.page.close();
  });

  it("the table and the drawing choose for each other, by keys too", async () => {
    const { page, errors } = await openMap(browser, "sample=frames");
    await page.focus(".room-map .grid");
    await page.keyboard.press("End");
    await waitUntil(page, () => /^Record 38036$/.test(document.querySelector(".inspector h2")?.textContent ?? ""));
    const bytes = await page.$eval(".inspector .hex", ({ textContent }) => textContent ?? "");
    const records = execFileSync(
      process.execPath,
      [CLI, "map", "--from", "pfn64", "--to", "records", SAMPLES.frames.file],
      {
        cwd: REPOSITORY,
        maxBuffer: 2 ** 30,
      },
    );
    expect(bytes.replaceAll(/\s/g, "")).toBe(records.subarray(-16).toString("hex"));
    await page.focus("canvas[aria-label='Address space']");
    await page.keyboard.press("Enter");
    await waitUntil(page, () => document.querySelector(".inspector h2")?.textContent !== "Record 38036");
    expect(await page.$$eval(".grid [aria-current]", ({ length }) => length)).toBe(1);
    expect(errors).toEqual([]);
    await page.close();
  });

  it.each(["light", "dark"] as const)("axe finds nothing wrong in any mode, %s", async (theme) => {
    const { page, errors } = await openMap(browser, "", { theme });
    for (const fragment of ["sample=frames", "sample=parquet&mode=plan&gap=64KiB", "sample=nvme&mode=requests"]) {
      await follow(page, fragment);
      expect(await axe(page), fragment).toEqual([]);
      await screenshot(page, `map-${/mode=(\w+)/.exec(fragment)?.[1] ?? "coalesce"}-${name}-${theme}`, {
        fullPage: true,
      });
    }
    expect(errors).toEqual([]);
    await page.close();
  });

  it("a telephone has room for it", async () => {
    const { page } = await openMap(browser, "sample=nvme&mode=requests", { viewport: PHONE });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await screenshot(page, `map-phone-${name}`, { fullPage: true });
    await page.close();
  });
});
