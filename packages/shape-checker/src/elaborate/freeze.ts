/** What is frozen: `frozen` where a layer stands and `freeze` by its path, added up in one pass. */

import type { Freeze, Selector } from "@cnn-lang/parser";
import type { Layer } from "../model/model.ts";

/** Whether a selector, the beginning of a path in whole segments, selects a path; `*` is any one segment. */
export function selects({ segments }: Pick<Selector, "segments">, path: string): boolean {
  const parts = path.split(".");
  return segments.length <= parts.length && segments.every((segment, i) => segment === "*" || segment === parts[i]);
}

/** `selects` for a selector as it is written. */
export const selectsPath = (selector: string, path: string): boolean => selects({ segments: selector.split(".") }, path);

/** The layers with `freeze` applied; order does not matter, and what is frozen stays so. */
export function freezeLayers(layers: readonly Layer[], statements: readonly Freeze[]): readonly Layer[] {
  if (statements.length === 0) return layers;
  const isFrozen = (path: string): boolean =>
    statements.some(
      ({ selectors, except }) =>
        (selectors === "all" || selectors.some((selector) => selects(selector, path))) && !except.some((selector) => selects(selector, path)),
    );
  return layers.map((layer) => {
    if (layer.frozen || !isFrozen(layer.path)) return layer;
    return { ...layer, frozen: true, weights: layer.weights.map((weight) => ({ ...weight, trainable: false })) };
  });
}
