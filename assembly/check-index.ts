export { countValid } from "./records";
