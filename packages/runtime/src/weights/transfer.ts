/**
 * Weights on their way between files and TensorFlow.js: by name, from PyTorch's layout into TensorFlow.js's and back
 * (codegen's `weightLayout` knows both), and from a published file into a model that may differ from it in part.
 */

import { toTensorFlow, toTorch, weightLayout } from "@cnn-lang/codegen";
import { suggest } from "@cnn-lang/parser";
import type { Layer, Model, Weight } from "@cnn-lang/shape-checker";
import { weightsOf } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { runProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import type { NamedArray, NamedArrays } from "./safetensors.ts";

/** Tensors by weight name, in TensorFlow.js's layout. Training replaces them. */
export type Weights = { [name: string]: tf.Tensor };

/** Every weight of a model once, with the layer that owns it. */
function* owned({ layers }: Model): Iterable<[Layer, Weight]> {
  for (const layer of layers) if (layer.reuses === undefined) for (const weight of layer.weights) yield [layer, weight];
}

/** Uploads a model's weights, counters as int32. The caller disposes them. Arrays must have been through `fitting`. */
export function uploadWeights(model: Model, arrays: NamedArrays): Weights {
  const weights: Weights = {};
  for (const [layer, weight] of owned(model)) {
    const values = arrays.get(weight.name)?.values;
    if (values === undefined) throw new Error(`The weight ${weight.name} is missing.`);
    const layout = weightLayout(layer, weight);
    weights[weight.name] =
      weight.dtype === "int64"
        ? tf.tensor(Int32Array.from(values, Number), [...layout.shape], "int32")
        : tf.tensor(toTensorFlow(layout, Float32Array.from(values, Number)), [...layout.shape]);
  }
  return weights;
}

/** Downloads a model's weights into PyTorch's layout, in the order of its `state_dict`. */
export async function downloadWeights(model: Model, weights: Weights): Promise<NamedArrays> {
  const arrays = new Map<string, NamedArray>();
  for (const [layer, weight] of owned(model)) {
    const tensor = weights[weight.name];
    if (!tensor) throw new Error(`The weight ${weight.name} is missing.`);
    const values = await tensor.data();
    arrays.set(weight.name, {
      shape: weight.shape,
      values: weight.dtype === "int64" ? BigInt64Array.from(values, BigInt) : toTorch(weightLayout(layer, weight), Float32Array.from(values)),
    });
  }
  return arrays;
}

/** How one number for each weight (a gradient, an optimizer's memory) is laid out: TensorFlow.js's values → PyTorch's, and back. */
export function layoutOf(model: Model, name: string): { readonly shape: readonly number[]; toTorch(values: Float32Array): Float32Array; toTensorFlow(values: Float32Array): Float32Array } {
  for (const [layer, weight] of owned(model)) {
    if (weight.name !== name) continue;
    const layout = weightLayout(layer, weight);
    return { shape: weight.shape, toTorch: (values) => toTorch(layout, values), toTensorFlow: (values) => toTensorFlow(layout, values) };
  }
  throw new Error(`The model has no weight ${name}.`);
}

/**
 * The arrays of a file that a model takes, checked against it by name and shape. A missing `num_batches_tracked` counts as 0:
 * files of old PyTorch versions lack it.
 *
 * @param except Paths, or beginnings of them in whole segments (`*` is any one), whose weights are not taken.
 * @param strict Whether a tensor that the model lacks is a mistake: so for checkpoints, not for published weights.
 * @throws Failure CNN8005, CNN8006 or CNN8007 where the file does not fit.
 */
export function fitting(model: Model, arrays: NamedArrays, file: string, { except = [], strict = true }: { readonly except?: readonly string[]; readonly strict?: boolean } = {}): NamedArrays {
  const all = weightsOf(model);
  const wanted = all.filter(({ name }) => !except.some((selector) => selects(selector, name)));
  const missing = wanted.filter(({ name, dtype }) => dtype !== "int64" && !arrays.has(name));
  const names = new Set(all.map(({ name }) => name));
  const surplus = [...arrays.keys()].filter((name) => !names.has(name));
  if (missing.length > 0) fail(runProblems.tensorsMissing({ file, missing, meant: misnamed(missing, arrays, surplus) }));
  if (strict && surplus.length > 0) fail(runProblems.tensorsLeftOver({ file, names: surplus }));

  const taken = new Map<string, NamedArray>();
  for (const { name, shape: needed, dtype } of wanted) {
    const array = arrays.get(name) ?? { shape: [], values: new BigInt64Array(1) };
    if (array.shape.join() !== needed.join()) fail(runProblems.tensorDiffers({ file, name, found: array.shape, needed }));
    const values = dtype === "int64" ? BigInt64Array.from(array.values, BigInt) : Float32Array.from(array.values, Number);
    taken.set(name, { shape: needed, values });
  }
  return taken;
}

/** The first missing weight for which a tensor of the file stands that has its shape and another name. */
function misnamed(missing: readonly Weight[], arrays: NamedArrays, surplus: readonly string[]): { readonly wanted: Weight; readonly found: string } | undefined {
  for (const wanted of missing) {
    const alike = surplus.filter((other) => arrays.get(other)?.shape.join() === wanted.shape.join());
    const found = suggest(wanted.name, alike) ?? (alike.length === 1 ? alike[0] : undefined);
    if (found !== undefined) return { wanted, found };
  }
  return undefined;
}

/** Whether a selector such as `layer1.*.conv1` is the beginning of a weight's name, in whole segments. */
function selects(selector: string, name: string): boolean {
  const segments = name.split(".");
  return selector.split(".").every((segment, i) => i < segments.length && (segment === "*" || segment === segments[i]));
}
