/** Makes activations part of the layers before them, where TensorFlow.js has one operation for both. */

import type { Layer, Model } from "@cnn-lang/shape-checker";
import { fusedActivation, hasFusedForm } from "../emit/fused.ts";
import { countUses, replaceLayers } from "./replace.ts";

/** The model in which layers absorb the activations behind them, whose input nobody else sees. */
export function fuseActivations(model: Model): Model {
  const uses = countUses(model);
  const behind = new Map<number, Layer>();
  for (const layer of model.layers) {
    const before = model.layers[layer.inputs[0] ?? layer.id];
    if (before && uses[before.id] === 1 && fusedActivation(layer) && hasFusedForm(before, inputShape(model, before))) behind.set(before.id, layer);
  }
  const absorbed = new Set(behind.values());
  return replaceLayers(model, (layer) => {
    const [input] = layer.inputs;
    if (input !== undefined && absorbed.has(layer)) return { sameAs: input };
    const activation = behind.get(layer.id);
    return activation ? { ...layer, absorbed: [...(layer.absorbed ?? []), activation] } : layer;
  });
}

const inputShape = ({ layers }: Model, { inputs, outputShape }: Layer): Layer["outputShape"] => layers[inputs[0] ?? -1]?.outputShape ?? outputShape;
