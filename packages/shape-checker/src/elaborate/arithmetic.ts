/** Expressions as a reader sees them in a message: with the numbers in place of the names. */

import { walk, type AnyNode, type Expression, type Span } from "@cnn-lang/parser";
import { briefValue, type Value } from "./values.ts";

/** `here.channels / ratio` → "here.channels / ratio = 24 / 16"; an expression without names as it stands. */
export function arithmeticOf(expression: Expression, textOf: (span: Span) => string, valueOf: (name: Expression) => Value): string {
  const inner = withoutParentheses(expression);
  const text = textOf(inner.span);
  const named: Extract<AnyNode, { kind: "reference" | "member" }>[] = [];
  walk(inner, (node) => {
    if (node.kind !== "reference" && node.kind !== "member") return true;
    named.push(node);
    return false;
  });
  if (named.length === 0) return text;
  let numbers = text;
  for (const node of named.toReversed()) {
    const value = briefValue(valueOf(node));
    const from = node.span.start.offset - inner.span.start.offset;
    numbers = numbers.slice(0, from) + value + numbers.slice(from + node.span.end.offset - node.span.start.offset);
  }
  return inner.kind === "reference" || inner.kind === "member" ? `${text} is ${numbers}, which` : `${text} = ${numbers}`;
}

/** `(a + b)` → `a + b`: what stands in an argument's own parentheses. */
export function withoutParentheses(expression: Expression): Expression {
  return expression.kind === "parenthesized" ? withoutParentheses(expression.inner) : expression;
}
