/** What the room shows: tables and the curve, made from a report. */
import { el } from "../dom.js";
import { COLUMNS, cellsOf, curveTable, factsOf } from "./cells.js";
import { curveSvg } from "./curve.js";
import { answerOf, figure, kindOf, type Report, type Row, titleOf } from "./report.js";
import { CURVE_WORKLOAD } from "./serve.js";
import { WORKLOADS } from "./workloads.js";

/** From this column on cells are numbers. */
const NUMBERS_FROM = 2;

/** All of a report. @param caption Of the table. */
export function reportView(report: Report, caption: string): HTMLElement {
  return el(
    "div",
    { class: "report" },
    el("p", { class: "answer" }, answerOf(report)),
    facts(report),
    raceTable(report.rows, caption),
    ...(report.curve.length === 0 ? [] : [curveView(report.curve, caption)]),
  );
}

function facts(report: Report): HTMLElement {
  const list = factsOf(report).map(([name, fact]) => el("div", {}, el("dt", {}, name), el("dd", {}, fact)));
  return el("dl", { class: "facts" }, ...list);
}

/** The rows that wasm loses come first, in a group of their own. */
function raceTable(rows: readonly Row[], caption: string): HTMLElement {
  const lost = rows.filter(({ loses }) => loses);
  const others = rows.filter(({ loses }) => !loses);
  const groups = [lost, ...WORKLOADS.map(({ id }) => others.filter(({ workload }) => workload === id))];
  const head = COLUMNS.map((name, at) => el("th", { scope: "col", class: numberAt(at) }, name));
  return scrolling(
    caption,
    el(
      "table",
      { class: "race-table" },
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, ...head)),
      ...groups.filter((group) => group.length > 0).map((group) => el("tbody", {}, ...group.map(raceRow))),
    ),
  );
}

function raceRow(row: Row): HTMLElement {
  const cells = cellsOf(row).map((text, at) =>
    at === 1 ? el("th", { scope: "row" }, text) : el("td", { class: numberAt(at) }, text),
  );
  const kind = kindOf(row.workload, row.contestant);
  const how = WORKLOADS.find(({ id }) => id === row.workload)?.contestants.find(({ name }) => name === row.contestant);
  const state = row.loses ? "loses" : row.status === "ok" ? undefined : row.status.replace(" ", "-");
  return el("tr", { class: [kind, state].filter(Boolean).join(" "), title: how?.how }, ...cells);
}

function numberAt(at: number): string | undefined {
  return at >= NUMBERS_FROM ? "number" : undefined;
}

function curveView(curve: readonly Row[], caption: string): HTMLElement {
  const picture = el("div", { class: "curve scrolling", tabindex: 0, role: "group", "aria-label": "The curve" });
  // The text is of curve.ts alone, which escapes the names.
  picture.innerHTML = curveSvg(curve);
  const { names, lines } = curveTable(curve);
  const title = `${caption}: ns for each record over N`;
  const head = ["N", ...names].map((name) => el("th", { scope: "col", class: "number" }, name));
  const body = lines.map(([count = "", ...cells]) => {
    const numbers = cells.map((text) => el("td", { class: "number" }, text));
    return el("tr", {}, el("th", { scope: "row", class: "number" }, count), ...numbers);
  });
  const table = el("table", {}, el("caption", {}, title), el("thead", {}, el("tr", {}, ...head)));
  table.append(el("tbody", {}, ...body));
  const floors = CURVE_WORKLOAD.contestants.filter(({ kind }) => kind === "floor");
  return el(
    "section",
    {},
    el("h2", {}, "Time over N"),
    el(
      "p",
      {},
      `Packed records, copied, to a new table. Grey lines are what memory itself costs: ${floors.map(({ name, how }) => `${name} (${how})`).join("; ")}.`,
    ),
    picture,
    el("details", {}, el("summary", {}, "The curve as a table"), scrolling(title, table)),
  );
}

/** A table that may be wider than the screen: the box scrolls, by keys too. */
function scrolling(name: string, table: HTMLElement): HTMLElement {
  return el("div", { class: "scrolling", tabindex: 0, role: "region", "aria-label": name }, table);
}

/** What each workload is, and what each contestant does in it. */
export function rulesView(): HTMLElement {
  const items = WORKLOADS.map(({ id, how, contestants }) =>
    el(
      "li",
      {},
      el("strong", {}, titleOf(id)),
      ` ${how}`,
      el("ul", {}, ...contestants.map(({ name, how: call }) => el("li", {}, `${name}: ${call}`))),
    ),
  );
  return el("details", { class: "rules" }, el("summary", {}, "Workloads and contestants"), el("ul", {}, ...items));
}

/** "1.05 ns, 0.22", or why there is no time. */
function inShort({ nsEach, ratio, note = "", loses }: Partial<Row> = {}): string {
  const found = nsEach === undefined || ratio === undefined ? note : `${figure(nsEach)} ns, ${figure(ratio)}`;
  return loses ? `${found} loses` : found;
}

/** wasm in each workload of each report: ns each, and the ratio to the best JS. */
export function comparison(reports: readonly Report[]): HTMLElement {
  const caption = "wasm in every runtime";
  const head = ["Workload", ...reports.map(({ place }) => place.runtime)];
  const body = WORKLOADS.map(({ id }) => {
    const cells = reports.map(({ rows }) => {
      const row = rows.find(({ workload, contestant }) => workload === id && kindOf(id, contestant) === "wasm");
      return el("td", { class: row?.loses ? "number loses" : "number" }, inShort(row));
    });
    return el("tr", {}, el("th", { scope: "row" }, titleOf(id)), ...cells);
  });
  const table = el("table", {}, el("caption", {}, caption));
  table.append(el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))));
  table.append(el("tbody", {}, ...body));
  return scrolling(caption, table);
}
