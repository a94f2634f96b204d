/**
 * A layer that came of a call before, at the same place of the same model: as long as nothing that it was made from has changed,
 * it is the same object again.
 */

import { sameField, type Field } from "../analyze/receptive-field.ts";
import type { Layer } from "../model/model.ts";
import type { Claimed } from "./claims.ts";
import type { Point } from "./environment.ts";
import type { Made } from "./rehearse.ts";
import { checkBounds, type Place, type Walk } from "./walk.ts";

/** The layer, all that the walk notes of it, and the field of its input. */
export interface Built {
  readonly layer: Layer;
  readonly field: Field;
  readonly above: Field;
  readonly point: Point;
  readonly made: Made;
  readonly claimed: Claimed;
}

/** Whether a call stands directly in a model, once: in a loop or a block it makes another layer each time. */
export const isSingle = ({ calls, loop, reuse }: Place): boolean => calls.length === 0 && loop === undefined && reuse === undefined;

/** Appends the layer that was built before, where it fits the walk as it is now. */
export function buildAgain(walk: Walk, place: Place, { layer, field, above, point, made, claimed }: Built, path: string, flow: Point): Point | undefined {
  const input = walk.fields[flow.layer];
  const isSame = layer.id === walk.layers.length && layer.path === path && layer.inputs[0] === flow.layer && layer.frozen === place.frozen;
  if (!isSame || !isSingle(place) || walk.claims.layers.has(path) || !input || !sameField(input, above)) return undefined;
  checkBounds(walk, layer.span);
  walk.claims.layers.set(path, claimed);
  walk.layers.push(layer);
  walk.fields.push(field);
  walk.made.push(made);
  return point;
}

/** What was built last, to be kept with its call. */
export function lastBuilt(walk: Walk, flow: Point, point: Point): Built | undefined {
  const [layer, field, above, made] = [walk.layers[point.layer], walk.fields[point.layer], walk.fields[flow.layer], walk.made.at(-1)];
  const claimed = layer && walk.claims.layers.get(layer.path);
  return layer && field && above && made && claimed?.id === layer.id ? { layer, field, above, point, made, claimed } : undefined;
}
