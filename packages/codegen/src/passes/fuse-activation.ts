/** Makes activations part of the layers before them, where one operation does both. */

import type { Layer, Model } from "@cnn-lang/shape-checker";
import { fusedActivation, hasFusedForm, normActivation } from "../emit/fused.ts";
import { countUses, replaceLayers } from "./replace.ts";

/** For inference: TensorFlow.js's fused operations. */
export const fuseActivations = (model: Model): Model =>
  absorb(model, (layer, before) => fusedActivation(layer) !== undefined && hasFusedForm(before, inputShape(model, before)));

/** For training too: batch norm and the relu or relu6 behind it, within one block. */
export const fuseRelus = (model: Model): Model =>
  absorb(model, (layer, before) => normActivation(layer) !== undefined && before.operator === "batchnorm" && layer.calls.at(-1)?.id === before.calls.at(-1)?.id);

/** The model in which layers absorb the ones behind them that fit, and whose input nobody else sees. */
function absorb(model: Model, fits: (layer: Layer, before: Layer) => boolean): Model {
  const uses = countUses(model);
  const behind = new Map<number, Layer>();
  for (const layer of model.layers) {
    const before = model.layers[layer.inputs[0] ?? layer.id];
    if (before && uses[before.id] === 1 && fits(layer, before)) behind.set(before.id, layer);
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
