/** `-o` writes where the system would: links, `..` behind them, and names of folders. */

import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { says } from "../support/blame.js";
import { cli, command, type Result, result, shell, shellCommand, start, temporaryFolder, until } from "./support.js";

const CSV = "0x1000,4096\n0x2000,4096\n";
const MAPPED = "addr,length,flags\n0x1000,8192,0x0\n";
const onLinux = process.platform === "linux";

const parent = temporaryFolder();
let folders = 0;
/** A folder of its own with what these names lead to: `>` a link to the rest, a `/` at the end a folder, else a file that says "old". */
function tree(...names: readonly string[]): string {
  const folder = join(parent, String(folders++));
  mkdirSync(folder);
  for (const name of names) {
    const [path = "", target] = name.split(" > ");
    if (target !== undefined) symlinkSync(target, `${folder}/${path}`);
    else if (path.endsWith("/")) mkdirSync(`${folder}/${path}`, { recursive: true });
    else writeFileSync(`${folder}/${path}`, "old");
  }
  return folder;
}

/** Runs map in this process, with `-o` to a path in a folder, which is not changed as text. */
function mapTo(folder: string, output: string): Promise<Result> {
  return cli(["map", "--from", "csv", "--to", "csv", "-o", `${folder}/${output}`], { stdin: CSV });
}

/** Runs map in a folder. */
async function mapIn(folder: string, output: string): Promise<Result> {
  const child = start(command(["map", "--from", "csv", "--to", "csv", "-o", output]), folder);
  child.stdin?.end(CSV);
  return result(child);
}

/** All files in a tree that are no folders or links, with what they hold. */
function filesIn(folder: string, path = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, path)).sort()) {
    const inside = join(path, name);
    const stat = lstatSync(join(folder, inside));
    if (stat.isDirectory()) Object.assign(found, filesIn(folder, inside));
    else if (stat.isFile()) found[inside] = readFileSync(join(folder, inside), "utf8");
  }
  return found;
}

describe("-o replaces what the system says the path is", () => {
  test.each<[name: string, names: string[], output: string, written: string]>([
    [
      "a link behind a link, relative to the folder it really lies in",
      ["real/deep/", "link > real/deep", "real/deep/out.csv > ../target.csv", "real/target.csv", "target.csv"],
      "link/out.csv",
      "real/target.csv",
    ],
    [
      "the same, with nothing there yet",
      ["real/deep/", "link > real/deep", "real/deep/out.csv > ../target.csv", "target.csv"],
      "link/out.csv",
      "real/target.csv",
    ],
    [
      ".. behind a link",
      ["real/deep/", "link > real/deep", "real/out.csv", "out.csv"],
      "link/../out.csv",
      "real/out.csv",
    ],
    [
      ".. behind a link in a link's target",
      ["real/deep/", "link > real/deep", "real/out.csv", "out.csv", "to > link/../out.csv"],
      "to",
      "real/out.csv",
    ],
    [
      "a chain of links through three folders",
      ["a/", "b/c/", "d/", "a/out > ../ln/out", "ln > b/c", "b/c/out > ../../d/out", "d/out", "b/out"],
      "a/out",
      "d/out",
    ],
    ["an absolute link", ["a/", `a/out > ${parent}/absolute.csv`], "a/out", "../absolute.csv"],
    ["slashes and dots in the middle", ["a/b/", "a/b/out.csv"], ".//a/./b/..//b/out.csv", "a/b/out.csv"],
    ["a name of dots", ["a/"], "a/...", "a/..."],
  ])("%s", async (_name, names, output, written) => {
    const folder = tree(...names);
    const before = filesIn(folder);
    expect(await mapTo(folder, output)).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(folder, written), "utf8")).toBe(MAPPED);
    const inside = written.startsWith("..") ? {} : { [written]: MAPPED };
    expect(filesIn(folder)).toEqual({ ...before, ...inside });
  });

  test("and links stay links", async () => {
    const folder = tree("real/", "link > real", "real/out.csv > target.csv");
    expect(await mapTo(folder, "link/out.csv")).toMatchObject({ code: 0, stderr: "" });
    expect(readlinkSync(join(folder, "link"))).toBe("real");
    expect(readlinkSync(join(folder, "real/out.csv"))).toBe("target.csv");
    expect(filesIn(folder)).toEqual({ "real/target.csv": MAPPED });
  });

  test("paths from the folder of the process, too", async () => {
    const folder = tree("real/deep/", "link > real/deep", "real/out.csv", "out.csv");
    expect(await mapIn(join(folder, "link"), "../out.csv")).toMatchObject({ code: 0, stderr: "" });
    expect(await mapIn(folder, "new.csv")).toMatchObject({ code: 0, stderr: "" });
    expect(filesIn(folder)).toEqual({ "new.csv": MAPPED, "out.csv": "old", "real/out.csv": MAPPED });
  });

  test("a folder that gets another name meanwhile keeps its output", async () => {
    const folder = tree("one/", "two/", "now > one");
    async function* input() {
      yield Buffer.from(CSV);
      await until(() => readdirSync(join(folder, "one")).length === 1);
      rmSync(join(folder, "now"));
      symlinkSync("two", join(folder, "now"));
    }
    const words = ["map", "--from", "csv", "--to", "csv", "-o", `${folder}/now/out.csv`];
    expect(await cli(words, { stdin: input() })).toMatchObject({ code: 0, stderr: "" });
    expect(filesIn(folder)).toEqual({ "one/out.csv": MAPPED });
  });
});

describe("-o to what is no name of a file: exit 1, and nothing is made", () => {
  test.each<[output: string, message: string]>([
    ["new.csv/", "is a directory"],
    ["dir", "is a directory"],
    ["dir/", "is a directory"],
    ["dir/.", "is a directory"],
    ["dir/..", "is a directory"],
    ["file/", "is a directory"],
    ["", "is a directory"],
    [".", "is a directory"],
    ["new/.", "folder FOLDER/new: no such file or directory"],
    ["missing/out.csv", "folder FOLDER/missing: no such file or directory"],
    ["missing/dir/", "folder FOLDER/missing: no such file or directory"],
    ["file/out.csv", "folder FOLDER/file: not a directory"],
    ["dir/../missing/../out.csv", "folder FOLDER/dir/../missing/..: no such file or directory"],
    ["todir", "is a directory"],
    ["toslash", "is a directory"],
    ["tomissing", "folder FOLDER/missing: no such file or directory"],
    ["loop", "too many symbolic links"],
    ["loop/out.csv", "folder FOLDER/loop: too many symbolic links"],
    ["one", "too many symbolic links"],
  ])("%s", async (output, message) => {
    const folder = tree(
      "dir/",
      "file",
      "todir > dir",
      "toslash > new/",
      "tomissing > missing/out.csv",
      "loop > loop",
      "one > two",
      "two > one",
    );
    const { code, stderr } = await mapTo(folder, output);
    expect([code, stderr]).toEqual([1, `segring: ${folder}/${output}: ${message.replace("FOLDER", folder)}\n`]);
    expect(filesIn(folder)).toEqual({ file: "old" });
  });

  test.runIf(onLinux)("a link to a name that is not UTF-8", async () => {
    const folder = tree();
    await shell("ln -s $'\\xff.csv' out.csv", folder);
    const { code, stderr } = await mapTo(folder, "out.csv");
    expect([code, stderr]).toEqual([1, says(`${folder}/out.csv`)]);
    expect(readdirSync(folder)).toEqual(["out.csv"]);
  });
});

describe.runIf(onLinux)("-o to a device or a descriptor, by whatever name", () => {
  const map = (output: string) => cli(["map", "--from", "csv", "--to", "csv", "-o", output], { stdin: CSV });

  test.each([
    "/dev/stdout",
    "/dev//stdout",
    "/dev/./fd/1",
    "/proc/self/fd/1",
    "/proc/self/../self/fd/1",
    `/proc/${process.pid}/fd/1`,
    "/proc/thread-self/fd/1",
    "FOLDER/link",
    "FOLDER/folder/1",
    "FOLDER/folder/../fd/1",
  ])("%s is standard output", async (output) => {
    const folder = tree("link > /dev/stdout", "folder > /proc/self/fd");
    const { code, stdout, stderr } = await map(output.replace("FOLDER", folder));
    expect([code, stdout, stderr]).toEqual([0, MAPPED, ""]);
  });

  test("standard output that is a file is not replaced", async () => {
    const folder = tree("link > /dev/stdout");
    const words = shellCommand(["map", "--from", "csv", "--to", "csv", "-o", "link"]);
    const line = `(echo before; printf '${CSV}' | ${words}; echo after) > file`;
    expect(await shell(line, folder)).toMatchObject({ code: 0, stderr: "" });
    expect(filesIn(folder)).toEqual({ file: `before\n${MAPPED}after\n` });
  });

  test.each(["/dev/fd/FD", "/proc/self/fd/FD", "FOLDER/link", "FOLDER/folder/FD"])(
    "%s is written in place",
    async (output) => {
      const folder = tree("file", "folder > /dev/fd");
      const descriptor = openSync(join(folder, "file"), "r+");
      try {
        symlinkSync(`/dev/fd/${descriptor}`, join(folder, "link"));
        const { ino } = fstatSync(descriptor);
        const { code, stderr } = await map(output.replace("FOLDER", folder).replace("FD", `${descriptor}`));
        expect([code, stderr]).toEqual([0, ""]);
        expect(statSync(join(folder, "file")).ino).toBe(ino);
      } finally {
        closeSync(descriptor);
      }
      expect(filesIn(folder)).toEqual({ file: MAPPED });
    },
  );

  test("a descriptor that is not open", async () => {
    const { code, stderr } = await map("/dev/fd/7777");
    expect([code, stderr]).toEqual([1, says("/dev/fd/7777")]);
  });

  test("a link to a device stays one, and so does the device", async () => {
    const folder = tree("null > /dev/null", "full > /dev/full");
    expect(await mapTo(folder, "null")).toMatchObject({ code: 0, stderr: "" });
    const message = says(`${folder}/full`);
    expect(await mapTo(folder, "full")).toMatchObject({ code: 1, stderr: message });
    expect(statSync(join(folder, "null")).isCharacterDevice()).toBe(true);
    expect(lstatSync(join(folder, "null")).isSymbolicLink()).toBe(true);
  });

  test("the folder of another process", async () => {
    const folder = tree("work/");
    const holder = start(["/bin/cat"], join(folder, "work"));
    const ended = result(holder);
    expect(await map(`/proc/${holder.pid}/cwd/out.csv`)).toMatchObject({ code: 0, stderr: "" });
    holder.stdin?.end();
    await ended;
    expect(filesIn(folder)).toEqual({ "work/out.csv": MAPPED });
  });
});
