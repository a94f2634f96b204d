/**
 * Arguments that say all by themselves, such as `stride=0` or `bias=7`: they are wrong whether the layer is built or not, in an arm that
 * is not taken or a block that nobody uses. Where it is built the expansion has told more of it, and first.
 */

import type { Diagnostic } from "@cnn-lang/parser";
import { operatorOf } from "../operators/index.ts";
import type { OperatorCall } from "../resolve/context.ts";
import { isLiteral, settle } from "../resolve/settled.ts";
import { swapFixes } from "./arguments.ts";
import { bindValue } from "./bind-value.ts";
import { rootEnvironment } from "./environment.ts";
import type { Sight } from "./evaluate.ts";
import { layersOf, matchArguments } from "./match-arguments.ts";
import { textAt } from "./walk.ts";

export function checkLiteralArguments({ operator, call, file, isQuiet }: OperatorCall, report: (diagnostic: Diagnostic) => void): void {
  const { signature } = operatorOf(operator);
  let isRight = isQuiet;
  const tell = (diagnostic: Diagnostic): void => ((isRight = false), report(diagnostic));
  const sight: Sight = { environment: rootEnvironment(file), here: "unknown", report: tell, text: (span) => textAt(file, span) };
  const places = matchArguments(operator, call, Object.keys(signature), () => undefined, layersOf(file));
  for (const [parameter, argument] of places) {
    const kind = signature[parameter];
    const { value } = argument;
    if (!kind || value.kind === "body" || value.kind === "shape" || !isLiteral(value)) continue;
    // The number of axes is not known here: 0 leaves it open.
    bindValue({ operator, parameter, kind, argument, rank: 0, sight, fixes: () => swapFixes(argument, kind, places, sight) });
  }
  if (isRight) settle(call);
}
