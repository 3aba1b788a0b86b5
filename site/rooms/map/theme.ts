/** The colours of the page: VitePress says which by a class of the document. */
import type { Theme } from "./protocol.js";

export function theme(): Theme {
  return document.documentElement.classList.contains("dark") ? "dark" : "light";
}

/** Calls after each change. @returns What ends the calls. */
export function onTheme(changed: () => void): () => void {
  let before = theme();
  const observer = new MutationObserver(() => {
    if (theme() === before) return;
    before = theme();
    changed();
  });
  observer.observe(document.documentElement, { attributeFilter: ["class"] });
  return () => observer.disconnect();
}
