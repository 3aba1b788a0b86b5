/** npm run site:preview [-- PORT]: serves site/dist, with the headers that its file `_headers` names. */
import { siteBase } from "./site-base.js";
import { serveSite } from "./site-server.js";

const [said = "4173", ...rest] = process.argv.slice(2);
const port = Number(said);
if (rest.length > 0 || !Number.isInteger(port) || port < 0 || port > 65_535) {
  throw new RangeError(`expected a port from 0 to 65535, got ${process.argv.slice(2).join(" ")}`);
}
const { url } = await serveSite("site/dist", { base: siteBase(), port });
console.log(`site/dist at ${url}`);
