/** What the race of the site's page tells of its times: order, ratios, sentences, JSON, Markdown, the picture. */
import { describe, expect, it } from "vitest";
import { cellsOf, curveTable, factsOf } from "../../site/rooms/race/cells.js";
import { curveSvg } from "../../site/rooms/race/curve.js";
import { jsonOf } from "../../site/rooms/race/json.js";
import { markdownOf } from "../../site/rooms/race/markdown.js";
import { placeOfPage } from "../../site/rooms/race/place.js";
import {
  answerOf,
  crossoverOf,
  duration,
  inWords,
  type Report,
  type Row,
  reportOf,
  rowsOf,
} from "../../site/rooms/race/report.js";
import type { Result } from "../../site/rooms/race/run.js";
import { CURVE } from "../../site/rooms/race/serve.js";
import { clockStep, median, significant } from "../../site/rooms/race/statistics.js";

const result = (workload: string, contestant: string, time: number, count = 1000): Result => ({
  workload,
  contestant,
  count,
  status: "ok",
  first: 2 * time,
  median: time,
  worst: 3 * time,
  samples: 9,
});
const RESULTS: Result[] = [
  result("in place", "wasm", 1),
  result("in place", "JS engine", 2),
  result("into", "wasm", 3),
  result("into", "JS engine", 4),
  result("into", "BigUint64Array loop", 2),
  result("union", "wasm", 8),
  result("union", "array of objects", 2),
  { workload: "union", contestant: "drange", count: 1000, status: "over", note: "over 2 s" },
];

describe("the rows", () => {
  const rows = rowsOf(RESULTS);

  it("those that wasm loses come first, the worst on top; the others keep their order", () => {
    expect(rows.map(({ workload, contestant, loses }) => `${workload} ${contestant} ${loses ?? ""}`.trim())).toEqual([
      "union wasm true",
      "into wasm true",
      "in place wasm",
      "in place JS engine",
      "into JS engine",
      "into BigUint64Array loop",
      "union array of objects",
      "union drange",
    ]);
  });

  it("the ratio is to the best pure JavaScript of the workload", () => {
    expect(rows.map(({ ratio }) => ratio)).toEqual([4, 1.5, 0.5, 1, 2, 1, 1, undefined]);
    expect(cellsOf(rows[0] as Row)).toEqual([
      "Union",
      "wasm",
      "10^3",
      "16.0 ms",
      "8.00 ms",
      "24.0 ms",
      "8000",
      "4.00 loses",
    ]);
    expect(cellsOf(rows[7] as Row).slice(0, 4)).toEqual(["Union", "drange", "10^3", "over 2 s"]);
  });

  it("wasm without an answer in time loses to whoever has one", () => {
    const over: Result = { workload: "plan", contestant: "wasm", count: 1000, status: "over", note: "over 2 s" };
    const [first] = rowsOf([...RESULTS, result("plan", "JS engine", 5), over]);
    expect(first).toEqual({ ...over, loses: true });
    expect(cellsOf(first as Row)).toEqual(["Plan", "wasm", "10^3", "over 2 s", "", "", "", "loses"]);
    expect(answerOf({ rows: [first], curve: [] } as unknown as Report)).toContain("It loses 1 of 1 workloads (Plan).");
    expect(rowsOf([over])[0]).toEqual(over);
    const leftOut: Result = { ...over, status: "left out" };
    expect(rowsOf([leftOut, result("plan", "JS engine", 5)])[0]).toEqual(leftOut);
  });

  it("a floor is nobody's rival", () => {
    const curve = rowsOf([result(CURVE, "wasm", 2), result(CURVE, "JS engine", 4), result(CURVE, "reading", 1)]);
    expect(curve.map(({ ratio }) => ratio)).toEqual([0.5, 1, 0.25]);
  });

  it("the sentence names what is lost, and from which N on wasm wins", () => {
    const curve = [1, 10, 100, 1000].flatMap((count) => [
      result(CURVE, "wasm", count < 100 ? 3 : 1, count),
      result(CURVE, "JS engine", 2, count),
    ]);
    expect(crossoverOf(rowsOf(curve))).toBe("Of packed records that are copied, wasm is faster from N = 100 on.");
    expect(crossoverOf(rowsOf(curve.slice(0, 4)))).toContain("wasm is faster at no N.");
    expect(crossoverOf(rowsOf(curve.slice(4)))).toContain("wasm is faster at every N.");
    const lostAtLast = [...curve.slice(2, 6), result(CURVE, "wasm", 3), result(CURVE, "JS engine", 2)];
    expect(crossoverOf(rowsOf(lostAtLast))).toContain("wasm is faster but at N = 10, 10^3.");
    expect(crossoverOf([])).toBe("");
    expect(answerOf({ rows, curve: rowsOf(curve) } as unknown as Report)).toBe(
      "Does wasm beat JS here? It loses 2 of 3 workloads (Union; Into) and wins the others, 2.0 times as fast as the best pure JavaScript. Of packed records that are copied, wasm is faster from N = 100 on.",
    );
  });
});

describe("the report", () => {
  const curve = [1, 10].flatMap((count) => [
    result(CURVE, "wasm", 1, count),
    result(CURVE, "JS engine", 2, count),
    result(CURVE, "reading", 0.5, count),
  ]);
  const report = reportOf(
    {
      choice: { count: 1000, breaks: 10, quick: false },
      limitSeconds: 2,
      rows: RESULTS,
      curve,
      clockMs: 0.005,
      stopped: false,
    },
    { runtime: "Node 20.1.0", engine: "V8 11", platform: "linux x64", cores: 2, load: { before: 1, after: 2.5 } },
    "0.2.0",
    new Date(0),
  );

  it("as JSON it comes back as it was, a line for each row", () => {
    expect(JSON.parse(jsonOf(report))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(
      jsonOf(report)
        .split("\n")
        .filter((line) => line.includes('"status"')),
    ).toHaveLength(RESULTS.length + 6);
  });

  it("as Markdown it has a table with every row, in order, and the curve's table", () => {
    const text = markdownOf(report, "race.svg");
    const lines = text.split("\n").filter((line) => line.startsWith("| "));
    expect(lines[0]).toBe("| workload | contestant | N | first call | median | worst | ns each | ratio to best JS |");
    expect(lines[2]).toBe("| Union | wasm | 10^3 | 16.0 ms | 8.00 ms | 24.0 ms | 8000 | 4.00 loses |");
    expect(lines).toContain("| Union | drange | 10^3 | over 2 s |  |  |  |  |");
    expect(lines).toContain("| 10 | 100000 | 200000 | 50000 |");
    expect(text).toContain("![Time for each record over N](race.svg)");
    for (const line of lines) expect(line.split("|").length === 10 || line.split("|").length === 6).toBe(true);
  });

  it("what a cell says cannot break the table", () => {
    const broken = { ...report, rows: [{ ...report.rows[7], status: "failed", note: "a | b\nc" }] } as Report;
    expect(markdownOf(broken)).toContain("| FAILED: a \\| b c |");
  });

  it("says where it ran", () => {
    const facts = new Map(factsOf(report));
    expect(facts.get("Runtime")).toBe("Node 20.1.0, V8 11");
    expect(facts.get("Machine")).toBe("linux x64, 2 cores, load 1.0 before, 2.5 after the race");
    expect(facts.get("Clock")).toBe("steps of 5.00 µs");
    expect(facts.has("Cross-origin isolated")).toBe(false);
  });

  it("the picture has a line for each contestant, with a mark at each N, and says it in words", () => {
    const svg = curveSvg(report.curve, "#ffffff");
    expect(svg.match(/<polyline/g)).toHaveLength(3);
    expect(svg.match(/transform="translate/g)).toHaveLength(2 * 2 + 2);
    expect(svg).toContain('aria-label="Time for each record over N, logarithmic: wasm 1000000 ns at 1');
    expect(svg).toContain('stroke-dasharray="2 3"');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(curveSvg([])).toBe("");
    expect(curveSvg(rowsOf([result(CURVE, "wasm", 1, 10)]))).not.toMatch(/NaN|Infinity/);
  });

  it("the curve's table has the contestants in their order, whoever loses", () => {
    const lost = rowsOf([result(CURVE, "JS engine", 1), result(CURVE, "wasm", 2)]);
    expect(curveTable(lost)).toEqual({ names: ["wasm", "JS engine"], lines: [["10^3", "2000", "1000"]] });
  });
});

describe("what is told of a browser", () => {
  const CHROMIUM =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
  const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
  const brands = (...names: string[]) => names.map((brand) => ({ brand, version: "156" }));

  it.each([
    ["its own brand before that of Chromium", brands("Not?A_Brand", "Chromium", "Edge"), "Edge 156"],
    ["Chromium where there is no other", brands("Chromium", "Not?A_Brand"), "Chromium 156"],
  ])("%s", (_, list, runtime) => {
    const data = { brands: list, platform: "Linux" };
    const place = placeOfPage({ userAgent: CHROMIUM, hardwareConcurrency: 4, userAgentData: data }, true);
    expect(place).toEqual({ runtime, engine: "V8", platform: "Linux", cores: 4, crossOriginIsolated: true });
  });

  it("by the user agent where there are no brands", () => {
    const place = placeOfPage({ userAgent: FIREFOX, hardwareConcurrency: 2 }, false);
    expect(place).toMatchObject({ runtime: "Firefox 153.0", engine: "SpiderMonkey", platform: "Linux x86_64" });
    expect(placeOfPage({ userAgent: CHROMIUM }, false)).toMatchObject({ runtime: "Chromium 156", cores: 1 });
    expect(placeOfPage({ userAgent: "other" }, false)).toMatchObject({
      runtime: "other",
      engine: "unknown engine",
      platform: "unknown system",
    });
  });
});

describe("figures", () => {
  it("the median of an odd and of an even number of values", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it("the smallest step of a clock", () => {
    const times = [0, 0, 0, 5, 5, 7, 7, 7, 10];
    expect(clockStep(() => times.shift() as number, 3)).toBe(2);
  });

  it("times in units that suit them", () => {
    expect([1500, 12.345, 0.0999, 0.0001].map(duration)).toEqual(["1.50 s", "12.3 ms", "99.9 µs", "100 ns"]);
    expect([1, 100, 1000, 12345, 1e7].map(inWords)).toEqual(["1", "100", "10^3", "12345", "10^7"]);
    expect(significant(123456)).toBe(123500);
  });
});
