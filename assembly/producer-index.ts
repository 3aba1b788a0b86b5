export { countValid } from "./records";
export { publish } from "./ring-publish";
