/** Platforms that this process is not: without wasm, and with little address space. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const CODE = `
  import { createMapper, createMapperSync } from "segring";
  const mappers = [createMapperSync(), await createMapper()];
  for (const mapper of mappers) console.log(mapper.engine, mapper.coalesce([{ addr: 0, length: 2 ** 40 }]).length);
`;

it("without WebAssembly auto takes the JavaScript engine", () => {
  const printed = execFileSync(process.execPath, ["--jitless", "--input-type=module", "-e", CODE], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(printed).toBe("js 256\njs 256\n");
});

it("a closed mapper gives its memory back while it is still referenced", () => {
  const code = `
    import { createMapperSync } from "segring";
    const mappers = [];
    const external = () => { for (let i = 0; i < 5; i++) gc(); return process.memoryUsage().external; };
    const before = external();
    for (let i = 0; i < 4; i++) {
      const mapper = createMapperSync({ engine: process.argv[1] });
      mapper.input(2 ** 22).words.fill(1);
      mapper.close();
      mappers.push(mapper);
    }
    console.log(external() - before < 2 ** 24, mappers.length);
  `;
  for (const engine of ["wasm", "js"]) {
    const flags = ["--expose-gc", "--input-type=module", "-e", code, engine];
    expect(execFileSync(process.execPath, flags, { cwd: root, encoding: "utf8" })).toBe("true 4\n");
  }
});
