/** A result in a sentence, with exact counts. */
import type { Result } from "./protocol.js";
import type { Settings } from "./settings.js";
import { counted, rounded, roundSize } from "./sizes.js";

export function summaryOf(result: Result, { mode }: Settings): string {
  const { ranges, rangeBytes, segments, segmentBytes, requests, wantedBytes, milliseconds, engine } = result;
  const given = `from ${counted(ranges, "range")}, ${rangeBytes} bytes`;
  const time = `${rounded(milliseconds)} ms`;
  const size = (bytes: bigint) => (bytes < 1024n ? `${bytes} bytes` : `${bytes} bytes (${roundSize(bytes)})`);
  switch (mode) {
    case "plan": {
      const over = segmentBytes - wantedBytes;
      return `${counted(segments, "segment")}, ${size(segmentBytes)}, in ${counted(requests, "request")}: ${wantedBytes} bytes wanted, ${over} bytes over-fetched; ${given}; ${time}`;
    }
    case "requests":
      return `${counted(segments, "segment")}, ${size(segmentBytes)}, in ${counted(requests, "request")}; ${given}; ${time} (${engine})`;
    default:
      return `${counted(segments, "segment")}, ${size(segmentBytes)}; ${given}; ${time} (${engine})`;
  }
}
