import { build } from "esbuild";

const [folder] = process.argv.slice(2);
await build({
  entryPoints: [`${folder}/main.js`, `${folder}/kernel-worker.js`],
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  outdir: `${folder}/out`,
});
