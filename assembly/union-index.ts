export { flush } from "./run";
export { clearCounters, countDigits, placeDigits, scatterDigits } from "./sort";
export { cut, finish, inspect, merge } from "./union";
export { UNION_ABI } from "./union-layout";
