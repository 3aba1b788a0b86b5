/** The reference of the API, as pages of the site: `npm run docs` writes site/api. A warning is an error. */
import { readFileSync } from "node:fs";
import { Comment, Converter } from "typedoc";

const { exports } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** The sources of the package's entries that are modules; of a file that is not there TypeDoc warns. */
const entries = Object.entries(exports).flatMap(([name, entry]) => {
  const [, module] = /^\.\/dist\/(.*)\.js$/.exec(entry.default ?? "") ?? [];
  // Bundles hold what the other entries export.
  if (module === undefined || module.startsWith("segring.")) return [];
  return [{ name: name.replace(".", "segring"), source: `src/${module}.ts` }];
});

/**
 * Modules have the names by which they are imported, and the comment at the top of their files.
 *
 * @param {import("typedoc").Application} app
 */
function nameModules(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const entry = entries.find(({ source }) =>
        [`src/${module.name}.ts`, `src/${module.name}/index.ts`].includes(source),
      );
      if (entry === undefined) throw new Error(`no entry of package.json is ${module.name}`);
      module.name = entry.name;
      const [, comment = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(entry.source, "utf8")) ?? [];
      const text = comment.replaceAll(/^ *\* ?/gm, "").replace(/^\s*`?segring[\w/]*`?: /, "");
      module.comment = new Comment([{ kind: "text", text: text.trim().replace(/^[a-z]/, (c) => c.toUpperCase()) }]);
    }
  });
}

export default {
  entryPoints: entries.map(({ source }) => source),
  plugin: ["typedoc-plugin-markdown", nameModules],
  out: "site/api",
  tsconfig: "tsconfig.build.json",
  name: "API",
  readme: "none",
  // A page for each entry.
  outputFileStrategy: "modules",
  entryFileName: "index",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  typeDeclarationFormat: "table",
  enumMembersFormat: "table",
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
