export { inspectBorders } from "./page-borders";
export { expandBlocks } from "./pages-blocks";
export { LISTS_ABI } from "./pages-layout";
