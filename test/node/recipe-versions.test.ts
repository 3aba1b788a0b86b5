/** docs/recipes.md names the same versions as the recipes, with which `npm run test:recipes` tries them. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { statedVersions } from "../../scripts/recipe-versions.js";

it("the versions that the recipes state are those of the docs", () => {
  const stated = statedVersions();
  expect(stated.map(({ name }) => name).sort()).toEqual(["hyparquet", "zarrita"]);
  const docs = readFileSync("docs/recipes.md", "utf8");
  for (const { name, oldest, newest } of stated) expect(docs).toContain(`${name} ${oldest} to ${newest}`);
});
