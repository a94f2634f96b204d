/** Text → syntax tree and what is wrong with the text: one phase after another. */

import type { IToken } from "chevrotain";
import type { File } from "./ast.ts";
import { balanceBrackets } from "./brackets.ts";
import { syntax } from "./codes.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { Grammar } from "./grammar.ts";
import { arrangeLines } from "./lines.ts";
import { createMistakes, type Mistakes } from "./mistakes.ts";
import { scan } from "./scan.ts";
import { createSource } from "./source.ts";

export interface ParseResult {
  readonly ast: File;
  readonly diagnostics: readonly Diagnostic[];
}

/** In characters (UTF-16 units). No network is that long; a text that is has been given by mistake. */
const longest = 10_000_000;

/** Making the grammar's tables costs some milliseconds, once a process. */
let grammar: Grammar | undefined;

/** Reads a `.cnn` text. Never throws: what can't be read is told, and stands as `invalid` in the tree. */
export function parse(text: string, options: { readonly file: string }): ParseResult {
  const { ast, diagnostics } = readText(text, options);
  return { ast, diagnostics };
}

/** The same with the tokens, for the formatter. */
export function readText(text: string, { file }: { readonly file: string }): ParseResult & { readonly tokens: readonly IToken[] } {
  const mistakes = createMistakes(createSource(file, text));
  if (text.length > longest) return { ast: refuse(mistakes), tokens: [], diagnostics: mistakes.diagnostics() };
  const { source } = mistakes;
  const scanned = scan(mistakes);
  const tokens = arrangeLines(mistakes, balanceBrackets(mistakes, scanned.tokens));
  grammar ??= new Grammar();
  const declarations = grammar.read(mistakes, tokens);
  const ast: File = { kind: "file", span: source.span(0, text.length), declarations, comments: scanned.comments };
  return { ast, tokens, diagnostics: mistakes.diagnostics() };
}

function refuse(mistakes: Mistakes): File {
  const { text } = mistakes.source;
  mistakes.report(syntax.tooLong({ length: text.length, limit: longest }), 0, 0);
  return { kind: "file", span: mistakes.source.span(0, text.length), declarations: [], comments: [] };
}
