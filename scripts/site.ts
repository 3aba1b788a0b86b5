/**
 * npm run site: builds the site into site/dist. npm run site:dev: serves the site while its pages change.
 * SITE_BASE=/x/ is the path under which the site will stand; SITE_OUT is another folder for the result.
 */
import { resolve } from "node:path";
import { build, createServer } from "vitepress";
import { writeApi } from "./site-api.js";
import { siteBase } from "./site-base.js";
import { finish } from "./site-finish.js";
import { writeGuide } from "./site-guide.js";
import { writeParts } from "./site-parts.js";
import { writePictures } from "./site-picture.js";

const SITE = "site";

const [command = "build", ...rest] = process.argv.slice(2);
if (rest.length > 0 || !["build", "dev"].includes(command)) {
  throw new Error(`expected build or dev, got ${process.argv.slice(2).join(" ")}`);
}
const base = siteBase();
writeGuide(SITE);
writeParts(SITE);
writePictures(SITE);
await writeApi(SITE);
if (command === "dev") {
  const server = await createServer(SITE, { base });
  await server.listen();
  server.printUrls();
} else {
  const folder = resolve(process.env.SITE_OUT ?? `${SITE}/dist`);
  await build(SITE, { base, outDir: folder });
  finish(folder, base);
}
