/**
 * Looks for the first number that is none: where training goes to NaN or infinity, which layer was the first to give it, in
 * which direction, and with what it was given. Every value of a step is looked at, so a step takes longer; the numbers stay the same.
 */

import type { Observer } from "@cnn-lang/codegen";
import { reaching } from "@cnn-lang/codegen";
import type { Layer } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { runProblems } from "../codes.ts";
import { Failure } from "../failure.ts";
import type { Tensors } from "../load-module.ts";
import { differentiable, like } from "../primitives/tensors.ts";
import type { Network } from "../train/network.ts";
import type { Weights } from "../weights/transfer.ts";

export interface Watch {
  /** The network, with a forward pass that is watched in training. */
  readonly network: Network;
  /** Looks at a step's gradients, by the names of their weights. */
  gradients(gradients: Readonly<Weights>): void;
  /** Once a step is done: throws the Failure CNN8204 … CNN8207 where it had a number that is none. */
  judge(when: { readonly step: number; readonly epoch: number }): Promise<void>;
  dispose(): void;
}

/** Which value was looked at, in the order of a step. */
type Place =
  | { readonly kind: "weight" | "gradient"; readonly name: string }
  | { readonly kind: "input" | "loss"; readonly name: string }
  | { readonly kind: "forward" | "backward"; readonly path: string };

/** What was found there. */
interface Finding {
  readonly nan: number;
  readonly infinite: number;
  /** The largest distance from 0; NaN where there is NaN. */
  readonly largest: number;
}

interface Seen extends Finding {
  readonly place: Place;
}

/** Watches a network's training. */
export function createWatch(network: Network): Watch {
  const { model, observed, weights } = network;
  const byPath = new Map(model.layers.map((layer) => [layer.path, layer]));
  const ownerOf = new Map(model.layers.flatMap((layer) => layer.weights.map(({ name }): [string, Layer] => [name, layer])));
  let notes: { readonly place: Place; readonly counts: tf.Tensor }[] = [];
  /** How large the weights are that a step begins with. */
  let sizes: ReadonlyMap<string, number> = new Map();

  function note(place: Place, x: tf.Tensor): void {
    const counts = tf.tidy(() => tf.stack([tf.sum(tf.cast(tf.isNaN(x), "float32")), tf.sum(tf.cast(tf.isInf(x), "float32")), tf.max(tf.abs(x))]));
    notes.push({ place, counts: tf.keep(counts) });
  }

  /** The value as it is, and a look at its gradient on the way back. */
  const lookBack = <T extends tf.Tensor>(place: Place, x: T): T =>
    like(x, differentiable([x], () => tf.clone(x), (gradient) => {
      note(place, gradient);
      return [tf.clone(gradient)];
    }));

  const observer: Observer = {
    input: (path, _index, x) => lookBack({ kind: "backward", path }, x),
    output(path, y) {
      note({ kind: "forward", path }, y);
      return y;
    },
  };

  function noteWeights(): void {
    for (const [name, tensor] of Object.entries(weights)) if (tensor.dtype === "float32") note({ kind: "weight", name }, tensor);
  }

  noteWeights();
  return {
    network: {
      ...network,
      forward(given, inputs, mode) {
        if (!mode?.training) return network.forward(given, inputs, mode);
        for (const [name, tensor] of named(inputs, model.inputs[0]?.name)) note({ kind: "input", name }, tensor);
        const outputs = observed(given, inputs, mode, observer);
        if (outputs instanceof tf.Tensor) return lookBack({ kind: "loss", name: model.outputs[0]?.name ?? "" }, outputs);
        return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, lookBack({ kind: "loss", name }, output)]));
      },
    },
    gradients(gradients) {
      for (const [name, gradient] of Object.entries(gradients)) note({ kind: "gradient", name }, gradient);
    },
    async judge({ step, epoch }) {
      noteWeights();
      const seen = await read(notes);
      tf.dispose(notes.map(({ counts }) => counts));
      notes = [];
      const first = firstOf(seen, (name) => ownerOf.get(name)?.id ?? 0, (path) => byPath.get(path)?.id ?? 0);
      if (first) throw failureOf(first, seen);
      sizes = new Map(seen.flatMap(({ place, largest }) => (place.kind === "weight" ? [[place.name, largest] as const] : [])));

      function failureOf({ place, ...found }: Seen, all: readonly Seen[]): Failure {
        const facts = { step, epoch, found: words(found) };
        switch (place.kind) {
          case "input":
            return new Failure(runProblems.inputNotFinite({ ...facts, name: place.name }), model.span);
          case "loss":
            return new Failure(runProblems.lossNotFinite({ ...facts, output: place.name }), model.span);
          case "weight": {
            const isFirst = sizes.size === 0 && all.findIndex((one) => one.place === place) < Object.keys(weights).length;
            return new Failure(runProblems.weightNotFinite({ ...facts, name: place.name, isFirst }), ownerOf.get(place.name)?.span ?? model.span);
          }
          case "gradient": {
            const { path = "", span = model.span } = ownerOf.get(place.name) ?? {};
            return new Failure(runProblems.backwardNotFinite({ ...facts, path, of: place.name, arrived: arrivedAt(path, all) }), span);
          }
          case "backward":
            return new Failure(runProblems.backwardNotFinite({ ...facts, path: place.path, of: undefined, arrived: arrivedAt(place.path, all) }), byPath.get(place.path)?.span ?? model.span);
          case "forward": {
            const layer = byPath.get(place.path);
            const sources = (layer?.inputs ?? []).map((id) => model.layers[id]);
            const went = all.filter((one) => (one.place.kind === "forward" && sources.some((source) => source && one.place.kind === "forward" && one.place.path === source.path)) || (one.place.kind === "input" && sources.some((source) => source?.operator === "input")));
            const own = (layer?.weights ?? []).flatMap(({ name }) => sizes.get(name) ?? sizeOf(name, all) ?? []);
            return new Failure(runProblems.forwardNotFinite({ ...facts, path: place.path, given: largestOf(went.map(({ largest }) => largest)), weights: largestOf(own) }), layer?.span ?? model.span);
          }
        }
      }
    },
    dispose() {
      tf.dispose(notes.map(({ counts }) => counts));
    },
  };

  /** The largest number of the gradient that arrived at a layer's output: what the layers behind it passed back, or the loss. */
  function arrivedAt(path: string, all: readonly Seen[]): number | undefined {
    const id = byPath.get(path)?.id;
    const behind = reaching(model).filter(({ inputs }) => id !== undefined && inputs.includes(id));
    const arrived = all.filter(({ place }) => (place.kind === "backward" && behind.some((layer) => layer.path === place.path)) || (place.kind === "loss" && behind.length === 0));
    return largestOf(arrived.map(({ largest }) => largest));
  }
}

const sizeOf = (name: string, all: readonly Seen[]): number | undefined => all.find(({ place }) => place.kind === "weight" && place.name === name)?.largest;

const largestOf = (sizes: readonly number[]): number | undefined => (sizes.length === 0 ? undefined : Math.max(...sizes));

const named = (inputs: Tensors, name = ""): readonly (readonly [string, tf.Tensor])[] => (inputs instanceof tf.Tensor ? [[name, inputs]] : Object.entries(inputs));

/** Reads all counts at once: on a GPU each reading waits for all that was asked before. */
async function read(notes: readonly { readonly place: Place; readonly counts: tf.Tensor }[]): Promise<readonly Seen[]> {
  const all = tf.tidy(() => tf.stack(notes.map(({ counts }) => counts)));
  const values = await all.data();
  all.dispose();
  return notes.map(({ place }, i) => ({ place, nan: values[3 * i] ?? 0, infinite: values[3 * i + 1] ?? 0, largest: values[3 * i + 2] ?? 0 }));
}

/**
 * Where it began. Values are noted as they are computed, but for the gradients of weights, which come at the end: of those and
 * of what was passed back, the layer furthest behind was first, since gradients come from behind.
 */
function firstOf(seen: readonly Seen[], ownerOf: (name: string) => number, layerOf: (path: string) => number): Seen | undefined {
  const [first] = seen.filter(({ nan, infinite }) => nan + infinite > 0);
  if (first === undefined || (first.place.kind !== "backward" && first.place.kind !== "gradient")) return first;
  const depth = ({ place }: Seen): number => (place.kind === "backward" ? layerOf(place.path) : place.kind === "gradient" ? ownerOf(place.name) : -1);
  return seen.filter(({ nan, infinite, place }) => nan + infinite > 0 && place.kind !== "weight").reduce((deepest, one) => (depth(one) > depth(deepest) ? one : deepest), first);
}

/** `12 NaN and 3 infinite numbers` */
function words({ nan, infinite }: Finding): string {
  const parts = [...(nan > 0 ? [`${nan} NaN`] : []), ...(infinite > 0 ? [`${infinite} infinite ${infinite === 1 ? "number" : "numbers"}`] : [])];
  return parts.join(" and ");
}
