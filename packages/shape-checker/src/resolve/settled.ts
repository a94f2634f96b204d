/**
 * Calls of operators whose arguments are literals and right. All that there is to say of one follows from its own text: as long
 * as its name means the operator, nothing is to be said of it again.
 */

import type { Argument, Call } from "@cnn-lang/parser";

const settled = new WeakSet<Call>();

export const isSettled = (call: Call): boolean => settled.has(call);

export const settle = (call: Call): void => void settled.add(call);

/** Whether a value says all by itself. */
export const isLiteral = (value: Argument["value"]): boolean =>
  value.kind === "number" || value.kind === "size" || value.kind === "string" || value.kind === "boolean" || (value.kind === "unary" && isLiteral(value.operand));
