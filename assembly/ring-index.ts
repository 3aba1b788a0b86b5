export { RING_ABI } from "./ring-layout";
export { open } from "./ring-open";
export { run } from "./ring-round";
