/**
 * A model's layers made once more from inputs of other sizes: shapes alone, without walking its text. That is right as long as
 * the text asks for no size; where it does, and other layers might be made, the walk says so and nothing can be rehearsed.
 */

import { operatorOf, type OperatorName } from "../operators/index.ts";
import type { Facts, Inference } from "../operators/operator.ts";
import { sameShape, type Shape } from "../shapes/shape.ts";
import type { BoundCall } from "./arguments.ts";
import type { Rehearsal } from "../analyze/provenance.ts";
import type { Point } from "./environment.ts";

/** One call: what its layer, or the layers of a `split`, were made from. */
export interface Made {
  readonly name: OperatorName;
  readonly values: NonNullable<BoundCall["values"]>;
  readonly inputs: readonly Point[];
  /** The sum of a skip whose projection was not built: where its inputs differ, it would be. */
  readonly mustAgree?: boolean;
}

interface Result {
  readonly input: Shape;
  /** Absent where the operator refuses its input. */
  readonly outputs: readonly Shape[] | undefined;
}

/**
 * Whether inputs of given shapes, by name, go through; undefined where that is not known. Results are kept from one question
 * to the next: blocks are repeated, and behind strides many sizes become the same few.
 */
export function rehearsal(made: readonly Made[]): Rehearsal {
  const results = new Map<Made["values"], Result[]>();

  function outputsFor({ name, values, inputs: from }: Made, shapes: readonly Shape[]): Result["outputs"] {
    const [first, second] = from.map(({ layer }) => shapes[layer]);
    if (!first) return undefined;
    if (second) return outputsOf(name, values, from.flatMap(({ layer }) => shapes[layer] ?? []));
    const kept = results.get(values) ?? [];
    const known = kept.find(({ input }) => sameShape(input, first));
    if (known) return known.outputs;
    const outputs = outputsOf(name, values, [first]);
    kept.push({ input: first, outputs });
    results.set(values, kept);
    return outputs;
  }

  return (inputs) => {
    const shapes: Shape[] = [];
    for (const each of made) {
      const input = each.name === "input" ? inputs.get(String(each.values["name"])) : undefined;
      const [first, second] = each.mustAgree ? each.inputs.map(({ layer }) => shapes[layer]) : [];
      if (first && second && !sameShape(first, second)) return undefined;
      const outputs = input ? [input] : outputsFor(each, shapes);
      if (outputs === undefined) return false;
      for (const output of outputs) shapes.push(output);
    }
    return true;
  };
}

/** What an operator gives, or nothing where it refuses its inputs; mere warnings are no refusal. */
function outputsOf(name: OperatorName, values: Made["values"], inputs: readonly Shape[]): readonly Shape[] | undefined {
  const operator = operatorOf(name);
  const [first] = inputs;
  if (!first || operator.arity === "none") return undefined;
  const inference: Inference<object> = operator.arity === "many" ? operator.infer(values, inputs) : operator.infer(values, first);
  if ("problems" in inference) {
    const isRefused = inference.problems.some(({ finding }) => finding.severity === "error");
    return isRefused || !inference.facts ? undefined : [inference.facts.outputShape];
  }
  return isOne(inference) ? [inference.outputShape] : inference.map(({ outputShape }) => outputShape);
}

const isOne = (facts: Facts<object> | readonly Facts<object>[]): facts is Facts<object> => "attributes" in facts;
