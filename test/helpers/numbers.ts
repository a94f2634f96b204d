/** Weights and inputs for a model of any size, made of names and places alone. */

import { weightsOf, type Model } from "@cnn-lang/shape-checker";
import { draws } from "../../packages/runtime/src/data/random.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import type { GoldenTensor } from "./safetensors.ts";

/** By name, in PyTorch's layout. */
export interface ModelNumbers {
  readonly weights: ReadonlyMap<string, GoldenTensor>;
  readonly inputs: ReadonlyMap<string, GoldenTensor>;
  readonly training?: boolean;
}

/** Numbers for a model's weights, running statistics included, and for its inputs, all made of names and places alone. */
export function numbersFor(model: Model, batch: number): ModelNumbers {
  const between = (from: number, to: number, name: string, shape: readonly number[]): GoldenTensor => {
    const { uniform } = draws("numbers", name);
    const size = shape.reduce((product, n) => product * n, 1);
    return { shape, values: Float32Array.from({ length: size }, (_, place) => from + (to - from) * uniform(place)) };
  };
  const initial = initialWeights(model, 1);
  const weights = weightsOf(model).flatMap(({ name, shape, dtype, initializer }) => {
    if (dtype === "int64") return [];
    if (initializer.kind === "constant") return [[name, between(initializer.value + (name.endsWith("_var") ? 0 : -0.3), initializer.value + 0.3, name, shape)] as const];
    const { values } = initial.get(name) ?? { values: [] };
    return [[name, { shape, values: Float32Array.from(values, Number) }] as const];
  });
  return {
    weights: new Map(weights),
    inputs: new Map(model.inputs.map(({ name, shape }) => [name, between(-1, 1, name, [batch, shape.channels, ...shape.axes])])),
  };
}
