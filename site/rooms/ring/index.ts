/** The room "Ring". */
export function mount(root: HTMLElement): () => void {
  root.textContent = "Ring";
  return () => root.replaceChildren();
}
