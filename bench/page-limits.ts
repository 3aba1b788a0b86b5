/** What no page can do without that maps in a worker and draws: the limits that the room "Map" is measured against. */
import type { Page } from "puppeteer-core";

/** Milliseconds that plain loops take in a page for what `dropRecords` drops: to coalesce, to count by cells, and to draw the cells. */
export async function plainDrawn(page: Page, count: number): Promise<number> {
  return await page.evaluate(async (records) => {
    const words = new Uint32Array(4 * records);
    let next = 2 ** 32;
    for (let at = 0; at < words.length; at += 4) {
      if (at % 40 === 0) next += 65536;
      words[at] = next;
      words[at + 1] = next / 2 ** 32;
      words[at + 2] = 4096;
      next += 4096;
    }
    const context = new OffscreenCanvas(1024, 1024).getContext("2d");
    const started = performance.now();
    const segments = new Float64Array(2 * records);
    let made = 0;
    for (let at = 0; at < words.length; at += 4) {
      const addr = (words[at + 1] as number) * 2 ** 32 + (words[at] as number);
      const before = made - 2;
      const end = made === 0 ? -1 : (segments[before] as number) + (segments[before + 1] as number);
      if (addr === end) segments[before + 1] = (segments[before + 1] as number) + (words[at + 2] as number);
      else {
        segments[made] = addr;
        segments[made + 1] = words[at + 2] as number;
        made += 2;
      }
    }
    const cells = new Float64Array(1024 * 1024);
    const first = segments[0] as number;
    const scale = (cells.length - 1) / (next - first);
    for (let at = 0; at < made; at += 2) {
      const from = ((segments[at] as number) - first) * scale;
      const to = from + (segments[at + 1] as number) * scale;
      for (let cell = Math.floor(from); cell <= to; cell++) cells[cell] = (cells[cell] as number) + 1;
    }
    const image = new ImageData(1024, 1024);
    const pixels = new Uint32Array(image.data.buffer);
    for (let cell = 0; cell < cells.length; cell++) pixels[cell] = cells[cell] === 0 ? 0xff00_0000 : 0xffff_ffff;
    context?.putImageData(image, 0, 0);
    await new Promise(requestAnimationFrame);
    return performance.now() - started;
  }, count);
}
