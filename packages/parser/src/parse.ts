/** Text → syntax tree and what is wrong with the text: one phase after another. */

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
export function parse(text: string, { file }: { readonly file: string }): ParseResult {
  const mistakes = createMistakes(createSource(file, text));
  const ast = text.length > longest ? refuse(mistakes) : read(mistakes);
  return { ast, diagnostics: mistakes.diagnostics() };
}

function read(mistakes: Mistakes): File {
  const { source } = mistakes;
  const { tokens, comments } = scan(mistakes);
  const balanced = balanceBrackets(mistakes, tokens);
  const arranged = arrangeLines(mistakes, balanced);
  grammar ??= new Grammar();
  const declarations = grammar.read(mistakes, arranged);
  return { kind: "file", span: source.span(0, source.text.length), declarations, comments };
}

function refuse(mistakes: Mistakes): File {
  const { text } = mistakes.source;
  mistakes.report(syntax.tooLong({ length: text.length, limit: longest }), 0, 0);
  return { kind: "file", span: mistakes.source.span(0, text.length), declarations: [], comments: [] };
}
