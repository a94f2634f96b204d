/**
 * Folds batch norms into the layers before them. On running statistics a batch norm is y = x · scale + offset for each
 * channel, with scale = weight / √(variance + eps) and offset = bias − mean · scale; where x is a convolution's output, its
 * filters times scale and its bias · scale + offset give y at once. The layer then absorbs the norm, and reads two weights of
 * other names, which the module's function `fold` makes of the model's own.
 */

import type { Layer, LayerId, LayerOf, Model } from "@cnn-lang/shape-checker";
import { countUses, replaceLayers } from "./replace.ts";

/** The layers whose output is linear in filters and bias. */
export type Foldable = LayerOf<"conv"> | LayerOf<"depthwise"> | LayerOf<"separable"> | LayerOf<"conv_transpose"> | LayerOf<"dense">;

interface Pair {
  readonly layer: Foldable;
  readonly norm: LayerOf<"batchnorm">;
}

/** The model with each batch norm folded whose input nobody else sees, and whose weights are shared only as the layer's are. */
export function foldBatchNorms(model: Model): Model {
  const folded = agreeing(model, candidates(model));
  const norms = new Map(folded.map(({ layer, norm }) => [layer.id, norm]));
  const gone = new Map(folded.map(({ layer, norm }) => [norm.id, layer.id]));
  return replaceLayers(model, (layer) => {
    const before = gone.get(layer.id);
    if (before !== undefined) return { sameAs: before };
    const norm = norms.get(layer.id);
    return norm && isFoldable(layer) ? absorb(layer, norm) : layer;
  });
}

/** Batch norms behind a layer whose value goes nowhere else. */
function candidates(model: Model): readonly Pair[] {
  const uses = countUses(model);
  return model.layers.flatMap((norm) => {
    if (norm.operator !== "batchnorm") return [];
    const layer = model.layers[norm.inputs[0] ?? norm.id];
    return layer && isFoldable(layer) && uses[layer.id] === 1 ? [{ layer, norm }] : [];
  });
}

/** Those in which all uses of shared weights are alike: one filter cannot be folded with two norms, nor with one and none. */
function agreeing(model: Model, pairs: readonly Pair[]): readonly Pair[] {
  const sharers = tally(model.layers.map(owner));
  const normed = tally(pairs.map(({ norm }) => owner(norm)));
  const together = tally(pairs.map(bond));
  const alike = pairs.filter(({ layer, norm }) =>
    together.get(bond({ layer, norm })) === sharers.get(owner(layer)) && normed.get(owner(norm)) === sharers.get(owner(norm)));
  return alike.length === pairs.length ? pairs : agreeing(model, alike);
}

const bond = ({ layer, norm }: Pair): string => `${owner(layer)} ${owner(norm)}`;

function tally<T>(all: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

/** The layer that has the weights. */
const owner = ({ id, reuses }: Layer): LayerId => reuses ?? id;

function isFoldable(layer: Layer): layer is Foldable {
  const { operator } = layer;
  return operator === "conv" || operator === "depthwise" || operator === "separable" || operator === "conv_transpose" || operator === "dense";
}

/** A folded layer has a bias, whether it had one before or not. */
const absorb = <L extends Foldable>(layer: L, norm: LayerOf<"batchnorm">): L => ({
  ...layer,
  attributes: { ...layer.attributes, bias: true },
  absorbed: [norm],
});

/** One fold, as the module's table tells it: the names begin with `filter`, the norm's with `norm`. */
export interface Fold {
  /** `conv1`, or of a separable convolution its pointwise half, `sep1.pointwise`. */
  readonly filter: string;
  readonly layer: Foldable;
  readonly norm: LayerOf<"batchnorm">;
}

/** What is folded into a layer; nothing where nothing is. */
export function foldOf(layer: Layer): Fold | undefined {
  const norm = layer.absorbed?.find(({ operator }) => operator === "batchnorm");
  if (norm?.operator !== "batchnorm" || !isFoldable(layer)) return undefined;
  return { filter: layer.operator === "separable" ? `${layer.path}.pointwise` : layer.path, layer, norm };
}

/** What the code calls a weight of a layer: `conv1.weight`, which folded is `conv1.folded.weight`. */
export function weightName(layer: Layer, leaf: string): string {
  const name = leaf === "" ? layer.path : `${layer.path}.${leaf}`;
  const fold = foldOf(layer);
  const changed = fold && [`${fold.filter}.weight`, `${fold.filter}.bias`].includes(name);
  return changed ? `${fold.filter}.folded${name.slice(fold.filter.length)}` : name;
}
