/** What lets a room be there before VitePress is. */

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

/**
 * Puts into a page with a room what brings the room up before VitePress has taken the page over: the room's scripts load
 * beside VitePress's, and a script at the end of the page mounts the room as soon as they are there. room.ts goes on
 * with a room that is mounted.
 *
 * @param html Of the page. A page of another folder may have the name of a room, so what is in the page says the room.
 */
export function startRoomEarly(html: string, base: string): string {
  const [, room] = /<div class="room room-(\w+)"/.exec(html) ?? [];
  const files = room === undefined ? undefined : scripts.get(room);
  if (files === undefined) return html;
  // Before the first script in the page, which waits for the style sheets.
  const preloads = files.map((file) => `<link rel="modulepreload" href="${base}${file}">`).join("");
  const start = `import{mount}from"${base}${files[0]}";const r=document.querySelector(".room");r.leave??=mount(r)`;
  return html
    .replace(/(?<=<meta charset="utf-8">)/, preloads)
    .replace("</body>", `<script type="module" async>${start}</script></body>`);
}
