/** Bundles as Cloudflare's tools do: an imported `.wasm` stays a file, which the runtime gives as a module. */
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { build } from "esbuild";

const wasm = {
  name: "wasm",
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, ({ path }) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      copyFileSync(createRequire(import.meta.url).resolve(path), `out/${name}`);
      return { path: `./${name}`, external: true };
    });
  },
};
mkdirSync("out", { recursive: true });
await build({ entryPoints: ["workerd.js"], bundle: true, format: "esm", outdir: "out", plugins: [wasm] });
