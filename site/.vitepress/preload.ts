/** Links in the heads of the pages with rooms, so that a room's script loads beside VitePress's and not after it. */
import type { HeadConfig } from "vitepress";

interface Chunk {
  readonly type: string;
  readonly fileName: string;
  readonly facadeModuleId?: string | null;
  readonly imports?: readonly string[];
}

/** The scripts of each room, by the room's name. */
const scripts = new Map<string, readonly string[]>();

/** Notes which files a room was bundled into. */
export const noteRooms = {
  name: "site:rooms",
  generateBundle(_options: unknown, bundle: Readonly<Record<string, Chunk>>) {
    for (const chunk of Object.values(bundle)) {
      const [, room] = /\/rooms\/(\w+)\/index\.ts$/.exec(chunk.facadeModuleId?.replaceAll("\\", "/") ?? "") ?? [];
      // The bundles that draw the pages on the server lie elsewhere.
      if (room !== undefined && chunk.fileName.startsWith("assets/")) scripts.set(room, withImports(chunk, bundle));
    }
  },
};

function withImports(chunk: Chunk, bundle: Readonly<Record<string, Chunk>>, seen = new Set<string>()): string[] {
  seen.add(chunk.fileName);
  for (const name of chunk.imports ?? []) {
    const imported = bundle[name];
    if (imported !== undefined && !seen.has(name)) withImports(imported, bundle, seen);
  }
  return [...seen];
}

/** @param page `map.md` */
export function preloadRoom(page: string, base: string): HeadConfig[] {
  const room = page.replace(/\.md$/, "");
  return (scripts.get(room) ?? []).map((file) => ["link", { rel: "modulepreload", href: base + file }]);
}
