/** How the tests of documents read a block of code. */
import { describe, expect, it } from "vitest";
import { blocksOf, shellCommands, statedOutput } from "../support/documents.js";

describe("blocks of code", () => {
  it("are found by their language, with where they are", () => {
    const text =
      "# A\n\n```ts\none\n\ntwo\n```\n- item\n\n  ```js\n  three\n    four\n  ```\n\n```\nfive\n```\n\n```html\nsix\n```\n";
    expect(blocksOf("a.md", text, ["ts", "js"])).toEqual([
      { place: "a.md:4", language: "ts", code: "one\n\ntwo\n" },
      { place: "a.md:11", language: "js", code: "three\n  four\n" },
    ]);
    expect(blocksOf("a.md", text, ["sh"])).toEqual([]);
  });
});

describe("what TypeScript says it prints", () => {
  it.each([
    ["a comment behind a call that prints", "console.log(1); // 1", ["1"]],
    ["at the end of a loop of one line", "for (const a of b) console.log(a, f(a)); // 1 // 2", ["1 // 2"]],
    ["comments directly after code that end a paragraph", "f();\n// 1\n//   2\n\n// no\nf();", ["1", "  2"]],
    ["inside braces", "if (a) {\n  console.log(a);\n  // 1\n\n}", ["1"]],
    ["not: a comment behind other code", "f(); // 1", []],
    ["not: a comment above code", "f();\n\n// 1\nf();\n// 2\nf();", []],
    ["not: a comment in a paragraph of its own", "f();\n\n// 1\n", []],
    ["not: two slashes in what is printed", 'console.log("https://example.com");', []],
  ])("%s", (_, code, stated) => {
    expect(statedOutput(code)).toEqual(stated);
  });
});

describe("commands of shell", () => {
  it("each with the comment lines directly after, which say what it prints", () => {
    const code = "# no\nfirst a # no\n# 1\n#   2\n#\nsecond \\\n  b\n\n# no\nthird\n# 3\n";
    expect(shellCommands(code)).toEqual([
      { command: "first a # no", stated: ["1", "  2", ""] },
      { command: "second \\\n  b", stated: undefined },
      { command: "third", stated: ["3"] },
    ]);
  });
});
