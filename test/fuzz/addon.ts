/*
 * Loads Jazzer's addon where the system's C library is older than the one it was built with: 4.0.0 asks for glibc 2.38,
 * Debian 12 has 2.36. Of that version it needs three symbols. Two are functions that older libraries have by another name;
 * the third is never called, it only names the version of libstdc++. So a copy of the addon (build/fuzz) names those.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const NEW_LIBC = "GLIBC_2.38";
const OLD_LIBC: Readonly<Record<string, string>> = { x64: "GLIBC_2.2.5", arm64: "GLIBC_2.17" };
const NEW_LIBCXX = "GLIBCXX_3.4.32";

/** `__isoc23_strtol` is `strtol` behind this. */
const PREFIX = "__isoc23_";

/* Of the ELF format. */
const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
const DYNAMIC_SYMBOLS = 11;
const VERSION_NEEDS = 0x6ffffffe;
const SYMBOL_VERSIONS = 0x6fffffff;
const WEAK_VERSION = 2;
const WEAK_FUNCTION = 0x22;
const ANY_VERSION = 1;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
}

const load = process.dlopen as (module: object, file: string, ...flags: number[]) => void;
process.dlopen = (module: object, file: string, ...flags: number[]) => {
  try {
    return load.call(process, module, file, ...flags);
  } catch (error) {
    if (!/fuzzer-linux-\w+\.node$/.test(file) || !String(error).includes(NEW_LIBC)) throw error;
    const copy = resolve("build/fuzz/fuzzer.node");
    mkdirSync(resolve("build/fuzz"), { recursive: true });
    writeFileSync(copy, withOlderNames(readFileSync(file)));
    return load.call(process, module, copy, ...flags);
  }
};

/** The same library, that needs none of the new versions. */
function withOlderNames(file: Buffer): Buffer {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const u16 = (at: number) => view.getUint16(at, true);
  const u32 = (at: number) => view.getUint32(at, true);
  const u64 = (at: number) => Number(view.getBigUint64(at, true));
  const sections: Section[] = Array.from({ length: u16(0x3c) }, (_, index) => {
    const at = u64(0x28) + index * SECTION_BYTES;
    return { type: u32(at + 4), offset: u64(at + 24), size: u64(at + 32), link: u32(at + 40), info: u32(at + 44) };
  });
  const of = (type: number) => sections.find((section) => section.type === type) as Section;
  const symbols = of(DYNAMIC_SYMBOLS);
  const needs = of(VERSION_NEEDS);
  const names = (sections[symbols.link] as Section).offset;
  const nameAt = (offset: number) => file.toString("latin1", names + offset, file.indexOf(0, names + offset));

  // Libraries, and of each the versions that are needed: no longer an error where one is not there.
  const versions = new Map<string, number>();
  for (let library = needs.offset, left = needs.info; left > 0; left--, library += u32(library + 12)) {
    for (let need = library + u32(library + 8), more = u16(library + 2); more > 0; more--, need += u32(need + 12)) {
      const name = nameAt(u32(need + 8));
      versions.set(name, u16(need + 6));
      if (name === NEW_LIBC || name === NEW_LIBCXX) view.setUint16(need + 4, WEAK_VERSION, true);
    }
  }
  for (let index = 0; index * SYMBOL_BYTES < symbols.size; index++) {
    const symbol = symbols.offset + index * SYMBOL_BYTES;
    const versionAt = of(SYMBOL_VERSIONS).offset + index * 2;
    const version = u16(versionAt);
    if (version === versions.get(NEW_LIBC) && nameAt(u32(symbol)).startsWith(PREFIX)) {
      view.setUint32(symbol, u32(symbol) + PREFIX.length, true);
      view.setUint16(versionAt, versions.get(OLD_LIBC[process.arch] as string) as number, true);
    } else if (version === versions.get(NEW_LIBCXX)) {
      view.setUint8(symbol + 4, WEAK_FUNCTION);
      view.setUint16(versionAt, ANY_VERSION, true);
    }
  }
  return file;
}
