/** A model that can run: its emitted code, imported, and its weights. */

import { emit } from "@cnn-lang/codegen";
import type { Mode } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { type Forward, loadModule, type Tensors } from "../load-module.ts";
import { uploadWeights, type Weights } from "../weights/transfer.ts";
import type { NamedArrays } from "../weights/safetensors.ts";
import type { Outputs } from "./losses.ts";

export interface Network {
  readonly model: Model;
  /** The emitted JavaScript. */
  readonly code: string;
  readonly forward: Forward;
  /** Training replaces the tensors in this map. */
  readonly weights: Weights;
}

/** Emits a model's code, imports it and uploads weights, given in PyTorch's layout. */
export async function buildNetwork(model: Model, arrays: NamedArrays): Promise<Network> {
  const { code } = await emit(model);
  const { forward } = await loadModule(code);
  return { model, code, forward, weights: uploadWeights(model, arrays) };
}

/** Runs a network on its input, `[batch, height, width, channels]`, or on several by name, and gives its outputs by name. */
export function run({ model, forward, weights }: Network, inputs: Tensors, mode: Mode): Outputs {
  const result = forward(weights, inputs, mode);
  return result instanceof tf.Tensor ? new Map([[model.outputs[0]?.name ?? "", result]]) : new Map(Object.entries(result));
}

/** Frees the weights. */
export const disposeNetwork = ({ weights }: Network): void => tf.dispose(weights);

/** The names of the weights that training moves: the trainable ones of layers that an output is computed from. */
export function trainableWeights({ layers, outputs }: Model): readonly string[] {
  const reached = new Set(outputs.map(({ layer }) => layer));
  for (const { id, inputs } of layers.toReversed()) if (reached.has(id)) for (const input of inputs) reached.add(input);
  const names = layers.filter(({ id }) => reached.has(id)).flatMap(({ weights }) => weights.filter(({ trainable, kind }) => trainable && kind === "parameter"));
  return [...new Set(names.map(({ name }) => name))];
}
