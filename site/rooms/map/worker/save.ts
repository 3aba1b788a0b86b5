/** Results as files: byte for byte what the command line writes. */
import { svgOfTable } from "segring/draw";
import { formatRecords } from "segring/text";
import type { ExportKind, Theme } from "../protocol.js";
import type { Settings } from "../settings.js";
import { encodeList } from "./lists.js";
import type { Mapped } from "./mapping.js";

export function save(kind: ExportKind, mapped: Mapped, settings: Settings, request: number, theme: Theme): Blob {
  const { table, ranges } = mapped;
  switch (kind) {
    case "records":
      return new Blob([table.bytes as Uint8Array<ArrayBuffer>], { type: "application/octet-stream" });
    case "csv":
    case "ndjson":
      return new Blob([...formatRecords(table, { format: kind })], { type: "text/plain" });
    case "svg": {
      const { source } = settings;
      const title = source.kind === "file" || source.kind === "sample" ? source.name : "Address space";
      const window = settings.window === undefined ? {} : { window: settings.window };
      return new Blob([svgOfTable(table, { input: ranges, theme, title, ...window })], { type: "image/svg+xml" });
    }
    case "requests":
      return new Blob([...requestLines(mapped)], { type: "text/csv" });
    case "descriptors": {
      const segments = mapped.requests[request]?.segments;
      if (segments === undefined) throw new RangeError(`there is no request ${request}`);
      return new Blob([encodeList(settings.list, segments).bytes as Uint8Array<ArrayBuffer>]);
    }
  }
}

/** Lines of CSV, as `segring requests --to csv` writes them. */
function* requestLines({ requests }: Mapped): Generator<string> {
  yield "request,offset,addr,length,flags\n";
  for (const [number, { offset, segments }] of requests.entries()) {
    let lines = "";
    segments.forEach((low, high, length, flags) => {
      const addr = (BigInt(high) << 32n) | BigInt(low);
      lines += `${number},0x${offset.toString(16)},0x${addr.toString(16)},${length},0x${flags.toString(16)}\n`;
    });
    yield lines;
  }
}
