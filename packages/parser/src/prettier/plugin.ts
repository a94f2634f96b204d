/** The Prettier plugin for `.cnn` files: `prettier --plugin @cnn-lang/parser/prettier`. */

import type { AstPath, Doc, Parser, ParserOptions, Plugin, Printer } from "prettier";
import type { IToken } from "chevrotain";
import type { Comment, File } from "../ast.ts";
import { readText } from "../parse.ts";
import { Break } from "../tokens.ts";
import { printFile } from "./print.ts";
import { createTokenCursor } from "./token-cursor.ts";

/** What Prettier carries from parser to printer. Comments are the printer's own business, so they go by another name. */
interface Root {
  readonly kind: "root";
  readonly file: File;
  readonly tokens: readonly IToken[];
  readonly notes: readonly Comment[];
  readonly end: number;
}

/** Prettier's convention for a text that can't be parsed: an error with a place. */
class FormatError extends SyntaxError {
  readonly loc: { readonly start: { readonly line: number; readonly column: number } };

  constructor(message: string, line: number, column: number) {
    super(message);
    this.loc = { start: { line, column } };
  }
}

const parser: Parser<Root> = {
  astFormat: "cnn",
  locStart: () => 0,
  locEnd: ({ end }) => end,
  parse(text) {
    const { ast, tokens, diagnostics } = readText(text, { file: "" });
    const [mistake] = diagnostics;
    if (mistake) throw new FormatError(mistake.message, mistake.span.start.line, mistake.span.start.column);
    return { kind: "root", file: ast, tokens: tokens.filter(({ tokenType }) => tokenType !== Break), notes: ast.comments, end: text.length };
  },
};

const printer: Printer<Root> = {
  print(path: AstPath<Root>, { originalText, printWidth }: ParserOptions<Root>): Doc {
    const { file, tokens, notes } = path.node;
    const cursor = createTokenCursor(originalText, tokens, notes);
    return printFile({ text: originalText, cursor, comments: notes, width: printWidth }, file);
  },
};

const plugin = {
  languages: [{ name: "CNN", parsers: ["cnn"], extensions: [".cnn"], vscodeLanguageIds: ["cnn"] }],
  parsers: { cnn: parser },
  printers: { cnn: printer },
  defaultOptions: { printWidth: 100, tabWidth: 2, useTabs: false },
} satisfies Plugin<Root>;

export default plugin;
export const { languages, parsers, printers, defaultOptions } = plugin;
