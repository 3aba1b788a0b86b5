/**
 * Waiting for a condition in a page. Puppeteer's `waitForFunction` and `locator` make functions of text in the page, which
 * Firefox 140 refuses under a Content Security Policy; what `evaluate` runs, no policy forbids.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Frame, Page } from "puppeteer-core";

/** What the drivers of Chromium and Firefox say of a question whose page went on to another address meanwhile. */
const WENT_ON =
  /Execution context was destroyed|Cannot find context with specified id|DiscardedBrowsingContextError|Actor '\w+' destroyed/;

/** An answer that takes longer, in milliseconds, may never come: Firefox loses some in a page that changes. */
const ANSWER_MS = 10_000;

export interface WaitOptions {
  /** Milliseconds from an answer to the next question. */
  readonly polling?: number;
  /** Milliseconds until the wait fails; 0 for never. By default the page's own. */
  readonly timeout?: number;
}

/**
 * Asks the page until the condition gives something truthy, and gives that back. Goes on where the page goes on to another
 * address; between two addresses the condition may run in a document without even a root. A question without an answer is
 * asked again.
 *
 * @throws {Error} The condition threw, the page was closed, or the time is over.
 */
export async function waitUntil<T, A extends readonly unknown[]>(
  page: Page,
  condition: (...args: A) => T,
  { polling = 50, timeout = page.getDefaultTimeout() }: WaitOptions = {},
  ...args: A
): Promise<NonNullable<Awaited<T>>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () =>
      reject(new Error(`not so in ${timeout} ms, at ${page.url()}: ${condition} of ${args.map(String).join(", ")}`));
    if (timeout > 0) timer = setTimeout(fail, timeout);
  });
  try {
    for (;;) {
      const answer = await Promise.race([ask(page, condition, args), late]);
      if (answer) return answer;
      await Promise.race([sleep(polling), late]);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The answer to one question; undefined where the page went on before it gave one, or gave none in time. */
async function ask<T, A extends readonly unknown[]>(
  page: Page,
  condition: (...args: A) => T,
  args: A,
): Promise<Awaited<T> | undefined> {
  // Firefox never answers a question of the address before.
  let stop = () => {};
  let timer: NodeJS.Timeout | undefined;
  const noAnswer = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ANSWER_MS);
    const heed = (frame: Frame) => {
      if (frame === page.mainFrame()) resolve(undefined);
    };
    page.on("framenavigated", heed);
    stop = () => page.off("framenavigated", heed);
  });
  try {
    return await Promise.race([page.evaluate(condition as (...all: readonly unknown[]) => T, ...args), noAnswer]);
  } catch (error) {
    if (page.isClosed() || !(error instanceof Error && WENT_ON.test(error.message))) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
    stop();
  }
}
