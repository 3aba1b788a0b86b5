/** What the reader takes along: the report as JSON and Markdown, the curve as SVG. */
import { download, el } from "../dom.js";
import { curveSvg } from "./curve.js";
import { jsonOf } from "./json.js";
import { markdownOf } from "./markdown.js";
import type { Report } from "./report.js";

export function saveButtons(report: Report): HTMLElement {
  const said = el("span", { role: "status" });
  const markdown = () => markdownOf(report);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(markdown());
      said.textContent = "Copied.";
    } catch {
      said.textContent = "The browser does not let the page copy.";
    }
  };
  const svg = curveSvg(report.curve, "#ffffff");
  return el(
    "div",
    { class: "controls" },
    button("Download JSON", () => download("race.json", [jsonOf(report)], "application/json")),
    button("Download Markdown", () => download("race.md", [markdown()], "text/markdown")),
    ...(svg === "" ? [] : [button("Download SVG", () => download("race.svg", [svg], "image/svg+xml"))]),
    button("Copy Markdown", () => void copy()),
    said,
  );
}

function button(name: string, press: () => void): HTMLButtonElement {
  const made = el("button", { type: "button" }, name);
  made.addEventListener("click", press);
  return made;
}
