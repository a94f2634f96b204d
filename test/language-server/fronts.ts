/**
 * The language service as it is asked in process, and over a server's standard streams. Both answer in the same words, so
 * that one table of cases holds for both.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createLanguageService, memoryProject } from "@cnn-lang/shape-checker";
import { createSource, type Edit, type Span } from "@cnn-lang/parser";
import { tokenLegend, tokenTypes } from "../../packages/shape-checker/src/language-service/convert.ts";
import type { Editor, Position } from "../helpers/lsp.ts";

/** Files, the one in front, and the cursor in it (or the start and end of what is selected). */
export interface Scene {
  readonly files: Readonly<Record<string, string>>;
  readonly file: string;
  readonly offset: number;
  readonly end: number;
}

/** Places are `file line:column-line:column`; a file that is the one in front is not named. */
export interface Front {
  /** `CNN4001 3:8-3:11`, and `→` with the places that are related. */
  diagnostics(): Promise<readonly string[]>;
  hover(): Promise<string>;
  completions(): Promise<readonly string[]>;
  /** The text after the completion of that name is taken. */
  complete(label: string): Promise<string>;
  /** The signature, the parameter at the cursor in brackets. */
  signature(): Promise<string>;
  actions(): Promise<readonly string[]>;
  /** All files after an action. */
  act(title: string): Promise<Readonly<Record<string, string>>>;
  definition(): Promise<string>;
  references(): Promise<readonly string[]>;
  /** All files after renaming, or the refusal. */
  rename(name: string): Promise<Readonly<Record<string, string>> | string>;
  hints(): Promise<readonly string[]>;
  /** The text after all hints that can be taken into it are. */
  take(): Promise<string>;
  lenses(): Promise<readonly string[]>;
  symbols(): Promise<readonly unknown[]>;
  /** `1-4`: from line to line. */
  folding(): Promise<readonly string[]>;
  /** The texts around the cursor, smallest first. */
  selection(): Promise<readonly string[]>;
  /** `conv function`. */
  tokens(): Promise<readonly string[]>;
  format(): Promise<string>;
}

const apply = (text: string, edits: readonly { readonly from: number; readonly to: number; readonly text: string }[]): string =>
  edits.toSorted((a, b) => b.from - a.from).reduce((result, edit) => result.slice(0, edit.from) + edit.text + result.slice(edit.to), text);

interface Symbolic {
  readonly name: string;
  readonly children?: readonly Symbolic[];
}
const named = ({ name, children = [] }: Symbolic): unknown => (children.length > 0 ? [name, children.map(named)] : name);
const marked = (label: string, parameters: readonly string[], active: number): string =>
  label.split(" ").map((word) => (parameters[active] !== undefined && new RegExp(`^\\[?${parameters[active]}(=|\\]|$)`).test(word) ? `[${word}]` : word)).join(" ");

export function inProcess({ files, file, offset, end }: Scene): Front {
  const service = createLanguageService(memoryProject(files));
  const text = files[file] ?? "";
  const recipes = Object.keys(files).filter((name) => name.endsWith(".json") && name !== file);
  const others = Object.keys(files).filter((name) => name.endsWith(".cnn"));
  const beside = others.filter((name) => name !== file).map((name) => `./${name}`);
  const place = ({ file: other, start, end: last }: Span): string =>
    `${other === file ? "" : `${other} `}${start.line}:${start.column}-${last.line}:${last.column}`;
  const range = (): Span => createSource(file, text).span(offset, end);
  const changed = (edits: readonly Edit[]): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => {
        const own = edits.filter(({ span }) => span.file === name);
        return [name, apply(content, own.map((edit) => ({ from: edit.span.start.offset, to: edit.span.end.offset, text: edit.text })))];
      }),
    );
  return {
    diagnostics: async () =>
      service.told(file, recipes).map(({ code, span, related }) => [`${code} ${place(span)}`, ...related.map((each) => place(each.span))].join(" → ")),
    hover: async () => service.hover(file, offset)?.markdown ?? "",
    completions: async () => service.completions(file, offset, beside).map(({ label }) => label),
    async complete(label) {
      const chosen = service.completions(file, offset, beside).find((each) => each.label === label);
      return chosen ? apply(text, [{ ...chosen, text: chosen.insert }]) : `there is no ${label}`;
    },
    async signature() {
      const help = service.signatureHelp(file, offset);
      return help ? marked(help.label, help.parameters.map(({ name }) => name), help.active) : "";
    },
    actions: async () => service.codeActions(file, range(), recipes).map(({ title }) => title),
    act: async (title) => changed(service.codeActions(file, range(), recipes).find((action) => action.title === title)?.edits ?? []),
    async definition() {
      const found = service.definition(file, offset);
      return found ? place(found) : "";
    },
    references: async () => service.references(file, offset, others).map(place),
    async rename(name) {
      const renaming = service.rename(file, offset, name, others, recipes);
      return "edits" in renaming ? changed(renaming.edits) : renaming.refusal;
    },
    take: async () => apply(text, service.inlayHints(file).flatMap(({ position: { offset: at }, text: hint, isAssertion }) => (isAssertion ? [{ from: at, to: at, text: ` ${hint}` }] : []))),
    hints: async () => service.inlayHints(file).map(({ position, text: hint }) => `${position.line}:${position.column} ${hint}`),
    lenses: async () => service.codeLenses(file).map(({ span, text: lens }) => `${span.start.line} ${lens}`),
    symbols: async () => service.documentSymbols(file).map(named),
    folding: async () => service.foldingRanges(file).map(({ start, end: last }) => `${start.line}-${last.line}`),
    selection: async () => service.selectionRanges(file, offset).map(({ start, end: last }) => text.slice(start.offset, last.offset)),
    tokens: async () => service.semanticTokens(file).map(({ span, kind }) => `${text.slice(span.start.offset, span.end.offset)} ${tokenTypes[kind]}`),
    format: async () => (await service.format(file)) ?? text,
  };
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}
interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}
interface WorkspaceEdit {
  readonly changes: Readonly<Record<string, readonly TextEdit[]>>;
}
interface SelectionRange {
  readonly range: Range;
  readonly parent?: SelectionRange;
}

let scenes = 0;

/** The same questions to a server, about files in a folder of their own. */
export async function overStreams(editor: Editor, { files, file, offset, end }: Scene): Promise<Front> {
  const folder = `scene-${++scenes}`;
  const path = (name: string): string => `${folder}/${name}`;
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(editor.folder, path(name))), { recursive: true });
    writeFileSync(join(editor.folder, path(name)), content);
  }
  const text = files[file] ?? "";
  const published = await editor.open(path(file), text);
  const nameOf = (uri: string): string => uri.slice(editor.uri(path("")).length).replace(/^\//, "");
  const positionOf = (content: string, at: number): Position => {
    const { line, column } = createSource("", content).position(at);
    return { line: line - 1, character: column - 1 };
  };
  const offsetOf = (content: string, { line, character }: Position): number => {
    const starts = [0, ...[...content.matchAll(/\r\n|\r|\n/g)].map((found) => found.index + found[0].length)];
    return (starts[line] ?? content.length) + character;
  };
  const place = (uri: string, { start, end: last }: Range): string =>
    `${nameOf(uri) === file ? "" : `${nameOf(uri)} `}${start.line + 1}:${start.character + 1}-${last.line + 1}:${last.character + 1}`;
  const edited = (content: string, edits: readonly TextEdit[]): string =>
    apply(content, edits.map(({ range, newText }) => ({ from: offsetOf(content, range.start), to: offsetOf(content, range.end), text: newText })));
  const changed = (edit: WorkspaceEdit | undefined): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(files).map(([name, content]) => [name, edited(content, edit?.changes[editor.uri(path(name))] ?? [])]));
  const position = positionOf(text, offset);
  const range = { start: position, end: positionOf(text, end) };
  const whole = { start: { line: 0, character: 0 }, end: positionOf(text, text.length) };
  // The protocol's answers are what the other side says they are; the expectations of the cases find out where that is not so.
  // oxlint-disable-next-line typescript/no-explicit-any
  const ask = (method: string, params: object = {}): Promise<any> => editor.ask(`textDocument/${method}`, path(file), params);
  const completions = (): Promise<readonly { label: string; textEdit: TextEdit }[]> => ask("completion", { position });
  const actions = (): Promise<readonly { title: string; edit: WorkspaceEdit }[]> => ask("codeAction", { range, context: { diagnostics: [] } });

  return {
    diagnostics: async () =>
      published.diagnostics.map(({ code, range: at, relatedInformation = [] }) => [`${code} ${place(editor.uri(path(file)), at)}`, ...relatedInformation.map(({ location }) => place(location.uri, location.range))].join(" → ")),
    hover: async () => (await ask("hover", { position }))?.contents.value ?? "",
    completions: async () => (await completions()).map(({ label }) => label),
    async complete(label) {
      const chosen = (await completions()).find((each) => each.label === label);
      return chosen ? edited(text, [chosen.textEdit]) : `there is no ${label}`;
    },
    async signature() {
      const help = await ask("signatureHelp", { position });
      const [signature] = help?.signatures ?? [];
      return signature ? marked(signature.label, signature.parameters.map(({ label }: { label: string }) => label), help.activeParameter) : "";
    },
    actions: async () => (await actions()).map(({ title }) => title),
    act: async (title) => changed((await actions()).find((action) => action.title === title)?.edit),
    async definition() {
      const found = await ask("definition", { position });
      return found ? place(found.uri, found.range) : "";
    },
    references: async () => (await ask("references", { position, context: { includeDeclaration: true } })).map(({ uri, range: at }: { uri: string; range: Range }) => place(uri, at)),
    rename: async (newName) => ask("rename", { position, newName }).then(changed, ({ message }: Error) => message),
    take: async () => edited(text, (await ask("inlayHint", { range: whole })).flatMap(({ textEdits = [] }: { textEdits?: readonly TextEdit[] }) => textEdits)),
    hints: async () => (await ask("inlayHint", { range: whole })).map(({ position: at, label }: { position: Position; label: string }) => `${at.line + 1}:${at.character + 1} ${label}`),
    lenses: async () => (await ask("codeLens")).map(({ range: at, command }: { range: Range; command: { title: string } }) => `${at.start.line + 1} ${command.title}`),
    symbols: async () => (await ask("documentSymbol")).map(named),
    folding: async () => (await ask("foldingRange")).map(({ startLine, endLine }: { startLine: number; endLine: number }) => `${startLine + 1}-${endLine + 1}`),
    async selection() {
      const texts: string[] = [];
      const [innermost] = await ask("selectionRange", { positions: [position] });
      for (let each: SelectionRange | undefined = innermost; each; each = each.parent) texts.push(text.slice(offsetOf(text, each.range.start), offsetOf(text, each.range.end)));
      return texts;
    },
    async tokens() {
      const { data } = await ask("semanticTokens/full");
      const found: string[] = [];
      let [line, character] = [0, 0];
      for (let i = 0; i < data.length; i += 5) {
        character = data[i] === 0 ? character + data[i + 1] : data[i + 1];
        line += data[i];
        const at = offsetOf(text, { line, character });
        found.push(`${text.slice(at, at + data[i + 2])} ${tokenLegend[data[i + 3]]}`);
      }
      return found;
    },
    format: async () => edited(text, await ask("formatting", { options: { tabSize: 2, insertSpaces: true } })),
  };
}

