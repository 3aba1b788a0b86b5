/** When a bar is shown: a clock that the tests move says how long the work takes. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cli, type Options } from "./support.js";
// Loaded before, or the command would wait for the file.
import "cli-progress";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ROWS = "addr,length,flags\n0x0,1,0x0\n0x5,1,0x0\n";

/** Maps two ranges, so many milliseconds apart. */
function mapSlowly(milliseconds: number, terminals: Options["terminals"] = []) {
  const shown = terminals.includes("stderr") && !terminals.includes("stdout");
  const stdin = (async function* () {
    yield Buffer.from("0,1\n");
    // Until it waits for more input, and the bar's timer runs, where there is one.
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    for (let turns = 0; turns < 20; turns++) await turn();
    while (shown && vi.getTimerCount() === 0) await turn();
    await vi.advanceTimersByTimeAsync(milliseconds);
    yield Buffer.from("5,1\n");
  })();
  return cli(["map", "--to", "csv"], { stdin, terminals });
}

test("from half a second on, on a terminal; at the end it is taken away", async () => {
  const { code, stdout, stderr } = await mapSlowly(1000, ["stderr"]);
  expect([code, stdout]).toEqual([0, ROWS]);
  expect(stderr).toContain("4 B read, 0 segments");
  expect(stderr.endsWith("\u001b[2K")).toBe(true);
});

test("not before", async () => {
  expect(await mapSlowly(499, ["stderr"])).toMatchObject({ code: 0, stdout: ROWS, stderr: "" });
});

test("not where standard error is no terminal, however long it takes", async () => {
  expect(await mapSlowly(100_000)).toMatchObject({ code: 0, stdout: ROWS, stderr: "" });
});

test("not among the rows that a terminal shows", async () => {
  expect(await mapSlowly(100_000, ["stdout", "stderr"])).toMatchObject({ code: 0, stdout: ROWS, stderr: "" });
});
