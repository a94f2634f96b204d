/** The names in an expression: values, blocks and operators as layers, enumerated words, functions. */

import { locate, suggest, type Expression, type Span } from "@cnn-lang/parser";
import { metricNames } from "../analyze/metrics.ts";
import { nameProblems } from "../codes/program.ts";
import { valueProblems } from "../codes/values.ts";
import { functions } from "../elaborate/functions.ts";
import { enumeratedWords, isOperatorName } from "../operators/index.ts";
import type { NameContext } from "./context.ts";
import { find, type Scope } from "./scopes.ts";
import { reportUnknownValue } from "./unknown.ts";

export interface Allowed {
  /** Whether `here` means something. */
  readonly here: boolean;
  /** Whether budgets' metrics do. */
  readonly metrics?: boolean;
}

const isMetric = (name: string): boolean => metricNames.some((metric) => metric === name);

export function checkExpression(expression: Expression, scope: Scope, context: NameContext, allowed: Allowed): void {
  const check = (...parts: readonly Expression[]): void => {
    for (const part of parts) checkExpression(part, scope, context, allowed);
  };
  switch (expression.kind) {
    case "reference":
      checkReference(expression.text, expression.span, scope, context, allowed);
      break;
    case "function-call": {
      const { text: name, span } = expression.callee;
      if (!Object.hasOwn(functions, name) && !(allowed.metrics && isMetric(name))) {
        const value = find(scope, "values", name);
        if (value) value.used = true;
        const suggestion = value ? undefined : suggest(name, Object.keys(functions));
        const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: [{ span, text: suggestion }] }] : [];
        context.report(locate(valueProblems.unknownFunction({ name, ...(value && { value: true }), ...(suggestion && { suggestion }) }), span, { fixes }));
      }
      check(...expression.arguments);
      break;
    }
    case "unary":
      check(expression.operand);
      break;
    case "binary":
      check(expression.left, expression.right);
      break;
    case "conditional":
      check(expression.condition, expression.then, expression.else);
      break;
    case "member":
      check(expression.object);
      break;
    case "index":
      check(expression.object, expression.index);
      break;
    case "list":
      check(...expression.items);
      break;
    case "parenthesized":
      check(expression.inner);
      break;
    case "number":
    case "size":
    case "string":
    case "boolean":
    case "invalid":
  }
}

function checkReference(name: string, span: Span, scope: Scope, context: NameContext, allowed: Allowed): void {
  const value = find(scope, "values", name);
  if (value) {
    value.used = true;
    context.link(span, value.span);
    return;
  }
  if (name === "here" && allowed.here) return;
  if (allowed.metrics && isMetric(name)) return;
  const declared = context.file.names.get(name);
  if (declared) {
    context.useDeclaration(name);
    context.link(span, declared.span);
    if (declared.kind === "model") {
      context.report(locate(nameProblems.modelAsLayer({ name }), span, { related: [{ message: `${name} is declared here`, span: declared.span }] }));
    }
    return;
  }
  if ((isOperatorName(name) && name !== "input") || enumeratedWords.has(name)) return;
  reportUnknownValue(name, span, scope, context);
}
