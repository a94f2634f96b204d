/** From tokens and parts to nodes of the syntax tree, where more is to be done than to put them together. */

import type { IToken } from "chevrotain";
import type { Argument, BinaryOperator, Expression, Name, NumberLiteral, Selector, SizeLiteral, StringLiteral } from "./ast.ts";
import { readNumber, readSize, readString } from "./literals.ts";
import { cover, type Source, type Span } from "./source.ts";
import { endOf, Not, StringToken } from "./tokens.ts";

/** In Unicode's composed form, in which names are compared. */
export const nameText = (image: string): string => image.normalize("NFC");

export function spanOf(source: Source, first: IToken, last: IToken = first): Span {
  return source.span(first.startOffset, endOf(last));
}

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

const literalText = (image: string): string =>
  readString(image, false).map((piece) => (piece.kind === "text" ? piece.text : "")).join("");

export function stringNode(source: Source, token: IToken): StringLiteral {
  return { kind: "string", span: spanOf(source, token), value: literalText(token.image) };
}

/** The text between two expressions of a string label: `}-{` → `-`. Its first and last character are delimiters. */
export const templateText = (image: string): string =>
  readString(image, false).map((piece) => (piece.kind === "text" ? piece.text : "")).join("");

/** An operand with the signs and `not`s before it. */
export interface Operand {
  readonly prefixes: readonly IToken[];
  readonly value: Expression;
}

const levels: Readonly<Record<BinaryOperator, number>> = {
  or: 1, and: 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
};
const notLevel = 3;

const isBinaryOperator = (text: string): text is BinaryOperator => text in levels;

/** Operands and the operators between them, by precedence: `a + b * c`, `not a == b or c`. */
export function operationNode(source: Source, operands: readonly Operand[], operators: readonly IToken[]): Expression {
  let at = 0;

  function operand(): Expression {
    const { prefixes, value } = operands[at] ?? { prefixes: [], value: invalid(source.span(0, 0)) };
    const firstSign = prefixes.findIndex((prefix) => prefix.tokenType !== Not);
    const nots = firstSign < 0 ? prefixes : prefixes.slice(0, firstSign);
    const signs = firstSign < 0 ? [] : prefixes.slice(firstSign);
    const signed = signs.reduceRight<Expression>((inner, sign) => unary(source, sign, inner), value);
    if (nots.length === 0) return signed;
    const negated = binary(signed, notLevel + 1);
    return nots.reduceRight<Expression>((inner, not) => unary(source, not, inner), negated);
  }

  function binary(first: Expression, lowest: number): Expression {
    let left = first;
    for (;;) {
      const operator = operators[at]?.image;
      if (operator === undefined || !isBinaryOperator(operator) || levels[operator] < lowest) return left;
      at += 1;
      const right = binary(operand(), levels[operator] + 1);
      left = { kind: "binary", span: cover(left.span, right.span), operator, left, right };
    }
  }

  return binary(operand(), 0);
}

function unary(source: Source, prefix: IToken, operand: Expression): Expression {
  return {
    kind: "unary",
    span: cover(spanOf(source, prefix), operand.span),
    operator: prefix.tokenType === Not ? "not" : "-",
    operand,
  };
}

export const invalid = (span: Span): { readonly kind: "invalid"; readonly span: Span } => ({ kind: "invalid", span });

/** `0.1` is lexed as one number: a selector's segments are its text between points. */
export function selectorNode(source: Source, tokens: readonly IToken[]): Selector {
  const [first] = tokens;
  const last = tokens.at(-1);
  return {
    kind: "selector",
    span: first && last ? spanOf(source, first, last) : source.span(0, 0),
    segments: tokens.flatMap((token) =>
      token.tokenType === StringToken ? [literalText(token.image)] : nameText(token.image).split("."),
    ),
  };
}

/** `dense(120)` means `dense 120`: where the parentheses are not needed they are dropped. */
export function gluedArgument(value: Expression, withParentheses: Span): Argument {
  const needed = value.kind === "binary" || value.kind === "conditional" || (value.kind === "unary" && value.operand.kind === "unary") || (value.kind === "unary" && value.operator === "not");
  return needed
    ? { kind: "argument", span: withParentheses, value: { kind: "parenthesized", span: withParentheses, inner: value } }
    : { kind: "argument", span: value.span, value };
}
