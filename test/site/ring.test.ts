/** The room "Ring" in the built site: a ring whose kernel is killed and replaced, in both browsers. */
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { serveSite } from "../../scripts/site-server.js";
import { start } from "../support/browsers.js";
import { Random } from "../support/random.js";
import { waitUntil } from "../support/waiting.js";
import { button, press } from "./controls.js";
import { axe, BROWSERS, newPage, openSite, PHONE, screenshot, setViewport } from "./support.js";

const PROOF = 'output[aria-label="Proof"]';

/** What the proof shows, all of one moment. */
interface Proof {
  readonly state: string;
  readonly kills: number;
  readonly recordsIn: number;
  readonly segmentsOut: number;
  readonly balanced: string;
  readonly hashOk: string;
  /** Bytes in, less bytes out and bytes held back. */
  readonly missing: bigint;
}

async function proofOf(page: Page): Promise<Proof> {
  const data = await page.$eval(PROOF, (output) => ({ ...(output as HTMLElement).dataset }));
  const big = (name: string) => BigInt(data[name] ?? 0);
  return {
    state: data.state ?? "",
    kills: Number(data.kills),
    recordsIn: Number(data.recordsIn ?? 0),
    segmentsOut: Number(data.segmentsOut ?? 0),
    balanced: data.balanced ?? "",
    hashOk: data.hashOk ?? "",
    missing: big("bytesIn") - big("bytesOut") - big("held"),
  };
}

const HOLDS = { balanced: "true", hashOk: "true", missing: 0n };

/** Waits until a number of the proof is at least this. */
async function reach(page: Page, name: "recordsIn" | "segmentsOut", goal: number): Promise<void> {
  await waitUntil(
    page,
    (selector, key, least) => Number(document.querySelector<HTMLElement>(selector)?.dataset[key] ?? 0) >= least,
    {},
    PROOF,
    name,
    goal,
  );
}

async function waitForState(page: Page, state: string): Promise<void> {
  await page.waitForSelector(`${PROOF}[data-state="${state}"]`);
}

async function isDisabled(page: Page, name: string): Promise<boolean> {
  return await page.$eval(button(name), (element) => (element as HTMLButtonElement).disabled);
}

const textOf = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent ?? "");
const STATUS = ".room-ring [role=status]";
const ALERT = ".room-ring [role=alert]";

async function unlimited(page: Page): Promise<void> {
  await page.focus(".room-ring input[type=range]");
  await page.keyboard.press("End");
  expect(await textOf(page, 'output[aria-label="Rate in words"]')).toBe("unlimited");
}

/** Web Locks that are held: two by a kernel, as long as its worker lives. */
function heldLocks(page: Page): Promise<number | undefined> {
  return page.evaluate(async () => (await navigator.locks.query()).held?.length);
}

/** Has the page keep each proof that does not hold, at whatever update. */
async function watchProof(page: Page): Promise<() => Promise<string[]>> {
  await page.$eval(PROOF, (output) => {
    const broken: string[] = [];
    (globalThis as { brokenProofs?: string[] }).brokenProofs = broken;
    new MutationObserver(() => {
      const { balanced, hashOk } = (output as HTMLElement).dataset;
      if (balanced === "false" || hashOk === "false") broken.push(output.textContent ?? "");
    }).observe(output, { attributes: true });
  });
  return () => page.evaluate(() => (globalThis as { brokenProofs?: string[] }).brokenProofs ?? ["not watched"]);
}

/** What `keepParts` keeps in the page. */
interface Parts {
  readonly workers: Worker[];
  memory?: WebAssembly.Memory;
  /** The script of the next worker throws. */
  spoilNext?: boolean;
}

type WithParts = typeof globalThis & { parts: Parts };

/** Keeps the workers of the page and the memory of its rings, for tests that spoil them. */
function keepParts(page: Page): Promise<unknown> {
  return page.evaluateOnNewDocument(() => {
    const parts: Parts = { workers: [] };
    Object.assign(globalThis, { parts });
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(parts.spoilNext ? URL.createObjectURL(new Blob(["throw new Error('no kernel here')"])) : url, options);
        parts.workers.push(this);
      }

      override postMessage(message: { memory?: WebAssembly.Memory }) {
        if (message.memory !== undefined) parts.memory = message.memory;
        super.postMessage(message);
      }
    };
  });
}

describe.each(BROWSERS)("the room Ring in %s", (name) => {
  let browser: Browser;
  const pages: Page[] = [];
  beforeAll(async () => {
    browser = await start(name);
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });
  afterAll(() => browser.close());

  /** In front, because browsers slow a page in the background down. */
  async function show(page: Page) {
    pages.push(page);
    await page.bringToFront();
    await waitForState(page, "running");
  }

  async function open(options: Parameters<typeof openSite>[2] = {}) {
    const opened = await openSite(browser, "ring.html", options);
    await show(opened.page);
    return opened;
  }

  async function openKeepingParts() {
    const page = await newPage(browser);
    await keepParts(page);
    await page.goto(new URL("ring.html", inject("siteUrl")).href);
    await show(page);
    return page;
  }

  it("runs as soon as it is open, and stands still while it pauses", async () => {
    const { page, errors } = await open();
    await reach(page, "segmentsOut", 1000);
    expect(await proofOf(page)).toMatchObject({ ...HOLDS, kills: 0 });
    expect(await textOf(page, STATUS)).toMatch(/^Kernel 1 runs in a worker, on WebAssembly/);
    expect(await textOf(page, ALERT)).toBe("");
    await press(page, "Pause");
    // A slice that was begun is put to its end; then nothing more comes, and each update shows all that went in.
    await waitUntil(
      page,
      (selector) => {
        const known = globalThis as { seen?: (string | undefined)[] };
        known.seen = [...(known.seen ?? []), document.querySelector<HTMLElement>(selector)?.dataset.recordsIn].slice(
          -4,
        );
        return known.seen.length === 4 && new Set(known.seen).size === 1;
      },
      { polling: 250 },
      PROOF,
    );
    expect(await proofOf(page)).toMatchObject(HOLDS);
    const { recordsIn } = await proofOf(page);
    await press(page, "Go");
    await reach(page, "recordsIn", recordsIn + 1000);
    expect(errors).toEqual([]);
  });

  it("loses nothing and repeats nothing over ten kills at random moments, at an unlimited rate", async () => {
    const random = new Random(name.length);
    const { page, errors } = await open();
    const broken = await watchProof(page);
    await unlimited(page);
    for (let kill = 1; kill <= 10; kill++) {
      await reach(page, "recordsIn", (await proofOf(page)).recordsIn + random.integer(1, 50_000));
      expect([await isDisabled(page, "Kill the kernel"), await isDisabled(page, "Start a kernel")]).toEqual([
        false,
        true,
      ]);
      await press(page, "Kill the kernel");
      expect(await proofOf(page)).toMatchObject({ ...HOLDS, kills: kill, state: "killed" });
      expect(await textOf(page, STATUS)).toMatch(new RegExp(`^Kernel ${kill} was killed\\.`));
      await press(page, "Start a kernel");
      await waitForState(page, "running");
      expect(await textOf(page, STATUS)).toMatch(
        new RegExp(`^Kernel ${kill + 1} runs .* took over at record [\\d,]+, where kernel ${kill} ended\\.$`),
      );
      await reach(page, "segmentsOut", (await proofOf(page)).segmentsOut + 10_000);
      expect(await proofOf(page)).toMatchObject({ ...HOLDS, kills: kill });
    }
    expect(await broken()).toEqual([]);
    expect(await textOf(page, ALERT)).toBe("");
    await screenshot(page, `${name}-ring-kills`, { fullPage: true });
    expect(errors).toEqual([]);
  });

  it("is killed and started by the keyboard alone", async () => {
    const { page } = await open();
    await page.focus(".room-ring button.kill");
    await page.keyboard.press("Enter");
    await waitForState(page, "killed");
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await focused()).toBe("Start a kernel");
    await page.keyboard.press("Enter");
    await waitForState(page, "running");
    expect(await focused()).toBe("Kill the kernel");
  });

  it("while no kernel runs, the rings fill and the proof holds", async () => {
    const { page } = await open();
    await unlimited(page);
    await press(page, "Kill the kernel");
    await expect.poll(() => heldLocks(page)).toBe(0);
    // A producer that waits for a quarter of the ring's 8192 slots leaves less than that empty, where the kernel dies
    // meanwhile.
    await waitUntil(page, () =>
      [...document.querySelectorAll(".room-ring .row.part")].some((row) => {
        const [, records = "0"] = /ring of ranges\D*([\d,]+) records/.exec(row.textContent ?? "") ?? [];
        return Number(records.replaceAll(",", "")) > (3 / 4) * 8192;
      }),
    );
    expect(await proofOf(page)).toMatchObject({ ...HOLDS, state: "killed" });
    await screenshot(page, `${name}-ring-killed`, { fullPage: true });
  });

  it("says which segment is wrong, where the memory is spoilt", async () => {
    const page = await openKeepingParts();
    await unlimited(page);
    await press(page, "Kill the kernel");
    await expect.poll(() => heldLocks(page)).toBe(0);
    // The producer may put records yet: so the records are spoilt until the page shows it.
    await waitUntil(
      page,
      (selector) => {
        // The ring of ranges lies at 1024 (docs/ring-protocol.md): each record gets a tag, and one byte less.
        const words = new Uint32Array((globalThis as WithParts).parts.memory?.buffer ?? new ArrayBuffer(0), 1024);
        const slots = (words[5] as number) / 4;
        for (let at = slots; at < slots + 4 * 8192; at += 4) {
          words[at + 2] = Math.max((words[at + 2] as number) - 1, 1);
          words[at + 3] = (words[at + 3] as number) | 0x100;
        }
        return document.querySelector<HTMLElement>(selector)?.dataset.balanced === "false";
      },
      { polling: 500 },
      PROOF,
    );
    expect(await textOf(page, ALERT)).toMatch(
      /^At record [\d,]+ in and segment [\d,]+ out, bytes are lost or twice\.$/,
    );
    await press(page, "Start a kernel");
    await page.waitForSelector(`${PROOF}[data-hash-ok="false"]`);
    expect(await textOf(page, ALERT)).toMatch(
      /^Segment [\d,]+ is wrong: the batch has 0x[0-9a-f]+, \d+ bytes, flags \d+; the ring gave 0x[0-9a-f]+, \d+ bytes, flags \d+\.$/,
    );
    expect(await axe(page)).toEqual([]);
    await screenshot(page, `${name}-ring-wrong`, { fullPage: true });
  });

  it("says so when the worker ends by itself, and when another worker does not start", async () => {
    const page = await openKeepingParts();
    await reach(page, "segmentsOut", 1000);
    await page.evaluate(() => (globalThis as WithParts).parts.workers.at(-1)?.terminate());
    await waitForState(page, "died");
    expect(await textOf(page, STATUS)).toMatch(/^The worker of kernel 1 ended, and this page did not/);
    expect(await proofOf(page)).toMatchObject({ ...HOLDS, kills: 0 });
    await page.evaluate(() => {
      (globalThis as WithParts).parts.spoilNext = true;
    });
    await press(page, "Start a kernel");
    await waitForState(page, "refused");
    expect(await textOf(page, ALERT)).toMatch(/^PEER_DIED: /);
    await page.evaluate(() => {
      (globalThis as WithParts).parts.spoilNext = false;
    });
    await press(page, "Start a kernel");
    await waitForState(page, "running");
    await reach(page, "segmentsOut", (await proofOf(page)).segmentsOut + 1000);
    expect(await proofOf(page)).toMatchObject({ ...HOLDS, kills: 0 });
    expect(await textOf(page, ALERT)).toBe("");
  });

  it("without the headers, one line says why, and the kernel runs in line", async () => {
    const server = await serveSite(inject("siteFolder"), { plain: true });
    try {
      const { page, errors } = await open({ url: server.url, withoutServiceWorkers: true });
      await unlimited(page);
      await reach(page, "segmentsOut", 10_000);
      expect(await proofOf(page)).toMatchObject({ ...HOLDS, kills: 0 });
      expect(await textOf(page, ".room-ring .notice")).toMatch(/not cross-origin isolated.*kernel runs in line/);
      expect(await textOf(page, STATUS)).toMatch(/^Kernel 1 runs in line, in the thread of this page/);
      expect([await isDisabled(page, "Kill the kernel"), await isDisabled(page, "Start a kernel")]).toEqual([
        true,
        true,
      ]);
      expect(await axe(page)).toEqual([]);
      await screenshot(page, `${name}-ring-in-line`, { fullPage: true });
      expect(errors).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it("leaving the room ends the worker", async () => {
    const { page, errors } = await open();
    expect(await heldLocks(page)).toBe(2);
    const kernels = page.workers();
    await page.$$eval("a", (links) => links.find((link) => link.textContent?.trim() === "Map")?.click());
    await waitUntil(page, () => location.pathname.endsWith("map.html"));
    await expect.poll(() => heldLocks(page)).toBe(0);
    // The room "Map" has a worker of its own.
    if (name === "chromium")
      await expect.poll(() => page.workers().filter((worker) => kernels.includes(worker))).toEqual([]);
    // And back: a new ring.
    await page.$$eval("a", (links) => links.find((link) => link.textContent?.trim() === "Ring")?.click());
    await waitForState(page, "running");
    await reach(page, "segmentsOut", 1000);
    expect(await proofOf(page)).toMatchObject({ ...HOLDS, kills: 0 });
    expect(errors).toEqual([]);
  });

  it.each(["light", "dark"] as const)("axe finds nothing, %s, at a desk and on a telephone", async (theme) => {
    const { page } = await open({ theme });
    await reach(page, "segmentsOut", 1000);
    expect(await axe(page)).toEqual([]);
    await screenshot(page, `${name}-ring-${theme}`, { fullPage: true });
    await setViewport(page, PHONE);
    await press(page, "Kill the kernel");
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await screenshot(page, `${name}-ring-${theme}-phone`, { fullPage: true });
  });
});
