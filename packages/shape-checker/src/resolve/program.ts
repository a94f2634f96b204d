/** From an entry file to all files it imports, and what each file's top-level names mean. */

import {
  locate,
  parse,
  suggest,
  syntaxCodes,
  type BlockDeclaration,
  type Diagnostic,
  type File,
  type Fix,
  type Import,
  type ModelDeclaration,
  type ParseResult,
  type Source,
  type Span,
} from "@cnn-lang/parser";
import { nameProblems } from "../codes/program.ts";
import { isOperatorName } from "../operators/index.ts";
import { resolvePath, unreadableWords, type Project } from "../project.ts";

export type Declared =
  | { readonly kind: "block"; readonly declaration: BlockDeclaration; readonly scope: FileScope; readonly span: Span }
  | { readonly kind: "model"; readonly declaration: ModelDeclaration; readonly scope: FileScope; readonly span: Span }
  /** Declared or imported, but its definition failed: used and defined all the same. */
  | { readonly kind: "failed"; readonly span: Span };

export interface FileScope {
  readonly file: string;
  readonly text: string;
  readonly source: Source;
  readonly ast: File;
  /** Without syntax errors: nothing of the text is missing in the tree. */
  readonly isReadable: boolean;
  /** Where text was passed over that the grammar could not go on with, in order. */
  readonly lost: readonly number[];
  /** Own declarations and imported ones, by the name they have here. */
  readonly names: ReadonlyMap<string, Declared>;
  /** Own names that a file asks for which this one imports itself: a circle, where nothing is known of uses. */
  readonly wanted: Set<string>;
  /** The models declared in this file, in order. */
  readonly models: readonly ModelDeclaration[];
}

const described = new WeakMap<FileScope["names"], string>();

/** What the names of a file are, each with its kind, as one text. */
export function namesOf({ names }: Pick<FileScope, "names">): string {
  const known = described.get(names);
  if (known !== undefined) return known;
  const text = [...names].map(([name, { kind }]) => `${kind} ${name}`).join("\n");
  described.set(names, text);
  return text;
}

export interface Program {
  readonly entry: FileScope | undefined;
  readonly files: ReadonlyMap<string, FileScope>;
  readonly diagnostics: readonly Diagnostic[];
}

export type Parse = (file: string, text: string) => ParseResult;

/** Parses are kept by project, file and text, so that a file is not parsed again where another one has changed. */
const parses = new WeakMap<Project, Parse>();

function parseOf(project: Project): Parse {
  const known = parses.get(project) ?? keepParses((file) => (text) => parse(text, { file }));
  parses.set(project, known);
  return known;
}

/** Parses each file with a reader of its own, once as long as its text stays the same. */
export function keepParses(readerOf: (file: string) => (text: string) => ParseResult): Parse {
  const kept = new Map<string, { readonly read: (text: string) => ParseResult; readonly text: string; readonly result: ParseResult }>();
  return (file, text) => {
    const known = kept.get(file);
    if (known?.text === text) return known.result;
    const read = known?.read ?? readerOf(file);
    const result = read(text);
    kept.set(file, { read, text, result });
    return result;
  };
}

const writeInstead = (text: string | undefined, span: Span): readonly Fix[] =>
  text === undefined ? [] : [{ title: `write ${text}`, edits: [{ span, text }] }];

/** Loads the entry and, through its imports, every file it needs. Files that cannot be read become diagnostics. */
export function loadProgram(project: Project, entry: string, parseFile: Parse = parseOf(project)): Program {
  const files = new Map<string, FileScope>();
  const diagnostics: Diagnostic[] = [];

  function load(file: string, text: string, chain: readonly string[]): FileScope {
    const known = files.get(file);
    if (known) return known;
    const { source, ast, diagnostics: found } = parseFile(file, text);
    diagnostics.push(...found);
    const names = new Map<string, Declared>();
    const models = ast.declarations.filter((declaration) => declaration.kind === "model");
    const isReadable = found.every(({ severity }) => severity !== "error");
    const lost = found.filter(({ code }) => code === syntaxCodes.unexpected.code).map(({ span }) => span.start.offset).sort((a, b) => a - b);
    const scope: FileScope = { file, text, source, ast, isReadable, lost, names, wanted: new Set(), models };
    files.set(file, scope);

    for (const declaration of ast.declarations) {
      if (declaration.kind === "import") addImport(declaration, scope, names, [...chain, file]);
      else if (isOperatorName(declaration.name.text)) {
        diagnostics.push(locate(nameProblems.reservedDeclaration({ name: declaration.name.text }), declaration.name.span));
      } else {
        const { span } = declaration.name;
        const declared: Declared =
          declaration.kind === "block"
            ? { kind: "block", declaration, scope, span }
            : { kind: "model", declaration, scope, span };
        add(names, declaration.name.text, declared);
      }
    }
    return scope;
  }

  function add(names: Map<string, Declared>, name: string, declared: Declared): void {
    const earlier = names.get(name);
    // What could not be imported is no second definition.
    if (!earlier || earlier.kind === "failed") names.set(name, declared);
    else {
      const related = [{ message: `${name} is declared here first`, span: earlier.span }];
      diagnostics.push(locate(nameProblems.duplicateDeclaration({ name }), declared.span, { related }));
    }
  }

  function addImport(statement: Import, scope: FileScope, names: Map<string, Declared>, chain: readonly string[]): void {
    const imported = readImport(statement, scope, chain);
    for (const { name, alias } of statement.names) {
      const local = (alias ?? name).text;
      const { span } = alias ?? name;
      const found = imported?.names.get(name.text);
      const isOwn = found !== undefined && (found.kind === "failed" || found.scope === imported);
      add(names, local, isOwn ? { ...found, span } : { kind: "failed", span });
      if (isOwn || !imported || statement.from.kind === "invalid") continue;
      // A file with syntax errors may have lost the declaration: its own mistake is enough.
      if (!imported.isReadable) continue;
      const suggestion = found ? undefined : suggest(name.text, [...imported.names].flatMap(([each, { kind }]) => (kind === "failed" ? [] : [each])));
      const finding = nameProblems.importMissing({ name: name.text, path: statement.from.value, imported: found !== undefined, ...(suggestion && { suggestion }) });
      diagnostics.push(locate(finding, name.span, { fixes: writeInstead(alias ? suggestion : suggestion && `${suggestion} as ${local}`, name.span), related: found ? [{ message: `it is imported here`, span: found.span }] : [] }));
    }
  }

  function readImport(statement: Import, scope: FileScope, chain: readonly string[]): FileScope | undefined {
    // An import that could not be read is told by the parser; its names are of unknown kind.
    if (statement.from.kind === "invalid") return undefined;
    const { value: written, span } = statement.from;
    if (!/^\.\.?\/.*\.cnn$/.test(written)) {
      const path = `${/^\.\.?\//.test(written) ? "" : "./"}${written}${written.endsWith(".cnn") ? "" : ".cnn"}`;
      const isReadable = typeof project.read(resolvePath(scope.file, path)) === "string";
      diagnostics.push(locate(nameProblems.importPath({ path: written }), span, { fixes: isReadable ? writeInstead(JSON.stringify(path), span) : [] }));
      return undefined;
    }
    const file = resolvePath(scope.file, written);
    if (chain.includes(file)) {
      const circle = [...chain.slice(chain.indexOf(file)), file];
      diagnostics.push(locate(nameProblems.importCycle({ chain: circle }), span));
      for (const { name } of statement.names) files.get(file)?.wanted.add(name.text);
      return undefined;
    }
    const text = project.read(file);
    if (typeof text === "string") return load(file, text, chain);
    diagnostics.push(locate(nameProblems.importFailed({ path: written, why: unreadableWords[text.reason] }), span));
    return undefined;
  }

  const text = project.read(entry);
  if (typeof text === "string") return { entry: load(entry, text, []), files, diagnostics };
  const start = { line: 1, column: 1, offset: 0 };
  diagnostics.push(locate(nameProblems.fileFailed({ file: entry, why: unreadableWords[text.reason] }), { file: entry, start, end: start }));
  return { entry: undefined, files, diagnostics };
}
