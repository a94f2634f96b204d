/** What a call needs and is not given. The names' pass tells it of every call, built or not; the expansion of layers that are passed in. */

import { locate, type Argument, type BlockDeclaration, type Call, type Diagnostic } from "@cnn-lang/parser";
import { valueProblems } from "../codes/values.ts";
import { operatorOf, type OperatorName } from "../operators/index.ts";
import type { Parameter } from "../operators/operator.ts";
import { functions } from "./functions.ts";

/** Of an operator. */
export function reportMissing(
  name: OperatorName,
  call: Pick<Call, "arguments" | "callee">,
  places: ReadonlyMap<string, Argument>,
  report: (diagnostic: Diagnostic) => void,
): void {
  const { signature } = operatorOf(name);
  if (isBlurred(call, Object.keys(signature))) return;
  // `conv 5x5`: what is missing is told at the size that has moved into its place.
  if ([...places].some(([parameter, { name: given, value }]) => !given && (value.kind === "size" || value.kind === "shape") && signature[parameter]?.kind === "count")) return;
  const missing = Object.entries(signature).flatMap(([parameter, kind]) => {
    if (places.has(parameter) || kind.default !== undefined || kind.optional) return [];
    return [{ name: parameter, what: kind.doc.replace(/\.$/, "").replaceAll("`", "").replace(/^./, (first) => first.toLowerCase()) }];
  });
  if (missing.length > 0) report(locate(valueProblems.missingArgument({ callee: name, missing, usage: usageOf(name) }), call.callee.span));
}

/** Of a block. */
export function reportMissingOfBlock(
  { name, parameters }: BlockDeclaration,
  call: Pick<Call, "arguments" | "callee">,
  places: ReadonlyMap<string, Argument>,
  report: (diagnostic: Diagnostic) => void,
): void {
  if (isBlurred(call, parameters.map((parameter) => parameter.name.text))) return;
  const missing = parameters.filter((parameter) => !places.has(parameter.name.text) && !parameter.default);
  if (missing.length === 0) return;
  const related = missing.map((parameter) => ({ message: `${parameter.name.text} is a parameter without a default`, span: parameter.span }));
  report(locate(valueProblems.missingArgument({ callee: name.text, missing: missing.map((parameter) => ({ name: parameter.name.text })) }), call.callee.span, { related }));
}

/** An unreadable or misspelt argument may be the very one that seems to be missing. */
const isBlurred = (call: Pick<Call, "arguments">, names: readonly string[]): boolean =>
  call.arguments.some(({ name, value }) => value.kind === "invalid" || isNoFunction(value) || (name && !names.includes(name.text)));

/** `conv w(3)`, where two arguments were meant. */
const isNoFunction = (value: Argument["value"]): boolean => value.kind === "function-call" && !Object.hasOwn(functions, value.callee.text);

/** `conv filters kernel stride=1 pad=0 …`: what an operator takes, with its defaults. */
const usageOf = (name: OperatorName): string =>
  [name, ...Object.entries(operatorOf(name).signature).map(([parameter, kind]) => parameter + defaultText(kind))].join(" ");

function defaultText({ default: standard }: Parameter): string {
  if (standard === undefined) return "";
  return `=${typeof standard === "object" ? standard.of : standard}`;
}
