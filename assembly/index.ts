export { writePacking as open } from "./breaks";
export { coalesceColumns } from "./columns";
export { coalesceFrames } from "./frames";
export { ABI } from "./layout";
export { expandPages } from "./pages";
export { coalesceRecords, countValid } from "./records";
export { flush } from "./run";
export { clearCounters, countDigits, placeDigits, scatterDigits } from "./sort";
export { cut, finish, inspect, merge } from "./union";
