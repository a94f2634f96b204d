/** Habits of other frameworks that read as something else here: input channels and counts written before the outputs. */

import { locate, type Argument, type Call, type Fix } from "@cnn-lang/parser";
import { flowProblems } from "../codes/flow.ts";
import type { Inference, Operator, Parameter, Signature } from "../operators/operator.ts";
import { countElements, type Shape } from "../shapes/shape.ts";
import type { BoundCall } from "./arguments.ts";
import type { Sight } from "./evaluate.ts";
import { withoutArgument } from "./without-argument.ts";

/**
 * `dense 784 128`, `batchnorm 64`: numbers that repeat what flows in, as PyTorch asks for them. Where one of them made an
 * argument wrong, the mend leaves it out.
 */
export function needlessNumbers(call: Pick<Call, "arguments">, wrong: Argument, kind: Parameter, here: Shape | "unknown" | "nothing"): readonly Fix[] {
  if (typeof here === "string" || wrong.name || wrong.value.kind !== "number") return [];
  const counts = [here.channels, countElements(here)];
  const [first] = call.arguments;
  const needless = kind.kind === "boolean" ? first : kind.kind === "real" ? wrong : undefined;
  const repeats = needless?.name === undefined && needless?.value.kind === "number" && counts.includes(needless.value.value);
  return needless && repeats ? [{ title: "leave out what flows in: it is inferred", edits: [withoutArgument(call.arguments, needless)] }] : [];
}

/**
 * `conv 1 6 5` is one filter of 6x6 with stride 5, but in PyTorch six of 5x5. Where the first number is that of the channels
 * that flow in, and the layer is a likelier one without it, says so: as a mend of what does not fit, else as a warning.
 */
export function inputChannelsFirst(
  operator: Operator<Signature, object>,
  { call, bound, input, sight }: { readonly call: Call; readonly bound: BoundCall; readonly input: Shape; readonly sight: Sight },
  inference: Inference<object>,
): Inference<object> {
  if (call.arguments.length < 3) return inference;
  const numbers = call.arguments.flatMap(({ name, value }) => (!name && value.kind === "number" ? [value.value] : []));
  const [channels, filters = 0, kernel = 0] = numbers;
  const [first, second] = call.arguments;
  if (operator.arity !== "one" || !("kernel" in operator.signature) || !bound.values || numbers.length < 3 || channels !== input.channels || !first || !second) {
    return inference;
  }
  const each = input.axes.map(() => kernel);
  const meant = operator.infer({ ...bound.values, filters, kernel: each, stride: input.axes.map(() => 1) }, input);
  if (!("attributes" in meant)) return inference;
  const edits = [withoutArgument(call.arguments, first)];
  if ("problems" in inference) {
    const [problem, ...others] = inference.problems;
    const fix = { title: "leave the input channels out", edits };
    return problem ? { ...inference, problems: [{ ...problem, mends: [...(problem.mends ?? []), fix] }, ...others] } : inference;
  }
  if (!isUnlikelyKernel(filters) || kernel % 2 === 0 || kernel > 11) return inference;
  const written = sight.text(call.span);
  const text = written.replace(/^(\S+)\s+\S+/, "$1");
  const reading = `${channels} ${channels === 1 ? "filter" : "filters"} of ${input.axes.map(() => filters).join("x")} with a stride of ${kernel}`;
  sight.report(locate(flowProblems.inputChannelsWritten({ written, reading, meant: text }), call.span, { fixes: [{ title: `write ${text}`, edits }] }));
  return inference;
}

const isUnlikelyKernel = (size: number): boolean => size > 11 || (size % 2 === 0 && size > 4);
