export { parseCsv } from "./text-csv";
export { formatCsv, formatNdjson } from "./text-format";
export { TEXT_ABI } from "./text-layout";
export { parseNdjson } from "./text-ndjson";
export { openText } from "./text-open";
