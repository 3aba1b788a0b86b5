export { writePacking as open } from "./breaks";
export { coalesceColumns } from "./columns";
export { coalesceFrames } from "./frames";
export { coalesceRecords, countValid } from "./records";
export { ABI } from "./layout";
export { flush } from "./run";
