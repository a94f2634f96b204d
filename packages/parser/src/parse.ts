/** Text → syntax tree and what is wrong with the text: one phase after another. */

import type { IToken } from "chevrotain";
import type { File } from "./ast.ts";
import { balanceBrackets } from "./brackets.ts";
import { syntax } from "./codes.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { Grammar } from "./grammar.ts";
import { arrangeLines } from "./lines.ts";
import { createMistakes, type Mistakes } from "./mistakes.ts";
import { createParts, type Parts } from "./parts.ts";
import { scan } from "./scan.ts";
import { createSource, type Source } from "./source.ts";

export interface ParseResult {
  /** The text, and places in it. */
  readonly source: Source;
  readonly ast: File;
  readonly diagnostics: readonly Diagnostic[];
}

/** In characters (UTF-16 units). No network is that long; a text that is has been given by mistake. */
const longest = 10_000_000;

/** Making the grammar's tables costs some milliseconds, once a process. */
let grammar: Grammar | undefined;

/** Reads a `.cnn` text. Never throws: what can't be read is told, and stands as `invalid` in the tree. */
export function parse(text: string, options: { readonly file: string }): ParseResult {
  const { source, ast, diagnostics } = readText(text, options);
  return { source, ast, diagnostics };
}

/**
 * Reads a text again and again as it is edited. A declaration, statement or step that an edit leaves is the same node in the
 * next tree, and moves to its new place: a tree is not to be used any more once the next one is read.
 */
export function createReader(file: string): (text: string) => ParseResult {
  let last: { readonly source: Source; readonly parts: Parts } | undefined;
  return (text) => {
    const edit = last?.source.edited(text);
    const source = edit?.source ?? createSource(file, text);
    const { result, parts } = readSource(source, (tokens) => (last && edit ? last.parts.edited(edit, tokens) : createParts(source, tokens)));
    last = parts && { source, parts };
    return { source, ast: result.ast, diagnostics: result.diagnostics };
  };
}

/** The same with the tokens, for the formatter. */
export const readText = (text: string, { file }: { readonly file: string }): ReadText => readSource(createSource(file, text)).result;

interface ReadText extends ParseResult {
  readonly tokens: readonly IToken[];
}

function readSource(source: Source, partsOf?: (tokens: readonly IToken[]) => Parts): { readonly result: ReadText; readonly parts?: Parts } {
  const { text } = source;
  const mistakes = createMistakes(source);
  if (text.length > longest) return { result: { source, ast: refuse(mistakes), tokens: [], diagnostics: mistakes.diagnostics() } };
  const scanned = scan(mistakes);
  const tokens = arrangeLines(mistakes, balanceBrackets(mistakes, scanned.tokens));
  const parts = partsOf?.(tokens);
  grammar ??= new Grammar();
  const declarations = grammar.read(mistakes, tokens, parts);
  const ast: File = { kind: "file", span: source.span(0, text.length), declarations, comments: scanned.comments };
  return { result: { source, ast, tokens, diagnostics: mistakes.diagnostics() }, ...(parts && { parts }) };
}

function refuse(mistakes: Mistakes): File {
  const { text } = mistakes.source;
  mistakes.report(syntax.tooLong({ length: text.length, limit: longest }), 0, 0);
  return { kind: "file", span: mistakes.source.span(0, text.length), declarations: [], comments: [] };
}
