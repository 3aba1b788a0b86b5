/** The reference of the API: `npm run docs`. A warning is an error. */
import { readFileSync } from "node:fs";

const { exports } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** The sources of the package's entries that are modules; of a file that is not there TypeDoc warns. */
const entryPoints = Object.values(exports).flatMap((entry) => {
  const [, name] = /^\.\/dist\/(.*)\.js$/.exec(entry.default ?? "") ?? [];
  // Bundles hold what the other entries export.
  return name === undefined || name.startsWith("segring.") ? [] : [`src/${name}.ts`];
});

export default {
  entryPoints,
  out: "docs/api",
  tsconfig: "tsconfig.build.json",
  name: "segring",
  includeVersion: true,
  projectDocuments: ["docs/*.md"],
  // No commit and no host: the same sources make the same pages.
  disableSources: true,
  hideGenerator: true,
  excludeInternal: true,
  excludeExternals: true,
  excludePrivate: true,
  treatWarningsAsErrors: true,
  validation: {
    notDocumented: true,
    notExported: true,
    invalidLink: true,
    invalidPath: true,
    unusedMergeModuleWith: true,
  },
  requiredToBeDocumented: [
    "Enum",
    "EnumMember",
    "Variable",
    "Function",
    "Class",
    "Interface",
    "Constructor",
    "Property",
    "Method",
    "Accessor",
    "TypeAlias",
  ],
};
