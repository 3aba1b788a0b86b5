import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [name, folder] = process.argv.slice(2);
const bundler = name === "webpack" ? require("webpack") : require("@rspack/core").rspack;
const options = {
  mode: "production",
  context: folder,
  entry: "./main.js",
  output: { path: `${folder}/out`, publicPath: "auto" },
};
bundler(options, (error, stats) => {
  if (error || stats.hasErrors()) {
    console.error(error ?? stats.toString({ all: false, errors: true }));
    process.exit(1);
  }
});
