/** The room "Race". */
export function mount(root: HTMLElement): () => void {
  root.textContent = "Race";
  return () => root.replaceChildren();
}
