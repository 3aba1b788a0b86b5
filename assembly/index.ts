export { writePacking as open } from "./breaks";
export { coalesceColumns } from "./columns";
export { coalesceFrames } from "./frames";
export { ABI } from "./layout";
export { coalesceRecords, countValid } from "./records";
export { flush } from "./run";
