/** --numbers and --hex: every command that writes numbers, every format. */
import { describe, expect, test } from "vitest";
import { says } from "../support/blame.js";
import { cli } from "./support.js";

const CSV = "0x1000,4096,0x2\n0x900000,512\n";
const WIDE = "0x1000,4096\n0x20000000000000,512\n";

async function written(words: readonly string[], stdin: string): Promise<string> {
  const { code, stdout, stderr } = await cli(words, { stdin });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe.each(["map", "union"])("%s", (command) => {
  test.each([
    ["csv", [], "addr,length,flags\n0x1000,4096,0x2\n0x900000,512,0x0\n"],
    ["csv", ["--numbers"], "addr,length,flags\n4096,4096,2\n9437184,512,0\n"],
    ["csv", ["--hex"], "addr,length,flags\n0x1000,0x1000,0x2\n0x900000,0x200,0x0\n"],
    ["ndjson", [], '{"addr":"4096","length":4096,"flags":2}\n{"addr":"9437184","length":512}\n'],
    ["ndjson", ["--numbers"], '{"addr":4096,"length":4096,"flags":2}\n{"addr":9437184,"length":512}\n'],
    ["ndjson", ["--hex"], '{"addr":"0x1000","length":"0x1000","flags":"0x2"}\n{"addr":"0x900000","length":"0x200"}\n'],
  ])("--to %s %j, and every form is read again", async (to, words, text) => {
    expect(await written([command, "--to", to, ...words], CSV)).toBe(text);
    expect(await written([command, "--to", "csv"], text)).toBe(await written([command, "--to", "csv"], CSV));
    if (to !== "ndjson") return;
    const json = await written([command, "--to", "json", ...words], CSV);
    expect(json).toBe(`[\n${text.trim().replaceAll("\n", ",\n")}\n]\n`);
    expect(await written([command, "--to", "csv"], json)).toBe(await written([command, "--to", "csv"], CSV));
  });

  test("--numbers refuses the first address that JSON rounds, and CSV has none", async () => {
    for (const to of ["ndjson", "json"]) {
      const { code, stderr } = await cli([command, "--to", to, "--numbers"], { stdin: WIDE });
      expect({ code, stderr }).toEqual({ code: 1, stderr: says("segment 2", "9007199254740992", "--numbers") });
    }
    expect(await written([command, "--to", "csv", "--numbers"], WIDE)).toContain("9007199254740992,512,0\n");
  });

  test.each(["table", "records"])("%s has no such numbers", async (to) => {
    for (const option of ["--numbers", "--hex"]) {
      expect(await cli([command, "--to", to, option], { stdin: CSV })).toMatchObject({ code: 2, stderr: says(option) });
    }
    expect(await cli([command, "--hex"], { stdin: CSV })).toMatchObject({ code: 2, stderr: says("--hex") });
  });

  test("--numbers and --hex exclude each other", async () => {
    const { code, stderr } = await cli([command, "--to", "csv", "--hex", "--numbers"], { stdin: CSV });
    expect({ code, stderr }).toEqual({ code: 2, stderr: says("--numbers", "--hex") });
  });
});

test.each([
  ["csv", [], "0,0x20000000000000,0x1000,4096,0x2\n"],
  ["csv", ["--numbers"], "0,9007199254740992,4096,4096,2\n"],
  ["csv", ["--hex"], "0,0x20000000000000,0x1000,0x1000,0x2\n"],
  ["ndjson", [], '{"request":0,"offset":"9007199254740992","addr":"4096","length":4096,"flags":2}\n'],
  ["ndjson", ["--hex"], '{"request":0,"offset":"0x20000000000000","addr":"0x1000","length":"0x1000","flags":"0x2"}\n'],
])("requests --to %s %j", async (to, words, line) => {
  const text = await written(["requests", "--to", to, "--start", "8PiB", ...words], "0x1000,4096,0x2\n");
  expect(text).toBe(`${to === "csv" ? "request,offset,addr,length,flags\n" : ""}${line}`);
});

test("requests --numbers refuses an offset that JSON rounds", async () => {
  const words = ["requests", "--to", "ndjson", "--numbers", "--start"];
  const { code, stderr } = await cli([...words, "8PiB"], { stdin: "0,1\n" });
  expect({ code, stderr }).toEqual({ code: 1, stderr: says("request 0: offset", "9007199254740992", "--numbers") });
  expect(await written([...words, "9007199254740991"], "0,1\n")).toBe(
    '{"request":0,"offset":9007199254740991,"addr":0,"length":1}\n',
  );
});
