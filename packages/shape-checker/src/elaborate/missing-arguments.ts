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
  if ([...places].some(([parameter, { name: given, value }]) => !given && value.kind === "size" && signature[parameter]?.kind === "count")) return;
  for (const [parameter, kind] of Object.entries(signature)) {
    if (places.has(parameter) || kind.default !== undefined || kind.optional) continue;
    const what = kind.doc.replace(/\.$/, "").replaceAll("`", "").replace(/^./, (first) => first.toLowerCase());
    report(locate(valueProblems.missingArgument({ callee: name, name: parameter, what, usage: usageOf(name) }), call.callee.span));
  }
}

/** Of a block. */
export function reportMissingOfBlock(
  { name, parameters }: BlockDeclaration,
  call: Pick<Call, "arguments" | "callee">,
  places: ReadonlyMap<string, Argument>,
  report: (diagnostic: Diagnostic) => void,
): void {
  if (isBlurred(call, parameters.map((parameter) => parameter.name.text))) return;
  for (const { name: parameter, default: standard, span } of parameters) {
    if (places.has(parameter.text) || standard) continue;
    const finding = valueProblems.missingArgument({ callee: name.text, name: parameter.text, what: "" });
    report(locate(finding, call.callee.span, { related: [{ message: `${parameter.text} is a parameter without a default`, span }] }));
  }
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
