export { mergeWindows } from "./merge";
export { MERGE_ABI } from "./merge-layout";
