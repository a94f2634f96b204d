/** Memory in bytes, float32. Activations in inference reuse their place as soon as the last reader is done. */

import type { Model } from "../model/model.ts";
import { countElements } from "../shapes/shape.ts";
import { totalsOf } from "./totals.ts";

const bytesPerNumber = 4;

export interface Memory {
  /** Parameters and running statistics. */
  readonly weights: number;
  /** The most that is alive at once while one image runs through. */
  readonly activations: number;
  /** A training step for one image: weights, gradients, Adam's two moments, and what the gradients need kept. */
  readonly training: number;
}

export function memoryOf(model: Model): Memory {
  const { parameters, buffers } = totalsOf(model);
  return {
    weights: (parameters + buffers) * bytesPerNumber,
    activations: peakActivations(model) * bytesPerNumber,
    training: trainingMemory(model, 1),
  };
}

/** Bytes of a training step with Adam: the gradient and both moments stand beside each trainable weight. */
export function trainingMemory(model: Model, batch: number): number {
  const { parameters, trainable, buffers } = totalsOf(model);
  const kept = model.layers.reduce((total, layer) => total + layer.cost.kept, 0);
  return (parameters + buffers + 3 * trainable + batch * kept) * bytesPerNumber;
}

/** The largest sum of values alive at once; a value lives from its layer to its last reader. */
export function peakActivations({ layers, outputs }: Pick<Model, "layers" | "outputs">): number {
  const lastReader = layers.map((_, id) => id);
  for (const layer of layers) for (const input of layer.inputs) lastReader[input] = layer.id;
  for (const { layer } of outputs) lastReader[layer] = layers.length;
  const endsAt = new Map<number, number[]>();
  lastReader.forEach((reader, id) => endsAt.set(reader, [...(endsAt.get(reader) ?? []), id]));

  let alive = 0;
  let peak = 0;
  for (const layer of layers) {
    alive += countElements(layer.outputShape);
    peak = Math.max(peak, alive);
    for (const ended of endsAt.get(layer.id) ?? []) alive -= countElements(layers[ended]?.outputShape ?? { channels: 0, axes: [] });
  }
  return peak;
}
