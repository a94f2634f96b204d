/** Text → syntax tree and what is wrong with the text. */

import type { File } from "./ast.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { Grammar } from "./grammar.ts";
import { arrangeLines } from "./lines.ts";
import { createMistakes } from "./mistakes.ts";
import { scan } from "./scan.ts";
import { createSource } from "./source.ts";

export interface ParseResult {
  readonly ast: File;
  readonly diagnostics: readonly Diagnostic[];
}

/** Making the grammar's tables costs some milliseconds, once a process. */
let grammar: Grammar | undefined;

/** Reads a `.cnn` text. Never throws: what can't be read is told, and stands as `invalid` in the tree. */
export function parse(text: string, { file }: { readonly file: string }): ParseResult {
  const source = createSource(file, text);
  const mistakes = createMistakes(source);
  const { tokens, comments } = scan(mistakes);
  grammar ??= new Grammar();
  const declarations = grammar.read(mistakes, arrangeLines(text, tokens));
  const ast: File = { kind: "file", span: source.span(0, text.length), declarations, comments };
  return { ast, diagnostics: mistakes.diagnostics() };
}
