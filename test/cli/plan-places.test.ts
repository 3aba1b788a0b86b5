/** `segring plan`: which input lies in which request, against a look at every pair. */
import { describe, expect, it } from "vitest";
import { placedInputs, plannedRequests } from "../../src/cli/plan-places.js";
import { createMapperSync } from "../../src/js.js";
import { planColumns } from "../../src/plan/columns.js";
import { Random } from "../support/random.js";
import { cli } from "./support.js";

interface Range {
  offset: number;
  length: number;
}

/** Ranges in any order: some overlap, some are longer than a request, some have no bytes. */
function randomRanges(random: Random): Range[] {
  return Array.from({ length: random.integer(0, 30) }, () => ({
    offset: random.integer(0, 2000),
    length: random.pick([0, 1, 10, 64, 300, 900]),
  }));
}

function planOf(ranges: readonly Range[], options: { maxBytes: number; gapBytes?: number; alignmentBytes?: number }) {
  const columns = {
    offset: Float64Array.from(ranges, ({ offset }) => offset),
    length: Float64Array.from(ranges, ({ length }) => length),
  };
  using mapper = createMapperSync();
  return { columns, plan: planColumns(mapper, columns, options) };
}

describe("places", () => {
  it("are those of every input in every request", () => {
    const random = new Random(17);
    for (let round = 0; round < 500; round++) {
      const ranges = randomRanges(random);
      const maxBytes = random.pick([16, 64, 128, 1024]);
      const { plan, columns } = planOf(ranges, {
        maxBytes,
        gapBytes: random.pick([0, 5, 100]),
        alignmentBytes: random.pick([1, 16]),
      });
      const places = ranges.flatMap(({ offset, length }, input) =>
        [...plan].flatMap((request, number) => {
          const from = Math.max(offset, request.offset);
          const to = Math.min(offset + length, request.offset + request.length);
          return to <= from ? [] : [{ input, request: number, offsetIn: from - request.offset, length: to - from }];
        }),
      );
      expect([...placedInputs(plan, columns)]).toEqual(places);
      const requests = [...plan].map(({ offset, length }, request) => {
        const inside = places.filter((place) => place.request === request).map(({ input }) => input);
        return {
          request,
          addr: offset,
          length,
          inputs: inside.length,
          first: Math.min(...inside),
          last: Math.max(...inside),
        };
      });
      expect([...plannedRequests(plan)]).toEqual(requests);
    }
  });

  it("of many copies of one long range are found without a look at each pair", () => {
    const ranges = Array.from({ length: 20_000 }, () => ({ offset: 0, length: 20_000 }));
    const { plan } = planOf(ranges, { maxBytes: 1 });
    let count = 0;
    for (const { inputs, first, last } of plannedRequests(plan)) {
      if (inputs === 20_000 && first === 0 && last === 19_999) count++;
    }
    expect(count).toBe(20_000);
  });
});

describe("segring plan --inputs", () => {
  const stdin = "0x1000,300\n0,100\n0x1010,16\n";
  const words = ["plan", "--cap", "256", "--inputs"];

  it.each([
    ["csv", [], "input,request,offsetIn,length\n0,1,0,256\n0,2,0,44\n1,0,0,100\n2,1,16,16\n"],
    ["csv", ["--hex"], "input,request,offsetIn,length\n0,1,0x0,0x100\n0,2,0x0,0x2c\n1,0,0x0,0x64\n2,1,0x10,0x10\n"],
    [
      "ndjson",
      [],
      '{"input":0,"request":1,"offsetIn":0,"length":256}\n{"input":0,"request":2,"offsetIn":0,"length":44}\n' +
        '{"input":1,"request":0,"offsetIn":0,"length":100}\n{"input":2,"request":1,"offsetIn":16,"length":16}\n',
    ],
  ])("--to %s %j", async (to, more, text) => {
    const { code, stdout, stderr } = await cli([...words, "--to", to, ...more], { stdin });
    expect({ code, stdout }).toEqual({ code: 0, stdout: text });
    expect(stderr).toMatch(/^before {2}3 ranges/);
    if (to === "csv") return;
    const json = (await cli([...words, "--to", "json", ...more], { stdin })).stdout;
    expect(json).toBe(`[\n${text.trim().replaceAll("\n", ",\n")}\n]\n`);
  });

  it("is a table for people", async () => {
    expect((await cli(words, { stdin })).stdout).toBe(
      "    input    request  offset in          size B\n" +
        "        0          1  0x0                   256\n" +
        "        0          2  0x0                    44\n" +
        "        1          0  0x0                   100\n" +
        "        2          1  0x10                   16\n" +
        "before  3 ranges, 400 B wanted\nafter   3 requests, 400 B; over-fetch 0 B, 0.00 %\n",
    );
  });

  it("of nothing is a head", async () => {
    expect((await cli([...words, "--to", "csv"])).stdout).toBe("input,request,offsetIn,length\n");
    expect((await cli([...words, "--to", "json"])).stdout).toBe("[]\n");
  });
});

describe("segring plan", () => {
  it.each([
    ["csv", ["--numbers"], "request,addr,length,inputs,first,last\n0,4096,16,2,0,1\n"],
    ["csv", ["--hex"], "request,addr,length,inputs,first,last\n0,0x1000,0x10,2,0,1\n"],
    ["ndjson", ["--numbers"], '{"request":0,"addr":4096,"length":16,"inputs":2,"first":0,"last":1}\n'],
    ["ndjson", ["--hex"], '{"request":0,"addr":"0x1000","length":"0x10","inputs":2,"first":0,"last":1}\n'],
  ])("--to %s %j", async (to, more, text) => {
    const stdin = "0x1008,8\n0x1000,8\n";
    expect((await cli(["plan", "--cap", "256", "--to", to, ...more], { stdin })).stdout).toBe(text);
  });

  it("writes the requests alone as records, which map reads", async () => {
    const { bytes } = await cli(["plan", "--cap", "256", "--to", "records"], { stdin: "0,300\n" });
    const { stdout } = await cli(["map", "--from", "records", "--to", "csv", "--max", "256"], { stdin: bytes });
    expect(stdout).toBe("addr,length,flags\n0x0,256,0x0\n0x100,44,0x0\n");
  });
});
