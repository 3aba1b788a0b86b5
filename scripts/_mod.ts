import ts from "typescript";
import { readFileSync, writeFileSync } from "node:fs";
const RENAME: Record<string,string> = { segmentsFor: "segmentCount", countFor: "pieceCount" };
const TABLE = new Set("slice split concat locate segmentCount find cursor pages blocks pieceCount pagePrefix gather scatter copy fill intersect subtract complement contains overlaps PageList PagePrefix TableCursor Location RangeSet TableMemory PlacedTable TableBytes".split(" "));
const DEVICES = new Set("requests validate stackLimits linuxDefault nvmePrp ahci virtioBlk rdma translate untranslate mapIova IovaSpace bestPages bestBlockBytes dmaMap DeviceRequest RequestOptions Violation TranslationWindow IovaMap IovaOptions IovaMapping PageTableEntries IovaReservation Fragmentation".split(" "));
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, file.endsWith(".mjs") ? ts.ScriptKind.JS : ts.ScriptKind.TS);
  const warn = (n: ts.Node, m: string) => console.log(`${file}:${source.getLineAndCharacterOfPosition(n.getStart()).line + 1} ${m}: ${n.getText().slice(0, 90).replace(/\s+/g, " ")}`);
  const prop = (o: ts.ObjectLiteralExpression, name: string): { value: string; node: ts.ObjectLiteralElementLike } | undefined => {
    for (const p of o.properties) {
      if (p.name?.getText() !== name) continue;
      if (ts.isPropertyAssignment(p)) return { value: render(p.initializer), node: p };
      if (ts.isShorthandPropertyAssignment(p)) return { value: name, node: p };
    }
    return undefined;
  };
  const pair = (a: string, A: string, b: string, B: string) => `{ ${a === A ? a : `${a}: ${A}`}, ${b === B ? b : `${b}: ${B}`} }`;
  function call(n: ts.CallExpression): string | undefined {
    const name = ts.isIdentifier(n.expression) ? n.expression.text : undefined;
    const method = ts.isPropertyAccessExpression(n.expression) ? n.expression.name.text : undefined;
    const args = n.arguments;
    const r = (i: number) => render(args[i]!);
    const rest = (i: number) => args.slice(i).map((a) => `, ${render(a)}`).join("");
    if (args.some(ts.isSpreadElement) && name && /^(gather|scatter|fill|encodePrp|decodePrp|gatherFile|scatterFile|bestPages)$/.test(name)) { warn(n, "SPREAD"); return undefined; }
    if (name === "gather" || name === "scatter" || name === "fill") {
      if (args.length < 3) { warn(n, "SHORT"); return undefined; }
      return `${name}(${r(2)}, ${pair("bytes", r(0), "addr", r(1))}${rest(3)})`;
    }
    if (name === "gatherFile" || name === "scatterFile") return `${name}(${r(2)}, ${pair("file", r(0), "addr", r(1))}${rest(3)})`;
    if (name === "bestPages" && args.length === 4) return `bestPages(${pair("addr", r(1), "length", r(2))}, ${r(3)}, ${r(0)})`;
    if (name && /^(encodePrp|encodeSgl|decodePrp|decodeSgl|decodeVirtioSplit|decodeVirtioPacked)$/.test(name)) {
      const at = name.startsWith("decodeVirtio") ? 2 : 1;
      const options = args[at];
      if (options === undefined) return undefined;
      const head = args.slice(0, at).map((a) => render(a)).join(", ");
      if (!ts.isObjectLiteralExpression(options)) { warn(n, "OPTIONS"); return undefined; }
      const memory = prop(options, "memory");
      const others = options.properties.filter((p) => p !== memory?.node).map((p) => render(p));
      if (others.some((o) => o.startsWith("..."))) { warn(n, "SPREAD OPTIONS"); }
      const tail = others.length ? `, { ${others.join(", ")} }` : "";
      if (!memory && !tail) return `${name}(${head})`;
      return `${name}(${head}, ${memory?.value ?? "undefined"}${tail})`;
    }
    if (name === "copy") {
      const side = (a: ts.Expression) => {
        if (!ts.isObjectLiteralExpression(a)) { warn(a, "COPY SIDE"); return render(a); }
        const [m, b, t] = [prop(a, "memory"), prop(a, "base"), prop(a, "table")];
        if (!m || !b || !t) { warn(a, "COPY SIDE"); return render(a); }
        return `{ ${t.value === "table" ? "table" : `table: ${t.value}`}, memory: ${pair("bytes", m.value, "addr", b.value)} }`;
      };
      if (args.length < 2) { warn(n, "COPY"); return undefined; }
      return `copy(${side(args[0]!)}, ${side(args[1]!)}${rest(2)})`;
    }
    if ((method === "frames" || method === "framesInto") && args.length > 1) {
      const last = args[args.length - 1]!;
      if (ts.isObjectLiteralExpression(last)) {
        const from = prop(last, "from");
        if (from) {
          const others = last.properties.filter((p) => p !== from.node).map((p) => render(p));
          const head = args.slice(0, -1).map((a) => render(a)).join(", ");
          return `${render(n.expression)}(${head}, { ${[...others, from.value === "offset" ? "offset" : `offset: ${from.value}`].join(", ")} })`;
        }
      }
    }
    return undefined;
  }
  function render(n: ts.Node): string {
    if (ts.isCallExpression(n)) { const t = call(n); if (t !== undefined) return t; }
    if (ts.isIdentifier(n) && RENAME[n.text] && !(ts.isPropertyAccessExpression(n.parent) && n.parent.name === n)) return RENAME[n.text]!;
    if (ts.isIdentifier(n) && (n.text === "sourceSkip" || n.text === "targetSkip")) return n.text.replace("Skip", "Offset");
    if (ts.isIdentifier(n) && n.text === "startOffset" && (ts.isPropertyAssignment(n.parent) && n.parent.name === n || ts.isPropertyAccessExpression(n.parent))) return "offset";
    if (ts.isShorthandPropertyAssignment(n) && n.name.text === "startOffset") return "offset: startOffset";
    if (ts.isImportDeclaration(n)) {
      const spec = (n.moduleSpecifier as ts.StringLiteral).text;
      const named = n.importClause?.namedBindings;
      const isRoot = /(^|\/)(src|dist)\/index\.js$/.test(spec) || spec === "segring";
      if (isRoot && named && ts.isNamedImports(named)) {
        const groups: Record<string, string[]> = { root: [], table: [], devices: [] };
        for (const e of named.elements) {
          const orig = (e.propertyName ?? e.name).text; const now = RENAME[orig] ?? orig;
          const t = e.getText().replace(orig, now);
          (TABLE.has(now) ? groups.table! : DEVICES.has(now) ? groups.devices! : groups.root!).push(t);
        }
        const to = (g: string) => spec === "segring" ? (g === "root" ? spec : `segring/${g}`) : g === "root" ? spec : spec.replace("index.js", `${g}/index.js`);
        const type = n.importClause!.isTypeOnly ? "type " : "";
        if (groups.table!.length + groups.devices!.length > 0)
          return Object.entries(groups).filter(([, l]) => l.length).map(([g, l]) => `import ${type}{ ${l.join(", ")} } from "${to(g)}";`).join("\n");
      }
    }
    let out = ""; let at = n.getStart(source);
    const visit = (c: ts.Node) => { const s = c.getStart(source); if (s < at) return; out += text.slice(at, s) + render(c); at = c.getEnd(); };
    ts.forEachChild(n, visit);
    return out + text.slice(at, n.getEnd());
  }
  let out = ""; let at = 0;
  for (const st of source.statements) { const s = st.getStart(source); out += text.slice(at, s) + render(st); at = st.getEnd(); }
  out += text.slice(at);
  if (out !== text) writeFileSync(file, out);
}
