/**
 * Calls one operator's rule directly: `infer("conv", { filters: 6, kernel: 5 }, "1@28x28")`. Arguments are bound as the
 * engine binds them: defaults filled in, numbers spread over the flow's axes, paddings into before/after pairs.
 */

import { operators } from "@cnn-lang/shape-checker";
import type { Facts, Parameter, Problem, Refusal } from "../../packages/shape-checker/src/operators/operator.ts";
import type { Shape } from "../../packages/shape-checker/src/shapes/shape.ts";

export type OperatorName = Exclude<keyof typeof operators, "input">;
export type Given = Readonly<Record<string, unknown>>;

/** `16@4x4`, `8@100`, `10` as a shape. */
export function shape(text: string): Shape {
  const [channels = "", axes = ""] = text.split("@");
  return { channels: Number(channels), axes: axes === "" ? [] : axes.split("x").map(Number) };
}

export const print = ({ channels, axes }: Shape): string => (axes.length === 0 ? `${channels}` : `${channels}@${axes.join("x")}`);

const isRefusal = (inference: object): inference is Refusal<object> => "problems" in inference;

function inference(name: OperatorName, given: Given, inputs: readonly string[]) {
  const operator = operators[name];
  const shapes = inputs.map(shape);
  const rank = Math.max(0, ...shapes.map(({ axes }) => axes.length));
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(operator.signature, key));
  if (unknown.length > 0) throw new Error(`${name} has no parameter ${unknown.join(", ")}`);
  const args: Record<string, unknown> = {};
  for (const [key, parameter] of Object.entries<Parameter>(operator.signature)) {
    const fallback = typeof parameter.default === "object" ? args[parameter.default.of] : parameter.default;
    args[key] = spread(parameter, Object.hasOwn(given, key) ? given[key] : fallback, rank);
  }
  // The arguments were bound from this very signature, which TypeScript cannot see through the name.
  const call = operator.infer as (args: unknown, input: unknown) => Facts<object> | readonly Facts<object>[] | Refusal<object>;
  return call(args, operator.arity === "many" ? shapes : shapes[0]);
}

function spread(parameter: Parameter, value: unknown, rank: number): unknown {
  if (parameter.kind === "shape" && typeof value === "string") return shape(value);
  const each = typeof value === "number" ? Array.from({ length: rank }, () => value) : value;
  if (parameter.kind === "size") return each;
  if (parameter.kind !== "padding" || !Array.isArray(each)) return value;
  return each.map((item) => (Array.isArray(item) ? item : [item, item]));
}

/** The facts of a good use, several for `split`. */
export function inferAll(name: OperatorName, given: Given, ...inputs: readonly string[]): readonly Facts<object>[] {
  const result = inference(name, given, inputs);
  if (isRefusal(result)) throw new Error(result.problems.map(({ finding }) => finding.message).join("; "));
  return [result].flat();
}

/** The facts of a good use of an operator with one result. */
export function infer(name: OperatorName, given: Given, ...inputs: readonly string[]): Facts<object> {
  const [facts, second] = inferAll(name, given, ...inputs);
  if (!facts || second) throw new Error(`${name} gives several results`);
  return facts;
}

/** The output's shape: `16@4x4`. */
export const output = (name: OperatorName, given: Given, ...inputs: readonly string[]): string =>
  print(infer(name, given, ...inputs).outputShape);

/** The weights: `weight 6x1x5x5, bias 6`; a tensor called by the path alone is `(path)`. */
export const weights = (name: OperatorName, given: Given, ...inputs: readonly string[]): string =>
  infer(name, given, ...inputs)
    .weights.map(({ leaf, shape }) => `${leaf || "(path)"} ${shape.join("x") || "scalar"}`)
    .join(", ");

/** What the reader of a bad use sees: code, message, place, and each fix as the edit it asks for. */
export interface Seen {
  readonly code: string;
  readonly message: string;
  readonly at: Problem["at"];
  readonly fixes: readonly string[];
  /** The shape that flows on; undefined where nothing is known. */
  readonly flow: string | undefined;
}

/** The one problem of a bad use. */
export function problem(name: OperatorName, given: Given, ...inputs: readonly string[]): Seen {
  const result = inference(name, given, inputs);
  if (!isRefusal(result)) throw new Error(`${name} found nothing wrong`);
  const [first, second] = result.problems;
  if (!first || second) throw new Error(`${name} found ${result.problems.length} problems`);
  return {
    code: first.finding.code,
    message: first.finding.message,
    at: first.at,
    fixes: (first.fixes ?? []).map(printFix),
    flow: result.facts && print(result.facts.outputShape),
  };
}

function printFix(fix: NonNullable<Problem["fixes"]>[number]): string {
  if ("set" in fix) return `${fix.set}=${fix.text}`;
  if ("remove" in fix) return `without ${fix.remove}`;
  if ("before" in fix) return `${fix.before} -> …`;
  if ("input" in fix) return `input ${fix.input} -> ${fix.through}`;
  if ("after" in fix) return `… -> ${fix.after}`;
  return `${fix.instead} instead`;
}
