/**
 * Takes out what only training does: dropout of every kind, and the identity; and sets batch norms on their running
 * statistics.
 */

import type { Layer, LayerOf, Model } from "@cnn-lang/shape-checker";
import { replaceLayers } from "./replace.ts";

/** The model as it is in inference, where these layers pass on what they are given. */
export const dropTraining = (model: Model): Model =>
  replaceLayers(model, (layer) => {
    const [input] = layer.inputs;
    if (input !== undefined && passesOn(layer)) return { sameAs: input };
    return layer.operator === "batchnorm" ? frozen(layer) : layer;
  });

const passesOn = ({ operator }: Layer): boolean =>
  operator === "dropout" || operator === "spatial_dropout" || operator === "droppath" || operator === "identity";

const frozen = (layer: LayerOf<"batchnorm">): LayerOf<"batchnorm"> => ({
  ...layer,
  frozen: true,
  weights: layer.weights.map((weight) => ({ ...weight, trainable: false })),
});
