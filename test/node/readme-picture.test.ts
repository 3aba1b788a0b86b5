/** The picture of README.md is what segring/draw draws today. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readmePicture } from "../../scripts/readme-picture.js";
import { REPOSITORY } from "../support/bundle.js";

it("docs/segments.svg is drawn by scripts/readme-picture.ts: run the script where this fails", () => {
  expect(readFileSync(join(REPOSITORY, "docs/segments.svg"), "utf8")).toBe(readmePicture());
});
