/** Where in a step the first number was that is none, and what is said of it. */

import { reaching } from "@cnn-lang/codegen";
import type { Layer, Model } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { Failure } from "../failure.ts";

/** Which value was looked at. In the order of a step, but for the gradients of weights, which are seen when all is done. */
export type Place =
  /** A weight before the first step, its gradient, and the weight after a step. */
  | { readonly kind: "start" | "gradient" | "weight"; readonly name: string }
  /** An input of the model, and the gradient that the loss gives for an output. */
  | { readonly kind: "input" | "loss"; readonly name: string }
  /** What a layer makes, and the gradient that it passes back to one of its inputs. */
  | { readonly kind: "forward" | "backward"; readonly path: string };

/** What was seen there. */
export interface Seen {
  readonly place: Place;
  readonly nan: number;
  readonly infinite: number;
  /** The largest distance from 0, where all are numbers. */
  readonly largest: number;
}

/** The largest number of each weight that the next step begins with. */
export const weightSizes = (seen: readonly Seen[]): ReadonlyMap<string, number> =>
  new Map(seen.flatMap(({ place, largest }) => (place.kind === "start" || place.kind === "weight" ? [[place.name, largest] as const] : [])));

/**
 * What is wrong with a step, told at the layer where it began; nothing where all was finite.
 *
 * @param sizes The largest number of each weight before the step; none before the first.
 */
export function failureIn(model: Model, seen: readonly Seen[], sizes: ReadonlyMap<string, number>, { step, epoch }: { readonly step: number; readonly epoch: number }): Failure | undefined {
  const owners = new Map(model.layers.toReversed().flatMap((layer) => layer.weights.map(({ name }): [string, Layer] => [name, layer])));
  // Of layers that reuse another, and have its path, the first is meant.
  const layers = new Map(model.layers.toReversed().map((layer) => [layer.path, layer]));
  const layerOf = ({ place }: Seen): Layer | undefined => ("path" in place ? layers.get(place.path) : owners.get(place.name));
  const first = firstOf(seen, layerOf);
  if (!first) return undefined;
  const { place } = first;
  const layer = layerOf(first);
  const facts = { step, epoch, found: words(first) };
  const at = (finding: ConstructorParameters<typeof Failure>[0]): Failure => new Failure(finding, layer?.span ?? model.span);
  switch (place.kind) {
    case "start":
    case "weight":
      return at(runProblems.weightNotFinite({ ...facts, name: place.name, isFirst: place.kind === "start" }));
    case "input":
      return at(runProblems.inputNotFinite({ ...facts, name: place.name }));
    case "loss":
      return at(runProblems.lossNotFinite({ ...facts, output: place.name }));
    case "forward": {
      const before = sizes.size > 0 ? sizes : weightSizes(seen.filter((one) => one.place.kind === "start"));
      const weights = largestOf((layer?.weights ?? []).flatMap(({ name }) => before.get(name) ?? []));
      return at(runProblems.forwardNotFinite({ ...facts, path: place.path, given: givenTo(model, layer, seen), weights }));
    }
    case "gradient":
    case "backward":
      return at(runProblems.backwardNotFinite({ ...facts, path: layer?.path ?? "", of: place.kind === "gradient" ? place.name : undefined, arrived: arrivedAt(model, layer, seen) }));
  }
}

/**
 * Where it began. Values are seen as they are computed; only of gradients, which come from behind, is it the layer furthest behind,
 * whether in what it passed back or in those of its weights.
 */
function firstOf(seen: readonly Seen[], layerOf: (seen: Seen) => Layer | undefined): Seen | undefined {
  const wrong = seen.filter(({ nan, infinite }) => nan + infinite > 0);
  const [first] = wrong;
  const isGradient = ({ place }: Seen): boolean => place.kind === "backward" || place.kind === "gradient";
  if (!first || !isGradient(first)) return first;
  const depth = (one: Seen): number => layerOf(one)?.id ?? 0;
  return wrong.filter(isGradient).reduce((deepest, one) => (depth(one) > depth(deepest) ? one : deepest));
}

/** The largest number that a layer was given. */
function givenTo({ layers }: Model, layer: Layer | undefined, seen: readonly Seen[]): number | undefined {
  const sources = (layer?.inputs ?? []).map((id) => layers[id]);
  const isGiven = ({ place }: Seen): boolean =>
    sources.some((source) => (place.kind === "forward" ? source?.path === place.path : place.kind === "input" && source?.operator === "input"));
  return largestOf(seen.filter(isGiven).map(({ largest }) => largest));
}

/** The largest number of the gradient that came back to a layer: from the layers behind it, or from the loss. */
function arrivedAt(model: Model, layer: Layer | undefined, seen: readonly Seen[]): number | undefined {
  const behind = reaching(model).flatMap(({ inputs, path }) => (layer && inputs.includes(layer.id) ? [path] : []));
  const arrived = seen.filter(({ place }) => (behind.length > 0 ? place.kind === "backward" && behind.includes(place.path) : place.kind === "loss"));
  return largestOf(arrived.map(({ largest }) => largest));
}

const largestOf = (sizes: readonly number[]): number | undefined => (sizes.length === 0 ? undefined : Math.max(...sizes));

/** `12 NaN and 3 infinite numbers` */
function words({ nan, infinite }: Seen): string {
  const parts = [...(nan > 0 ? [`${nan} NaN`] : []), ...(infinite > 0 ? [`${infinite} infinite ${infinite === 1 ? "number" : "numbers"}`] : [])];
  return parts.join(" and ");
}
