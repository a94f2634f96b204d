/**
 * What a call of an operator comes to: arguments bound, shapes inferred. Blocks are used again and again with the same
 * values on the same shapes, and other input sizes are tried on one tree, so the last result of each call is kept: it holds as long as
 * all that it was made from is the same, which are the names in its arguments and what flows in.
 */

import { walk as walkTree, type Call } from "@cnn-lang/parser";
import type { OperatorName } from "../operators/index.ts";
import type { Inference, LayerOperator, Signature } from "../operators/operator.ts";
import type { Declared } from "../resolve/program.ts";
import { sameShape, type Shape } from "../shapes/shape.ts";
import { bindArguments, type BoundCall } from "./arguments.ts";
import type { Built } from "./built.ts";
import { findValue, type Environment } from "./environment.ts";
import type { Sight } from "./evaluate.ts";
import { inputChannelsFirst } from "./habits.ts";
import type { Value } from "./values.ts";

export interface Inferred {
  readonly bound: BoundCall;
  /** Absent where the arguments are wrong: nothing is known of the layer. */
  readonly inference?: Inference<object>;
  /** What was built of it last. */
  built?: Built | undefined;
}

interface Kept {
  readonly name: OperatorName;
  readonly input: Shape;
  /** The names in the arguments, and what they meant: a value, or a declaration of the file. */
  readonly names: readonly string[];
  readonly values: readonly Meaning[];
  /** Whether an argument asked for a size. */
  readonly dependsOnSize: boolean;
  readonly result: Inferred;
}

const kept = new WeakMap<Call, Kept>();

/** Binds and infers a call on a shape. `sight` is made only where that has not been done before. */
export function inferCall(
  call: Call,
  name: OperatorName,
  operator: LayerOperator<Signature, object>,
  input: Shape,
  environment: Environment,
  sight: () => Sight,
): Inferred {
  const known = kept.get(call);
  if (known && known.name === name && sameShape(known.input, input) && known.names.every((each, i) => sameMeaning(meaningOf(each, environment), known.values[i]))) {
    if (known.dependsOnSize) sight().noteSize?.();
    return known.result;
  }
  let isSilent = true;
  let dependsOnSize = false;
  const own = sight();
  const listening: Sight = {
    ...own,
    report: (diagnostic) => ((isSilent = false), own.report(diagnostic)),
    noteSize: () => ((dependsOnSize = true), own.noteSize?.()),
  };
  const bound = bindArguments(name, call, input.axes.length, listening);
  if (bound.values === undefined) return { bound };
  const inference = inputChannelsFirst(operator, { call, bound, input, sight: listening }, operator.infer(bound.values, input));
  const result = { bound, inference };
  // What is told must be told of each use.
  if (isSilent && !("problems" in inference)) {
    const names = known?.names ?? namesIn(call);
    kept.set(call, { name, input, names, values: names.map((each) => meaningOf(each, environment)), dependsOnSize, result });
  }
  return result;
}

function namesIn(call: Call): readonly string[] {
  const names = new Set<string>();
  for (const argument of call.arguments) walkTree(argument, (node) => void (node.kind === "reference" && names.add(node.text)));
  return [...names];
}

type Meaning = Value | Declared["kind"] | undefined;

const meaningOf = (name: string, environment: Environment): Meaning => findValue(environment, name) ?? environment.file.names.get(name)?.kind;

function sameMeaning(a: Meaning, b: Meaning): boolean {
  if (a === b) return true;
  if (typeof a === "string" || typeof b === "string") return false;
  if (a?.type === "number" && b?.type === "number") return a.value === b.value && a.bytes === b.bytes;
  if (a?.type === "boolean" && b?.type === "boolean") return a.value === b.value;
  if (a?.type === "word" && b?.type === "word") return a.text === b.text;
  return a?.type === "size" && b?.type === "size" && a.axes.length === b.axes.length && a.axes.every((n, i) => n === b.axes[i]);
}
