/** The room "Map". */
export function mount(root: HTMLElement): () => void {
  root.textContent = "Map";
  return () => root.replaceChildren();
}
