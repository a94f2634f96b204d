/** An expression alone, as the command line and recipes give it. */

import { parse, type Expression } from "@cnn-lang/parser";

/** The expression that `text` is, or nothing where it is none (or more than one). */
export function readExpression(text: string): Expression | undefined {
  const { ast, diagnostics } = parse(`block argument(value = ${text}) { identity }`, { file: "argument" });
  const [declaration, another] = ast.declarations;
  if (diagnostics.length > 0 || another || declaration?.kind !== "block") return undefined;
  const [parameter, second] = declaration.parameters;
  return second || parameter?.default?.kind === "body" ? undefined : parameter?.default;
}
