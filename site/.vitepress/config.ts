/** The site: rooms (map, race, ring), the guide from docs/ and the reference from TypeDoc. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { slugOf } from "../../scripts/document-links.js";
import { apiEntries } from "../../scripts/site-api.js";
import { siteBase } from "../../scripts/site-base.js";
import { GUIDE, type GuidePage, PROJECT } from "../../scripts/site-guide.js";
import { noteRooms, startRoomEarly } from "./preload.js";

/** Pages with these headers are isolated: SharedArrayBuffer, and clocks of 5 µs. */
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const SITE = fileURLToPath(new URL("..", import.meta.url));
const base = siteBase();

const itemOf = ({ page, title }: GuidePage) => ({ text: title, link: `/${page.replace(/(?:index)?\.md$/, "")}` });
const guide = [
  { text: "Guide", items: GUIDE.map(itemOf) },
  { text: "Project", items: PROJECT.map(itemOf) },
];

export default defineConfig({
  base,
  lang: "en",
  title: "segring",
  description: "Maps ranges of a 64-bit address space to the shortest list of segments.",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${base}icon.svg` }]],
  // Names as GitHub gives them, so that the documents' links to headings lead somewhere in both places.
  markdown: {
    anchor: { slugify: slugOf },
    // Others of its themes have too little contrast on VitePress's grey.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  transformHtml: (html) => startRoomEarly(html, base),
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Map", link: "/map" },
      { text: "Race", link: "/race" },
      { text: "Ring", link: "/ring" },
      { text: "Guide", link: "/guide/", activeMatch: "^/guide/" },
      { text: "API", link: "/api/", activeMatch: "^/api/" },
    ],
    sidebar: {
      "/guide/": guide,
      "/api/": [{ text: "API", link: "/api/", items: apiEntries(SITE) }],
    },
  },
  vite: {
    plugins: [noteRooms],
    server: { headers: ISOLATION },
    worker: { format: "es" },
  },
});
