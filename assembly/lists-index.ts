export { expandLists, inspectBorders } from "./lists";
export { expandBlocks } from "./pages-blocks";
export { LISTS_ABI } from "./pages-layout";
