/** What the command tells people holds no character that a terminal obeys or does not show. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { INPUT_FORMATS } from "../../src/cli/formats.js";
import { says } from "../support/blame.js";
import { checkAsync } from "../support/check.js";
import { hiddenIn, hostileText } from "../support/hidden.js";
import { cli, REPOSITORY, type Result, result, start, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
/** Colours, a title for the window, a bell, an empty screen by C1, a name written backwards. */
const NAME = "\u001b[31m\u001b]0;title\u0007\u009b2J\u202egpj\u200b\r\nx";
const SHOWN = "\\u001b[31m\\u001b]0;title\\u0007\\u009b2J\\u202egpj\\u200b\\r\\nx";
const COMMANDS: readonly (readonly string[])[] = [
  ["map"],
  ["union"],
  ["plan", "--cap", "4096"],
  ["requests"],
  ["descriptors", "--format", "iovec"],
  ["info"],
];

/** One line of what is wrong, and nothing in it that is not to be seen. */
function expectOneLine({ stderr }: Result): void {
  expect(stderr).toMatch(/^segring: .*\n$/su);
  expect([stderr, hiddenIn(stderr.slice(0, -1))]).toEqual([stderr, []]);
}

describe.each(COMMANDS)("%s: names of files", (...words) => {
  const bad = join(folder, `${NAME}.csv`);
  writeFileSync(bad, "0,1\noops\u001b[2J\n");

  test("that are missing", async () => {
    const seen = await cli([...words, `${NAME}.csv`]);
    expect([seen.code, seen.stderr]).toEqual([1, says(`${SHOWN}.csv`)]);
  });

  test("that hold bad data", async () => {
    const seen = await cli([...words, bad]);
    expect([seen.code, seen.stderr]).toEqual([1, says(`${folder}/${SHOWN}.csv: line 2`, 'got "oops\\u001b[2J"')]);
  });

  test("whose format is not known", async () => {
    const seen = await cli([...words, join(folder, NAME)]);
    expect([seen.code, seen.stdout]).toEqual([1, ""]);
    expectOneLine(seen);
  });

  // It writes no file.
  if (words[0] !== "info") {
    test("that are to be written", async () => {
      const seen = await cli([...words, "-o", join(folder, NAME, "out.csv")], { stdin: "0,1\n" });
      const place = join(folder, SHOWN);
      expect([seen.code, seen.stderr]).toEqual([1, says(`${place}/out.csv: folder ${place}`)]);
    });
  }
});

describe("what is printed for people", () => {
  test("info names its input", async () => {
    const path = join(folder, `${NAME}-good.csv`);
    writeFileSync(path, "0,1\n");
    const { code, stdout } = await cli(["info", path]);
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toBe(`input      ${folder}/${SHOWN}-good.csv (csv)`);
    expect(hiddenIn(stdout.replaceAll("\n", ""))).toEqual([]);
  });

  test("pin says why it maps a sample", async () => {
    const pin = () => {
      throw new Error(`no ${NAME}`);
    };
    const { code, stderr } = await cli(["pin", "--size", "4KiB"], { pin });
    expect([code, stderr]).toEqual([0, `segring: no ${SHOWN}; mapping a recorded sample instead\n`]);
  });

  test("a fault of ours", async () => {
    const pin = () => {
      throw new TypeError(`ours ${NAME}`);
    };
    const { code, stderr } = await cli(["pin", "--size", "4KiB"], { pin });
    expect([code, stderr]).toEqual([1, `segring: unexpected error: ours ${SHOWN} (please report it)\n`]);
  });

  test("names in the texts of the kernel and of filefrag are not in the rows", async () => {
    const texts = {
      maps: "1000-2000 r--p 00000000 00:00 0    /tmp/\u001b[2J\n",
      iomem: "00001000-00001fff : \u001b[2J\n",
    };
    for (const [format, stdin] of Object.entries(texts)) {
      for (const to of ["table", "csv", "ndjson", "json"]) {
        const { code, stdout } = await cli(["map", "--from", format, "--to", to], { stdin });
        expect([code, hiddenIn(stdout.replaceAll("\n", ""))]).toEqual([0, []]);
      }
    }
  });

  test("the words of the parser of options", async () => {
    const seen: [string[], string][] = [
      [[NAME], `unknown command '${SHOWN}'`],
      [["map", `--${NAME}`], `unknown option '--${SHOWN}'`],
      [["map", "--from", NAME], ""],
      [["map", "--max", NAME], ""],
      [["pin", "--rows", NAME], ""],
      [["pin", NAME], ""],
      [["help", NAME], ""],
    ];
    for (const [words, message] of seen) {
      const { code, stdout, stderr } = await cli(words);
      expect([code, stdout]).toEqual([2, ""]);
      if (message !== "") expect(stderr).toEqual(says("", message));
      expectOneLine({ stderr } as Result);
    }
  });

  test("what a thread has found", async () => {
    const path = join(folder, `${NAME}-threads.csv`);
    writeFileSync(path, "0,1\noops\u001b[2J\n");
    const child = start([process.execPath, join(REPOSITORY, "dist/cli/main.js"), "map", path, "--threads=2"]);
    child.stdin?.end();
    const { code, stderr } = await result(child);
    expect([code, stderr]).toEqual([1, says(`${folder}/${SHOWN}-threads.csv: line 2`, 'got "oops\\u001b[2J"')]);
  });
});

describe("whatever is given, standard error has one line without hidden characters", () => {
  const command = fc.constantFrom(...COMMANDS);
  const option = fc.constantFrom("--from", "--to", "--max", "--gap", "--radix", "--unwritten", "--preset", "--engine");
  const fileName = hostileText.map((text) => text.replaceAll("/", ""));

  test("command lines", async () => {
    const lines = fc.oneof(
      hostileText.map((text) => [`!${text}`]),
      fc.tuple(command, hostileText).map(([words, text]) => [...words, `--no${text}`]),
      fc.tuple(command, fileName).map(([words, text]) => [...words, join(folder, "none"), text]),
      fc.tuple(command, option, hostileText).map(([words, flag, text]) => [...words, flag, `!${text}`]),
      fc.tuple(command, fileName).map(([words, text]) => [...words, `./none${text}`]),
      fc.tuple(command, fileName).map(([words, text]) => [...words, "-o", `${folder}/none${text}/${text}`]),
      fc.tuple(command, fileName).map(([words, text]) => [...words, "-o", `${text}.gz`]),
    );
    await checkAsync(300, lines, async (words) => {
      const seen = await cli(words, { stdin: "what is this\n" });
      expect(seen.code).not.toBe(0);
      expectOneLine(seen);
    });
  });

  test("data of every format", async () => {
    const before: Record<string, string> = {
      csv: "0,1\n",
      ndjson: '{"addr":0,"length":1}\n{"',
      json: '[{"addr":0,"length":1},{"',
      maps: "1000-2000 ",
      iomem: "0-1 : a\n ",
      filefrag: "File size of ",
    };
    const given = fc.tuple(command, fc.constantFrom(...INPUT_FORMATS), hostileText, fc.boolean());
    await checkAsync(300, given, async ([words, format, text, whole]) => {
      const stdin = `${whole ? "" : (before[format] ?? "")}${text}${whole ? "" : " (1 block of 4096 bytes)"}\n`;
      const seen = await cli([...words, "--from", format], { stdin });
      // A blank text is an empty input, and a name may be anything.
      if (seen.code === 0) expect(seen.stderr).toBe("");
      else expectOneLine(seen);
      if (words[0] !== "descriptors") expect(hiddenIn(seen.stdout.replaceAll("\n", ""))).toEqual([]);
    });
  });
});

test("a folder of that name is refused by it", async () => {
  const path = join(folder, `${NAME}-folder`);
  mkdirSync(path);
  for (const words of [
    ["map", path],
    ["map", "-o", path],
    ["map", "-o", `${path}/`],
  ]) {
    const { code, stderr } = await cli(words, { stdin: "0,1\n" });
    const shown = words.at(-1)?.replace(NAME, SHOWN);
    expect([code, stderr]).toEqual([1, says(shown)]);
  }
});
