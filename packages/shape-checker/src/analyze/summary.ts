/** `cnn summary --format json`: a model's table as the interfaces promise it. */

import type { Span } from "@cnn-lang/parser";
import type { ArgumentValue, Layer, Model, Weight } from "../model/model.ts";
import { printShape } from "../shapes/shape.ts";
import { inputConstraints, type InputConstraint } from "./input-sizes.ts";
import type { LoadPlan } from "./load-plan.ts";
import { memoryOf, type Memory } from "./memory.ts";
import { loadsOf } from "./provenance.ts";
import { receptiveFieldOf, totalsOf, type Totals } from "./totals.ts";

export interface Summary {
  readonly version: 1;
  readonly model: string;
  readonly arguments: Readonly<Record<string, ArgumentValue>>;
  readonly inputs: readonly SummaryPort[];
  readonly outputs: readonly SummaryPort[];
  readonly layers: readonly SummaryLayer[];
  readonly totals: Totals & { readonly receptiveField: readonly number[]; readonly memory: Memory };
  /** What the input's size must be, found by trying; empty where every size will do, and for a model not from `check`. */
  readonly inputConstraints: readonly InputConstraint[];
  /** Each `load` against its file's header. */
  readonly loads: readonly LoadPlan[];
}

export interface SummaryPort {
  readonly name: string;
  readonly shape: string;
}

export interface SummaryLayer {
  readonly path: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly parameters: number;
  readonly macs: number;
  readonly receptiveField: readonly number[];
  readonly effectiveStride: readonly number[];
  readonly effectivePadding: readonly number[];
  readonly frozen: boolean;
  readonly weights: readonly Pick<Weight, "name" | "shape" | "kind">[];
  readonly span: Span;
}

/** The table of a model. Input sizes are tried out here, not in `check`: that takes some ten times as long. */
export function summarize(model: Model): Summary {
  const port = ({ name, shape }: Model["inputs"][number]): SummaryPort => ({ name, shape: printShape(shape) });
  return {
    version: 1,
    model: model.name,
    arguments: model.arguments,
    inputs: model.inputs.map(port),
    outputs: model.outputs.map(port),
    layers: model.layers.filter(({ operator }) => operator !== "input").map((layer) => summarizeLayer(layer, model)),
    totals: { ...totalsOf(model), receptiveField: receptiveFieldOf(model), memory: memoryOf(model) },
    inputConstraints: inputConstraints(model),
    loads: loadsOf(model),
  };
}

const summarizeLayer = (layer: Layer, { layers }: Model): SummaryLayer => ({
  path: layer.path,
  operator: layer.operator,
  inputs: layer.inputs.flatMap((id) => (layers[id] ? [printShape(layers[id].outputShape)] : [])),
  output: printShape(layer.outputShape),
  parameters: layer.cost.parameters,
  macs: layer.cost.macs,
  receptiveField: layer.cost.receptiveField,
  effectiveStride: layer.cost.effectiveStride,
  effectivePadding: layer.cost.effectivePadding,
  frozen: layer.frozen,
  weights: layer.weights.map(({ name, shape, kind }) => ({ name, shape, kind })),
  span: layer.span,
});
