/** Our spans and kinds as the Language Server Protocol has them: lines and columns from 0. */

import type { Diagnostic, Position as OwnPosition, Span } from "@cnn-lang/parser";
import {
  CompletionItemKind,
  DiagnosticSeverity,
  SymbolKind,
  type CompletionItem,
  type Diagnostic as LspDiagnostic,
  type DocumentSymbol as LspSymbol,
  type Location,
  type MarkupContent,
  type Position,
  type Range,
} from "vscode-languageserver";
import type { Completion } from "./completion.ts";
import type { DocumentSymbol, TokenKind } from "./navigation.ts";

export const toPosition = ({ line, column }: OwnPosition): Position => ({ line: line - 1, character: column - 1 });

export const toRange = ({ start, end }: Span): Range => ({ start: toPosition(start), end: toPosition(end) });

export const toLocation = (span: Span, uriOf: (file: string) => string): Location => ({ uri: uriOf(span.file), range: toRange(span) });

const severities = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, info: DiagnosticSeverity.Hint } as const;

/** A diagnostic; its code leads to the page that explains it. */
export function toDiagnostic(diagnostic: Diagnostic, uriOf: (file: string) => string, pageOf: (code: string) => string | undefined): LspDiagnostic {
  const { code, severity, message, help, span, related } = diagnostic;
  const page = pageOf(code);
  return {
    range: toRange(span),
    severity: severities[severity],
    code,
    ...(page !== undefined && { codeDescription: { href: uriOf(page) } }),
    source: "cnn",
    message: help ? `${message}\n${help}` : message,
    relatedInformation: related.map((each) => ({ location: toLocation(each.span, uriOf), message: each.message })),
  };
}

const completionKinds: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  operator: CompletionItemKind.Function,
  block: CompletionItemKind.Class,
  model: CompletionItemKind.Module,
  argument: CompletionItemKind.Property,
  word: CompletionItemKind.EnumMember,
  value: CompletionItemKind.Variable,
  point: CompletionItemKind.Reference,
  path: CompletionItemKind.Field,
  keyword: CompletionItemKind.Keyword,
  function: CompletionItemKind.Method,
  file: CompletionItemKind.File,
};

export const markdown = (value: string): MarkupContent => ({ kind: "markdown", value });

/** A completion; its rank keeps the order of the list, where editors would sort it by the alphabet. */
export const toCompletion = ({ label, kind, detail, doc, insert }: Completion, rank: number, range: Range): CompletionItem => ({
  label,
  kind: completionKinds[kind],
  detail,
  sortText: String(rank).padStart(4, "0"),
  ...(doc && { documentation: markdown(doc) }),
  textEdit: { range, newText: insert },
});

const symbolKinds: Readonly<Record<DocumentSymbol["kind"], SymbolKind>> = {
  model: SymbolKind.Class,
  block: SymbolKind.Function,
  layer: SymbolKind.Field,
  input: SymbolKind.Variable,
};

export const toSymbol = ({ name, kind, span, nameSpan, children }: DocumentSymbol): LspSymbol => ({
  name,
  kind: symbolKinds[kind],
  range: toRange(span),
  selectionRange: toRange(nameSpan),
  children: children.map(toSymbol),
});

/** The protocol's names of our token kinds. */
export const tokenTypes: Readonly<Record<TokenKind, string>> = {
  operator: "function",
  block: "class",
  model: "type",
  parameter: "parameter",
  point: "variable",
  label: "property",
  shape: "number",
  number: "number",
  function: "method",
  word: "enumMember",
};

/** The legend that the client is told, and by whose places tokens are sent. */
export const tokenLegend: readonly string[] = [...new Set(Object.values(tokenTypes))];
