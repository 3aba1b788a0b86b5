/** The site: rooms (map, race, ring), the guide from docs/ and the reference from TypeDoc. */
import { defineConfig } from "vitepress";

/** Pages with these headers are isolated: SharedArrayBuffer, and clocks of 5 µs. */
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: process.env.SITE_BASE ?? "/",
  outDir: process.env.SITE_OUT ?? "dist",
  lang: "en",
  title: "segring",
  description: "Maps ranges of a 64-bit address space to the shortest list of segments.",
  cleanUrls: false,
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Map", link: "/map" },
      { text: "Race", link: "/race" },
      { text: "Ring", link: "/ring" },
    ],
  },
  vite: {
    server: { headers: ISOLATION },
    preview: { headers: ISOLATION },
    worker: { format: "es" },
  },
});
