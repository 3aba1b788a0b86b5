export { countValid } from "./records";
export { open, run } from "./ring";
export { RING_ABI } from "./ring-layout";
