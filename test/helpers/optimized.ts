/** A model's code for training and its code for inference, side by side on the same weights and inputs. */

import { emit, type WeightMap } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { loadModule, type Tensors } from "../../packages/runtime/src/load-module.ts";

/** Weights that no part of a network can ignore: batch norms have scales, offsets and statistics of their own. */
export function randomWeights(shapes: { readonly [name: string]: readonly number[] }): WeightMap {
  let seed = 1;
  const draw = (shape: readonly number[], low: number, high: number): tf.Tensor => tf.randomUniform([...shape], low, high, "float32", seed++);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      if (name.endsWith("running_var")) return [name, draw(shape, 0.5, 2)];
      if (name.endsWith("running_mean")) return [name, draw(shape, -0.5, 0.5)];
      if (shape.length < 2) return [name, name.endsWith("weight") ? draw(shape, 0.5, 1.5) : draw(shape, -0.5, 0.5)];
      // So wide that values neither vanish nor grow from layer to layer (He et al. 2015).
      const bound = Math.sqrt(6 / shape.slice(0, -1).reduce((all, n) => all * n, 1));
      return [name, draw(shape, -bound, bound)];
    }),
  );
}

export interface Difference {
  /** The largest difference of two outputs' values. */
  readonly most: number;
  /** The largest value. */
  readonly scale: number;
}

/** How far the optimised code is from the other, over all outputs of a batch of random images. */
export async function difference(model: Model, batch = 2): Promise<Difference> {
  const [plain, optimized] = await Promise.all([false, true].map(async (optimize) => loadModule((await emit(model, { optimize })).code)));
  if (!plain || !optimized) throw new Error("both are there");
  tf.engine().startScope();
  const weights = randomWeights(plain.weightShapes);
  const inputs = model.inputs.map(({ name, shape: { channels, axes } }, index) => [name, tf.randomNormal([batch, ...axes, channels], 0, 1, "float32", index + 1)] as const);
  const given = inputs.length === 1 && inputs[0] ? inputs[0][1] : Object.fromEntries(inputs);
  const expected = valuesOf(plain.forward(weights, given));
  const actual = valuesOf(optimized.forward(optimized.fold ? optimized.fold(weights) : weights, given));
  tf.engine().endScope();
  if (expected.length !== actual.length) throw new Error(`${actual.length} values, not ${expected.length}`);
  return {
    most: expected.reduce((most, value, index) => Math.max(most, Math.abs(value - (actual[index] ?? Number.NaN))), 0),
    scale: expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  };
}

const valuesOf = (outputs: Tensors): readonly number[] =>
  (outputs instanceof tf.Tensor ? [outputs] : Object.values(outputs)).flatMap((output) => [...output.dataSync()]);
