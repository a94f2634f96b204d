/** The numbers of a whole model that budgets may name. */

import type { Expression } from "@cnn-lang/parser";
import { findValue, type Environment } from "../elaborate/environment.ts";

export const metricNames = ["parameters", "trainable", "macs", "receptive_field", "memory", "training_memory"] as const;

/** The metric that an expression names, unless a parameter or `let` of that name hides it. */
export function mentionsMetric(expression: Expression, environment: Environment): string | undefined {
  const isMetric = (name: string): boolean =>
    metricNames.some((metric) => metric === name) && findValue(environment, name) === undefined;
  const first = (...parts: readonly Expression[]): string | undefined => {
    for (const part of parts) {
      const found = mentionsMetric(part, environment);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  switch (expression.kind) {
    case "reference":
      return isMetric(expression.text) ? expression.text : undefined;
    case "function-call":
      return isMetric(expression.callee.text) ? expression.callee.text : first(...expression.arguments);
    case "unary":
      return first(expression.operand);
    case "binary":
      return first(expression.left, expression.right);
    case "conditional":
      return first(expression.condition, expression.then, expression.else);
    case "member":
      return first(expression.object);
    case "index":
      return first(expression.object, expression.index);
    case "list":
      return first(...expression.items);
    case "parenthesized":
      return first(expression.inner);
    case "number":
    case "size":
    case "string":
    case "boolean":
    case "invalid":
      return undefined;
  }
}
