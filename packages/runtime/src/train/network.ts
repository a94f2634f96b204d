/** A model that can run: its emitted code, imported, and its weights. */

import { emit, type Mode, reaching } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { located } from "../anomaly/locate.ts";
import { type Forward, loadModule, type Tensors } from "../load-module.ts";
import { validate } from "../validate/validate.ts";
import { uploadWeights, type Weights } from "../weights/transfer.ts";
import type { NamedArrays } from "../weights/safetensors.ts";

export interface Network {
  readonly model: Model;
  /** The emitted JavaScript. */
  readonly code: string;
  readonly forward: Forward;
  /** The same with an observer, which sees each layer's inputs and output. */
  readonly observed: Forward;
  /** Training replaces the tensors in this map. */
  readonly weights: Weights;
}

/**
 * Emits a model's code, imports it and uploads weights, given in PyTorch's layout; then runs it once, to see that it is the model.
 *
 * @throws Failure CNN8203 where it is not, CNN8201 where a layer cannot be computed.
 */
export async function buildNetwork(model: Model, arrays: NamedArrays): Promise<Network> {
  const { code, forward } = await load(model, false);
  const { forward: observed } = await load(model, true);
  const network = { model, code, forward, observed, weights: uploadWeights(model, arrays) };
  try {
    await validate(network);
  } catch (error) {
    disposeNetwork(network);
    throw error;
  }
  return network;
}

async function load(model: Model, isObserved: boolean): Promise<{ readonly code: string; readonly forward: Forward }> {
  const { code, origins } = await emit(model, { observed: isObserved });
  const { forward } = await loadModule(code);
  return { code, forward: located(forward, model, origins) };
}

/** Outputs by name. */
export type Outputs = ReadonlyMap<string, tf.Tensor>;

export function outputOf(outputs: Outputs, name: string): tf.Tensor {
  const output = outputs.get(name);
  if (!output) throw new Error(`The model has no output ${name}.`);
  return output;
}

/** Runs a network on its input, `[batch, height, width, channels]`, or on several by name, and gives its outputs by name. */
export function run({ model, forward, weights }: Network, inputs: Tensors, mode: Mode): Outputs {
  const result = forward(weights, inputs, mode);
  return result instanceof tf.Tensor ? new Map([[model.outputs[0]?.name ?? "", result]]) : new Map(Object.entries(result));
}

/** Frees the weights. */
export const disposeNetwork = ({ weights }: Network): void => tf.dispose(weights);

/** The names of the weights that training moves: the trainable ones of layers that an output is computed from. */
export function trainableWeights(model: Model): readonly string[] {
  const names = reaching(model).flatMap(({ weights }) => weights.filter(({ trainable, kind }) => trainable && kind === "parameter"));
  return [...new Set(names.map(({ name }) => name))];
}
