/**
 * The package as its users get it: packed, installed into an empty folder, and used there. Fails on a file that should not
 * be in it, on anything that is installed with it, and on a link that leads out of it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installAlone, pack } from "./pack-contents.js";
import { usePack } from "./pack-use.js";
import { packedDocumentFaults } from "./packed-documents.js";

const folder = mkdtempSync(join(tmpdir(), "segring-pack-"));
try {
  const { filename, files, size } = pack(folder);
  installAlone(folder, join(folder, filename));
  const paths = files.map(({ path }) => path);
  const faults = packedDocumentFaults(paths, join(folder, "node_modules/segring"));
  if (faults.length > 0) throw new Error(`documents in the package:\n${faults.join("\n")}`);
  usePack(folder);
  console.log(`pack: ${files.length} files, ${size} bytes packed; installed alone and used`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
