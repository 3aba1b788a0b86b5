/** Starts the development server, or builds and starts the preview of what was built; says where, and ends with its input. */
const [vite, mode, root] = process.argv.slice(2);
const { build, createServer, preview } = await import(vite);
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const base = { root, logLevel: "error", worker: { format: "es" }, build: { target: "es2022" } };
if (mode === "build") await build(base);
const server =
  mode === "dev"
    ? await createServer({ ...base, server: { headers } })
    : await preview({ ...base, preview: { headers } });
if (mode === "dev") await server.listen();
console.log(server.resolvedUrls.local[0]);
process.stdin.resume().on("end", () => process.exit());
