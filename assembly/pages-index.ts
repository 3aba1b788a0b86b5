export { expandLists, expandPages } from "./pages";
export { PAGES_ABI } from "./pages-layout";
