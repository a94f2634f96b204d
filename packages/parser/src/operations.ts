/** Puts operands and the operators between them in order by precedence. */

import type { IToken, TokenType } from "chevrotain";
import type { BinaryOperator, Expression } from "./ast.ts";
import { invalid, spanOf } from "./build-ast.ts";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import { cover } from "./source.ts";
import {
  And, AtLeast, AtMost, Equals, EqualTo, Greater, Less, Minus, Not, NotEqualTo, Or, Percent, Plus, Power, Sign, Slash, Star,
} from "./tokens.ts";

/** An operand with the signs and `not`s before it. */
export interface Operand {
  readonly prefixes: readonly IToken[];
  readonly value: Expression;
}

interface Binding {
  readonly operator: BinaryOperator | "power";
  /** Higher binds tighter. */
  readonly level: number;
}

const notLevel = 3;
const comparison = 4;
const bindings = new Map<TokenType, Binding>([
  [Or, { operator: "or", level: 1 }],
  [And, { operator: "and", level: 2 }],
  [EqualTo, { operator: "==", level: comparison }],
  [Equals, { operator: "==", level: comparison }], // a mistake, reported where it is read
  [NotEqualTo, { operator: "!=", level: comparison }],
  [Less, { operator: "<", level: comparison }],
  [AtMost, { operator: "<=", level: comparison }],
  [Greater, { operator: ">", level: comparison }],
  [AtLeast, { operator: ">=", level: comparison }],
  [Plus, { operator: "+", level: 5 }],
  [Minus, { operator: "-", level: 5 }],
  [Sign, { operator: "-", level: 5 }],
  [Star, { operator: "*", level: 6 }],
  [Slash, { operator: "/", level: 6 }],
  [Percent, { operator: "%", level: 6 }],
  [Power, { operator: "power", level: 7 }], // a mistake, reported when it is put in order
]);

/** `a + b * c` → `a + (b * c)`; `not a == b or c` → `(not (a == b)) or c`. There is one operator fewer than operands. */
export function operationNode(mistakes: Mistakes, first: Operand, rest: readonly Operand[], operators: readonly IToken[]): Expression {
  if (rest.length === 0 && first.prefixes.length === 0) return first.value;
  const { source } = mistakes;
  let at = 0;

  function operand(lowest: number): Expression {
    const { prefixes, value } = (at === 0 ? first : rest[at - 1]) ?? first;
    const signsFrom = prefixes.findLastIndex((prefix) => prefix.tokenType === Not) + 1;
    const signed = prefixes.slice(signsFrom).reduceRight(prefixed, value);
    if (signsFrom === 0) return signed;
    const isMisplaced = lowest > notLevel || prefixes.slice(0, signsFrom).some((prefix) => prefix.tokenType !== Not);
    if (!isMisplaced) return prefixes.slice(0, signsFrom).reduceRight(prefixed, binary(signed, comparison));

    const not = prefixes.find((prefix) => prefix.tokenType === Not);
    const [start, end] = [not?.startOffset ?? 0, value.span.end.offset];
    const fix = { title: "put it in parentheses", changes: [{ start, end: start, text: "(" }, { start: end, end, text: ")" }] };
    mistakes.report(syntax.misplacedNot({}), start, end, { fixes: [fix] });
    return prefixes.reduceRight(prefixed, value);
  }

  function prefixed(inner: Expression, prefix: IToken): Expression {
    const operator = prefix.tokenType === Not ? "not" : "-";
    return { kind: "unary", span: cover(spanOf(source, prefix), inner.span), operator, operand: inner };
  }

  function binary(start: Expression, lowest: number): Expression {
    let left = start;
    for (;;) {
      const token = operators[at];
      const binding = token && bindings.get(token.tokenType);
      if (!binding || binding.level < lowest) return left;
      at += 1;
      const right = binary(operand(binding.level + 1), binding.level + 1);
      left =
        binding.operator === "power" ? power(left, token, right)
        : binding.level === comparison && left.kind === "binary" && isComparison(left.operator)
        ? chain(left, left.right, binding.operator, right)
        : { kind: "binary", span: cover(left.span, right.span), operator: binding.operator, left, right };
    }
  }

  /** `a ** b`, read as the function that is meant. */
  function power(base: Expression, sign: IToken, exponent: Expression): Expression {
    const span = cover(base.span, exponent.span);
    const [start, end] = [span.start.offset, span.end.offset];
    const written = [base, exponent].map((part) => source.text.slice(part.span.start.offset, part.span.end.offset));
    const isOfTen = base.kind === "number" && base.value === 10 && /^-?\d+$/.test(written[1] ?? "");
    const instead = isOfTen ? `1e${written[1]}` : `pow(${written.join(", ")})`;
    mistakes.report(syntax.power({ instead }), start, end, { fixes: [{ title: `write ${instead}`, changes: [{ start, end, text: instead }] }] });
    return { kind: "function-call", span, callee: { kind: "name", span: spanOf(source, sign), text: "pow" }, arguments: [base, exponent] };
  }

  /** `a < b < c` would compare a boolean with a number; `a < b and b < c` is meant. */
  function chain(left: Expression, middle: Expression, operator: BinaryOperator, right: Expression): Expression {
    const text = ({ span }: Expression): string => source.text.slice(span.start.offset, span.end.offset);
    const instead = `${text(left)} and ${text(middle)} ${operator} ${text(right)}`;
    const span = cover(left.span, right.span);
    const fix = { title: `write ${instead}`, changes: [{ start: span.start.offset, end: span.end.offset, text: instead }] };
    mistakes.report(syntax.chain({ instead }), span.start.offset, span.end.offset, { fixes: [fix] });
    return invalid(span);
  }

  return binary(operand(0), 0);
}

const isComparison = (operator: BinaryOperator): boolean =>
  operator === "==" || operator === "!=" || operator.startsWith("<") || operator.startsWith(">");
