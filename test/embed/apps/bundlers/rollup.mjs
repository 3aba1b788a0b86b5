import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";

const [folder] = process.argv.slice(2);
const bundle = await rollup({
  input: [`${folder}/main.js`, `${folder}/kernel-worker.js`],
  plugins: [nodeResolve()],
});
await bundle.write({ dir: `${folder}/out`, format: "es" });
