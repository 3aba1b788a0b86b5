import { build } from "esbuild";

const [folder] = process.argv.slice(2);
const options = { bundle: true, minify: true, format: "esm", outdir: folder, allowOverwrite: true };
await build({
  ...options,
  entryPoints: ["trusted", "kernel-worker", "audio", "inner"].map((name) => `${folder}/${name}.js`),
});
// Firefox has classic workers of these kinds alone.
await build({ ...options, format: "iife", entryPoints: ["service", "shared"].map((name) => `${folder}/${name}.js`) });
