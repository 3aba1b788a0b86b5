import { describe, expect, it } from "vitest";
import { blames } from "./blame.js";
import { notOptions, type OptionsCase } from "./options-cases.js";

/** The suite of one call with options: what is refused, with which words, and what is taken. */
export function describeOptions(id: string, { name, call, needs = {}, keys, required = false }: OptionsCase): void {
  const faultOf = async (options: unknown): Promise<Error | undefined> => {
    try {
      await call(options as never);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  };
  const refuses = async (options: unknown, got: string) => {
    const fault = await faultOf(options);
    expect(fault, got).toEqual(blames(TypeError, name));
    // A reader needs what may be there, and what was.
    for (const word of [...keys, got]) expect(fault?.message).toContain(word);
  };

  describe(id, () => {
    it("refuses what is no object of options, and lists the keys", async () => {
      // A ring takes callbacks and arrays in the place of columns too.
      const others = name === "target" ? notOptions.filter(([value]) => !ArrayBuffer.isView(value)) : notOptions;
      for (const [value, shown] of others) await refuses(value, shown);
      if (required) await refuses(undefined, "undefined");
      else if (Object.keys(needs).length === 0) expect(await faultOf(undefined)).toBe(undefined);
    });

    it("refuses unknown and misspelt keys", async () => {
      await refuses({ ...needs, "?": 1 }, 'the key "?"');
      await refuses({ ...needs, "?": undefined }, 'the key "?"');
      for (const key of keys) {
        const misspelt = key.slice(0, -1);
        if (keys.includes(misspelt)) continue;
        const fault = await faultOf({ ...needs, [misspelt]: undefined });
        expect(fault).toEqual(blames(TypeError, name));
        expect(fault?.message).toMatch(new RegExp(`"${misspelt}".*did you mean "\\w+"`));
      }
    });

    it("takes all of its keys where they are undefined, a null prototype, and what is inherited or not enumerable", async () => {
      const empty = Object.fromEntries(keys.map((key) => [key, undefined]));
      expect(await faultOf({ ...empty, ...needs })).toBe(undefined);
      expect(await faultOf(Object.assign(Object.create(null), needs))).toBe(undefined);
      class Options {
        get "?"() {
          return 1;
        }
      }
      expect(await faultOf(Object.assign(new Options(), needs))).toBe(undefined);
      expect(await faultOf(Object.assign(Object.create({ "?": 1 }), needs))).toBe(undefined);
      expect(await faultOf(Object.defineProperty({ ...needs }, "?", { value: 1 }))).toBe(undefined);
    });
  });
}
