/** How passes change a model: layer by layer, with the ids of those that stay closing the gaps. */

import type { Layer, LayerId, Model } from "@cnn-lang/shape-checker";

/** What becomes of a layer: another form of it, or nothing, where its value is that of an earlier layer. */
export type Replacement = Layer | { readonly sameAs: LayerId };

/** The model with each layer replaced, in order; `sameAs` and all inputs are ids of the model that is given. */
export function replaceLayers(model: Model, replace: (layer: Layer) => Replacement): Model {
  const layers: Layer[] = [];
  const ids: LayerId[] = [];
  const now = (id: LayerId): LayerId => ids[id] ?? id;
  for (const layer of model.layers) {
    const replacement = replace(layer);
    if ("sameAs" in replacement) {
      ids.push(now(replacement.sameAs));
      continue;
    }
    const { inputs, reuses } = replacement;
    ids.push(layers.length);
    layers.push({ ...replacement, id: layers.length, inputs: inputs.map(now), ...(reuses !== undefined && { reuses: now(reuses) }) });
  }
  const moved = (ports: Model["outputs"]): Model["outputs"] => ports.map((port) => ({ ...port, layer: now(port.layer) }));
  return { ...model, layers, inputs: moved(model.inputs), outputs: moved(model.outputs) };
}

/** How often each layer's value is used: by layers, and as an output of the model. */
export function countUses({ layers, outputs }: Model): readonly number[] {
  const uses = layers.map(() => 0);
  const use = (id: LayerId): void => void (uses[id] = (uses[id] ?? 0) + 1);
  for (const { inputs } of layers) inputs.forEach(use);
  for (const { layer } of outputs) use(layer);
  return uses;
}
