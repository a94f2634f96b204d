/** From tokens to nodes of the syntax tree, where more is to be done than to put parts together. */

import type { IToken } from "chevrotain";
import type {
  Argument, Expression, Invalid, Label, Name, NumberLiteral, Selector, SizeLiteral, StringLiteral,
} from "./ast.ts";
import { syntax } from "./codes.ts";
import { readNumber, readSize, readString } from "./literals.ts";
import type { Mistakes } from "./mistakes.ts";
import type { Source, Span } from "./source.ts";
import { endOf, StringToken } from "./tokens.ts";

/** In Unicode's composed form, in which names are compared. */
export const nameText = (image: string): string => (/^[\x00-\x7f]*$/.test(image) ? image : image.normalize("NFC"));

export const spanOf = (source: Source, first: IToken, last: IToken = first): Span => source.span(first.startOffset, endOf(last));

export const invalid = (span: Span): Invalid => ({ kind: "invalid", span });

export const nameNode = (source: Source, token: IToken): Name => ({
  kind: "name",
  span: spanOf(source, token),
  text: nameText(token.image),
});

export function numberNode(source: Source, token: IToken): NumberLiteral {
  return { kind: "number", span: spanOf(source, token), ...readNumber(token.image), text: token.image };
}

export function sizeNode(source: Source, token: IToken): SizeLiteral {
  return { kind: "size", span: spanOf(source, token), axes: readSize(token.image) };
}

export function stringNode(mistakes: Mistakes, token: IToken): StringLiteral {
  return { kind: "string", span: spanOf(mistakes.source, token), value: stringText(mistakes, token) };
}

/**
 * What a string says, its escapes resolved. Holds for the pieces of a label too: of `"block{`, `}-{` and `}"` the first
 * and last character are delimiters as well.
 */
export function stringText(mistakes: Mistakes, token: IToken): string {
  return readString(token.image, false)
    .map((piece) => {
      if (piece.kind === "text") return piece.text;
      if (piece.kind === "expression") return "";
      const start = token.startOffset + piece.start;
      const end = token.startOffset + piece.end;
      const text = token.image.slice(piece.start, piece.end);
      const fix = { title: "write a backslash", changes: [{ start, end: start, text: "\\" }] };
      mistakes.report(syntax.escape({ text }), start, end, { fixes: [fix] });
      return "";
    })
    .join("");
}

/** A label of one token. */
export function plainLabel(mistakes: Mistakes, form: Label["form"], token: IToken): Label {
  const span = spanOf(mistakes.source, token);
  if (form === "string") return { kind: "label", span, form, parts: [stringText(mistakes, token)] };
  if (form === "integer" && !/^(?:0|[1-9]\d*)$/.test(token.image)) {
    const text = String(readNumber(token.image).value);
    const fix = { title: `write ${text}`, changes: [{ start: token.startOffset, end: endOf(token), text }] };
    mistakes.report(syntax.label({ text: token.image }), token.startOffset, endOf(token), { fixes: [fix] });
  }
  return { kind: "label", span, form, parts: [nameText(token.image)] };
}

/** `0.1` is lexed as one number: a selector's segments are its text between points. */
export function selectorNode(mistakes: Mistakes, span: Span, tokens: readonly IToken[]): Selector {
  const segments = tokens.flatMap((token) =>
    token.tokenType === StringToken ? [stringText(mistakes, token)] : nameText(token.image).split("."),
  );
  return { kind: "selector", span, segments };
}

/** Does a value need parentheses where an argument stands? */
export const needsParentheses = (value: Argument["value"]): boolean =>
  value.kind === "binary" || value.kind === "conditional" || (value.kind === "unary" && (value.operator === "not" || value.operand.kind === "unary"));

/** `dense(120)` means `dense 120`: parentheses that are not needed are dropped. */
export function gluedArgument(value: Expression, withParentheses: Span): Argument {
  return needsParentheses(value)
    ? { kind: "argument", span: withParentheses, value: { kind: "parenthesized", span: withParentheses, inner: value } }
    : { kind: "argument", span: value.span, value };
}
