export { expandLists, expandPages, inspectBorders } from "./pages";
export { PAGES_ABI } from "./pages-layout";
