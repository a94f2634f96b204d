/** What changed from one model to another: layers, by their paths; weights, by their names; cost. */

import type { Layer, Model } from "../model/model.ts";
import { weightsOf } from "../model/query.ts";
import { printShape } from "../shapes/shape.ts";
import { memoryOf, type Memory } from "./memory.ts";
import { receptiveFieldOf, totalsOf, type Totals } from "./totals.ts";

export interface Comparison {
  readonly version: 1;
  readonly before: Compared;
  readonly after: Compared;
  /** In the order of the model after, those removed at the end. Layers that are equal are not listed. */
  readonly layers: readonly LayerChange[];
  readonly weights: WeightChanges;
}

export interface Compared {
  readonly model: string;
  readonly inputs: readonly { readonly name: string; readonly shape: string }[];
  readonly outputs: readonly { readonly name: string; readonly shape: string }[];
  readonly totals: Totals & { readonly receptiveField: readonly number[]; readonly memory: Memory };
}

export interface LayerChange {
  readonly path: string;
  readonly change: "added" | "removed" | "changed";
  readonly before?: LayerFacts;
  readonly after?: LayerFacts;
  /** What differs, each as "stride 1x1 → 2x2"; empty where the layer was added or removed. */
  readonly differences: readonly string[];
}

export interface LayerFacts {
  readonly operator: string;
  readonly output: string;
  readonly parameters: number;
  readonly macs: number;
}

/** What becomes of a weight file of the model before in the model after. */
export interface WeightChanges {
  /** Tensors that can be loaded as they are. */
  readonly fitting: readonly string[];
  /** Tensors of another shape. */
  readonly reshaped: readonly { readonly name: string; readonly before: readonly number[]; readonly after: readonly number[] }[];
  /** Tensors that only the model after has. */
  readonly added: readonly string[];
  /** Tensors that only the model before has. */
  readonly removed: readonly string[];
}

export function compareModels(before: Model, after: Model): Comparison {
  return {
    version: 1,
    before: compared(before),
    after: compared(after),
    layers: compareLayers(before, after),
    weights: compareWeights(before, after),
  };
}

function compared(model: Model): Compared {
  const port = ({ name, shape }: Model["inputs"][number]) => ({ name, shape: printShape(shape) });
  return {
    model: model.name,
    inputs: model.inputs.map(port),
    outputs: model.outputs.map(port),
    totals: { ...totalsOf(model), receptiveField: receptiveFieldOf(model), memory: memoryOf(model) },
  };
}

function compareLayers(before: Model, after: Model): readonly LayerChange[] {
  const [old, current] = [byUse(before), byUse(after)];
  const changes = [...current].flatMap(([use, layer]): readonly LayerChange[] => {
    const earlier = old.get(use);
    if (!earlier) return [{ path: layer.path, change: "added", after: factsOf(layer), differences: [] }];
    const differences = differencesOf({ layer: earlier, model: before }, { layer, model: after });
    if (differences.length === 0) return [];
    return [{ path: layer.path, change: "changed", before: factsOf(earlier), after: factsOf(layer), differences }];
  });
  const removed = [...old].flatMap(([use, layer]): readonly LayerChange[] =>
    current.has(use) ? [] : [{ path: layer.path, change: "removed", before: factsOf(layer), differences: [] }],
  );
  return [...changes, ...removed];
}

/** Layers by their path and, where weights are shared, by which use of it they are. */
function byUse({ layers }: Model): ReadonlyMap<string, Layer> {
  const uses = new Map<string, number>();
  return new Map(
    layers.map((layer) => {
      const use = (uses.get(layer.path) ?? 0) + 1;
      uses.set(layer.path, use);
      return [`${layer.path} ${use}`, layer];
    }),
  );
}

const factsOf = ({ operator, outputShape, cost: { parameters, macs } }: Layer): LayerFacts => ({
  operator,
  output: printShape(outputShape),
  parameters,
  macs,
});

interface Placed {
  readonly layer: Layer;
  readonly model: Model;
}

function differencesOf(before: Placed, after: Placed): readonly string[] {
  const [old, current] = [statedOf(before), statedOf(after)];
  // Attributes of different operators have nothing to do with each other.
  const names = before.layer.operator === after.layer.operator ? [...old.keys(), ...current.keys()] : common;
  return [...new Set(names)].flatMap((name) => {
    const [one = "none", other = "none"] = [old.get(name), current.get(name)];
    return one === other ? [] : [`${name} ${one} → ${other}`];
  });
}

/** All that is told of a layer's differences, by name. */
function statedOf({ layer, model }: Placed): ReadonlyMap<string, string> {
  const attributes = Object.entries(layer.attributes).filter(([name]) => !derived.has(name));
  return new Map<string, string>([
    ["operator", layer.operator],
    ...attributes.map(([name, value]) => [name, print(value)] as const),
    ["input", layer.inputs.map((id) => model.layers[id]?.path).join(", ")],
    ["output", printShape(layer.outputShape)],
    ["frozen", layer.frozen && layer.weights.length > 0 ? "yes" : "no"],
    ["weights", layer.reuses === undefined ? "its own" : `those of ${model.layers[layer.reuses]?.path}`],
  ]);
}

/** What layers of all operators have. */
const common = ["operator", "input", "output", "frozen", "weights"] as const;

/** Attributes that follow from shapes, and say nothing that they do not. */
const derived: ReadonlySet<string> = new Set(["aligned", "overhang"]);

function print(value: unknown): string {
  if (value === undefined) return "none";
  if (Array.isArray(value) && value.every((item) => typeof item === "number")) return value.join("x");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function compareWeights(before: Model, after: Model): WeightChanges {
  const old = new Map(weightsOf(before).map(({ name, shape }) => [name, shape]));
  const current = new Map(weightsOf(after).map(({ name, shape }) => [name, shape]));
  const shared = [...current].flatMap(([name, shape]) => {
    const earlier = old.get(name);
    return earlier ? [{ name, before: earlier, after: shape }] : [];
  });
  const fits = ({ before: one, after: other }: (typeof shared)[number]): boolean => one.join() === other.join();
  return {
    fitting: shared.filter(fits).map(({ name }) => name),
    reshaped: shared.filter((weight) => !fits(weight)),
    added: [...current.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !current.has(name)),
  };
}
