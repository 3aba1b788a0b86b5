/**
 * Buttons and fields of a page, by their names. XPath finds them; `::-p-aria` works out the name of every element, which
 * takes Firefox 140 one to three seconds where a page has a long table.
 */
import type { Page } from "puppeteer-core";

/** The field that a label names. */
export const field = (name: string) => `::-p-xpath(//*[@id=//label[normalize-space()=${JSON.stringify(name)}]/@for])`;

/** The button with this text. */
export const button = (name: string) => `::-p-xpath(//button[normalize-space()=${JSON.stringify(name)}])`;

const enabled = (name: string) => `::-p-xpath(//button[normalize-space()=${JSON.stringify(name)} and not(@disabled)])`;

/** Clicks a button as a reader does, as soon as the button is there and enabled. */
export function press(page: Page, name: string): Promise<void> {
  return click(page, enabled(name));
}

/**
 * Clicks an element as a reader does, as soon as it is there. A page at work moves its elements: where the element has gone
 * between the look at its place and the click, the click is tried again, as a reader would.
 */
export async function click(page: Page, selector: string): Promise<void> {
  while (!(await tryToClick(page, selector))) {}
}

/** @returns Whether the element heard the click. */
async function tryToClick(page: Page, selector: string): Promise<boolean> {
  const handle = await page.waitForSelector(selector);
  if (handle === null) throw new Error(`an element ${selector} expected`);
  const met = await handle.evaluateHandle((element) => {
    const state = { isMet: false };
    element.addEventListener("click", () => Object.assign(state, { isMet: true }), { once: true, capture: true });
    return state;
  });
  await handle.click();
  return met.evaluate(({ isMet }) => isMet);
}
