/**
 * Calls whose names and arguments are those of other frameworks, and what they surely mean: they are told, and read so, that
 * what else is wrong with them is found as well.
 */

import type { Argument, Call, Expression } from "@cnn-lang/parser";
import { functions } from "../elaborate/functions.ts";
import { aliases } from "../operators/aliases.ts";
import { isOperatorName, type OperatorName, operatorOf } from "../operators/index.ts";
import type { FileScope } from "./program.ts";

/** Whose arguments are others in other frameworks: of these only the name is known. */
const argumentsDiffer = new Set<OperatorName>(["reshape", "permute", "split", "add", "mul", "concat", "upsample", "pad"]);

export interface Meant {
  /** As it would be written here. */
  readonly call: Call;
  readonly operator: OperatorName;
  /** How many of the arguments are words of the name, as in `max pool 2`. */
  readonly words: number;
}

/** What the call of an unknown name means: another framework's name, one in capitals, or one in several words. */
export function meantCall(call: Call): Meant | undefined {
  const names = [call.callee.text];
  for (const { name, value } of call.arguments) {
    if (name || value.kind !== "reference" || names.length === longestName) break;
    names.push(value.text);
  }
  for (let count = names.length; count > 0; count--) {
    const operator = operatorCalled(names.slice(0, count).join("_"));
    if (!operator || argumentsDiffer.has(operator)) continue;
    return { operator, words: count - 1, call: { ...call, callee: { ...call.callee, text: operator }, arguments: call.arguments.slice(count - 1) } };
  }
  return undefined;
}

/** In words: `global average pool`. */
const longestName = 3;

/** The operator that a name of another framework means. */
export function operatorCalled(name: string): OperatorName | undefined {
  const joined = name.toLowerCase().replaceAll("_", "");
  for (const each of [name, name.toLowerCase(), joined, joined.replace(/[123]d$/, "")]) {
    if (isOperatorName(each) && each !== "input") return each;
    if (Object.hasOwn(aliases, each)) return aliases[each];
  }
  return undefined;
}

/**
 * `conv 16 3, relu, maxpool 2`: the first layer that stands among another's arguments behind a comma, by its place among them; `between` is the text
 * before an argument.
 */
export function layerBehindComma(
  { callee, arguments: given }: Call,
  { names }: FileScope,
  isLayer: IsLayer,
  between: (before: Argument | undefined, argument: Argument) => string,
): number {
  const declared = names.get(callee.text);
  // `pad` is an operator and an argument's name, and a block may take layers.
  const parameters = declared === undefined && isOperatorName(callee.text) ? Object.keys(operatorOf(callee.text).signature) : [];
  const taken = declared?.kind === "block" ? declared.declaration.parameters.length : 0;
  return given.findIndex((argument, i) => {
    const { name, value } = argument;
    if (name || value.kind !== "reference" || i < taken || parameters.includes(value.text) || !isLayer(value.text)) return false;
    return between(given[i - 1], argument).includes(",");
  });
}

/** `maxpool2`, `dense10`: an operator with its only argument grown together. */
export function grownTogether({ callee: { text }, arguments: given }: Call): string | undefined {
  const [, name = "", number = ""] = /^([a-z_]+[a-z])(\d+(?:x\d+)*)$/.exec(text) ?? [];
  const operator = name && given.length === 0 ? operatorCalled(name) : undefined;
  const [first, ...others] = operator ? Object.values(operatorOf(operator).signature) : [];
  const isEnough = others.every((kind) => kind.default !== undefined || kind.optional);
  return isEnough && (first?.kind === "count" || first?.kind === "size") ? `${operator} ${number}` : undefined;
}

/** `image 3@32x32`: what has a map's shape behind it is an input. */
export const meansInput = ({ arguments: given }: Pick<Call, "arguments">): boolean =>
  given.length === 1 && given[0]?.name === undefined && given[0]?.value.kind === "shape" && given[0].value.axes !== undefined;

type FunctionCall = Extract<Expression, { kind: "function-call" }>;

export type IsLayer = (name: string) => boolean;

/** The layer among the arguments of another, as in `relu(conv(16, 3))`. */
export function layerInside(given: readonly Argument["value"][], isLayer: IsLayer): FunctionCall | undefined {
  for (const value of given) {
    const inner = value.kind === "parenthesized" ? layerInside([value.inner], isLayer) : value;
    if (inner?.kind === "function-call" && isLayerCall(inner.callee.text, isLayer)) return inner;
  }
  return undefined;
}

const isLayerCall = (name: string, isLayer: IsLayer): boolean => !Object.hasOwn(functions, name) && (isLayer(name) || operatorCalled(name) !== undefined);

/** Layers in each other as the flow that they make: `conv 16 3 -> relu`. `textOf` an argument. */
export function asFlow(name: string, given: readonly Argument["value"][], isLayer: IsLayer, textOf: (value: Argument["value"]) => string): string {
  const inner = layerInside(given, isLayer);
  const others = given.filter((value) => !inner || value.span.start.offset > inner.span.start.offset || value.span.end.offset < inner.span.end.offset);
  const own = [isLayer(name) ? name : (operatorCalled(name) ?? name), ...others.map(textOf)].join(" ");
  return inner ? `${asFlow(inner.callee.text, inner.arguments, isLayer, textOf)} -> ${own}` : own;
}
