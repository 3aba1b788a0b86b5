export { expandLists, expandPages, inspectBorders } from "./pages";
export { LISTS_ABI } from "./pages-layout";
