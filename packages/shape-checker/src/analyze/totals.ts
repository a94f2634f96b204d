/** Sums over a model's layers. */

import type { Layer, Model } from "../model/model.ts";

export interface Totals {
  /** Learnable weights, shared ones once. */
  readonly parameters: number;
  readonly trainable: number;
  readonly frozen: number;
  /** Numbers in running statistics. */
  readonly buffers: number;
  /** For one image. */
  readonly macs: number;
  /** The same counts as Keras and TensorFlow.js tell them: running statistics are weights that are not trained. */
  readonly keras: { readonly parameters: number; readonly trainable: number; readonly nonTrainable: number };
}

export function totalsOf({ layers }: Pick<Model, "layers">): Totals {
  const sum = (of: (layer: Layer) => number): number => layers.reduce((total, layer) => total + of(layer), 0);
  const parameters = sum((layer) => layer.cost.parameters);
  const trainable = sum((layer) => (layer.frozen ? 0 : layer.cost.parameters));
  const frozen = parameters - trainable;
  const buffers = sum((layer) => layer.cost.buffers);
  return {
    parameters,
    trainable,
    frozen,
    buffers,
    macs: sum((layer) => layer.cost.macs),
    keras: { parameters: parameters + buffers, trainable, nonTrainable: frozen + buffers },
  };
}

/** The receptive field of the outputs; of several the largest. */
export function receptiveFieldOf({ layers, outputs }: Pick<Model, "layers" | "outputs">): readonly number[] {
  const fields = outputs.flatMap(({ layer }) => layers[layer]?.cost.receptiveField ? [layers[layer].cost.receptiveField] : []);
  const [first = []] = fields;
  return first.map((_, axis) => Math.max(...fields.map((field) => field[axis] ?? 0)));
}
