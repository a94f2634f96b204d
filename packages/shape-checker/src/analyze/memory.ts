/**
 * Memory in bytes, float32, as an allocator without waste would need it: a value takes its place when it is computed and
 * gives it back after its last reader.
 */

import type { Layer, LayerId, Model } from "../model/model.ts";
import type { OperatorName } from "../operators/index.ts";
import type { OptimizerSettings } from "../recipe/optimizer.ts";
import { countElements } from "../shapes/shape.ts";
import { totalsOf } from "./totals.ts";

export const bytesPerNumber = 4;

export interface Memory {
  /** Parameters and running statistics. */
  readonly weights: number;
  /** The most that is alive at once while one image runs through. */
  readonly activations: number;
  /** A training step with Adam and one image. */
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

/** Numbers that an optimizer remembers of each trainable weight: two moments, a velocity, or nothing. */
export type RememberedBy = Pick<OptimizerSettings, "name"> & { readonly momentum?: number; readonly centered?: boolean };

function remembered({ name, momentum = 0, centered = false }: RememberedBy): number {
  const velocity = momentum > 0 ? 1 : 0;
  return { adam: 2, adamw: 2, sgd: velocity, rmsprop: 1 + velocity + (centered ? 1 : 0) }[name];
}

/**
 * Bytes of a training step: the weights, the gradient of each trainable weight and what the optimizer remembers of it,
 * and the most that is alive at once on the way through the network and back.
 */
export function trainingMemory(model: Model, batch: number, optimizer: RememberedBy = { name: "adam" }): number {
  const { parameters, trainable, buffers } = totalsOf(model);
  return (parameters + buffers + (1 + remembered(optimizer)) * trainable + batch * peakTraining(model)) * bytesPerNumber;
}

/** How many values, for one image, a layer's gradient is computed from. */
export function keptValues({ inputs, outputShape, cost }: Layer, layers: readonly Layer[]): number {
  const before = inputs.reduce((total, id) => total + countElements(layers[id]?.outputShape ?? { channels: 0, axes: [] }), 0);
  const after = countElements(outputShape);
  return { input: before, output: after, both: before + after, nothing: 0 }[cost.keeps];
}

/** From when to when, in steps, a number of values is alive. */
interface Life {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** The largest sum of values alive at once in inference, for one image. */
function peakActivations({ layers, outputs }: Pick<Model, "layers" | "outputs">): number {
  const place = places(layers, inferenceViews);
  const end = layers.map((_, id) => id);
  for (const layer of layers) for (const input of layer.inputs) end[place(input)] = layer.id;
  for (const { layer } of outputs) end[place(layer)] = layers.length;
  return peak(layers.flatMap(({ id, outputShape }) => (place(id) === id ? [{ size: countElements(outputShape), from: id, to: end[id] ?? id }] : [])));
}

/**
 * The largest sum of values alive at once in a training step, for one image: what gradients need is kept until the
 * way back has come by, and the gradients of the values come on top. Below the first trainable layer nothing is kept.
 */
function peakTraining({ layers, outputs }: Pick<Model, "layers" | "outputs">): number {
  const place = places(layers, views);
  const loss = layers.length;
  const backwardOf = (id: LayerId): number => 2 * loss - id;
  const end = layers.map((_, id) => id);
  const live = (id: LayerId, until: number): void => void (end[place(id)] = Math.max(end[place(id)] ?? 0, until));
  const moves: boolean[] = [];
  const gradientFrom = layers.map(({ id }) => backwardOf(id));
  const gradientNeeded = (id: LayerId, at: number): void => void (gradientFrom[place(id)] = Math.min(gradientFrom[place(id)] ?? at, at));

  for (const { id, inputs, weights, cost } of layers) {
    const hasGradient = weights.some(({ trainable }) => trainable) || inputs.some((input) => moves[input]);
    moves.push(hasGradient);
    for (const input of inputs) {
      live(input, id);
      if (!hasGradient) continue;
      if (cost.keeps === "input" || cost.keeps === "both") live(input, backwardOf(id));
      if (moves[input]) gradientNeeded(input, backwardOf(id));
    }
    if (hasGradient && (cost.keeps === "output" || cost.keeps === "both")) live(id, backwardOf(id));
  }
  for (const { layer } of outputs) {
    live(layer, loss);
    gradientNeeded(layer, loss);
  }
  const lives = layers.flatMap(({ id, outputShape }): readonly Life[] => {
    if (place(id) !== id) return [];
    const size = countElements(outputShape);
    const value = { size, from: id, to: end[id] ?? id };
    return moves[id] ? [value, { size, from: gradientFrom[id] ?? loss, to: backwardOf(id) }] : [value];
  });
  return peak(lives);
}

/** Layers that hand their input on as it is. */
const views: ReadonlySet<OperatorName> = new Set<OperatorName>(["identity", "flatten", "reshape"]);
const inferenceViews: ReadonlySet<OperatorName> = new Set<OperatorName>([...views, "dropout", "spatial_dropout", "droppath"]);

/** The layer in whose place a layer's values lie: its own, but for views. */
function places(layers: readonly Layer[], shared: ReadonlySet<OperatorName>): (id: LayerId) => LayerId {
  const found: LayerId[] = [];
  for (const { id, operator, inputs } of layers) found.push(shared.has(operator) ? (found[inputs[0] ?? id] ?? id) : id);
  return (id) => found[id] ?? id;
}

function peak(lives: readonly Life[]): number {
  const change = new Map<number, number>();
  const add = (step: number, size: number): void => void change.set(step, (change.get(step) ?? 0) + size);
  for (const { size, from, to } of lives) {
    add(from, size);
    add(to + 1, -size);
  }
  let alive = 0;
  let largest = 0;
  for (const [, size] of [...change].sort(([a], [b]) => a - b)) {
    alive += size;
    largest = Math.max(largest, alive);
  }
  return largest;
}
