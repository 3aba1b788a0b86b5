/** Elements of a page in one expression, for rooms without a framework. */

type Attributes = Record<string, string | number | boolean | undefined>;

/**
 * Makes an element.
 *
 * @param attributes `true` sets an attribute without a value; `false` and `undefined` leave it out.
 */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

let controls = 0;

/**
 * A control and its label. The label stands beside the control, not round it: the text of a label that holds a select is
 * the text of all options too.
 */
export function labelled(text: string, control: HTMLElement): HTMLElement {
  control.id = `control-${controls++}`;
  return el("div", { class: "field" }, el("label", { for: control.id }, text), control);
}

/** Gives a file to the reader's browser to save. */
export function download(name: string, parts: readonly BlobPart[], type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  el("a", { href: url, download: name }).click();
  // The browser has taken the blob at the click; Firefox reads the address a moment later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
