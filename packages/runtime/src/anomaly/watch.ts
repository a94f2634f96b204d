/**
 * Watches a training for the first number that is none: NaN or infinity. Every value of a step is looked at, so that a step takes
 * longer; its numbers stay the same.
 */

import type { Observer } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../load-module.ts";
import { differentiable, like } from "../primitives/tensors.ts";
import type { Network } from "../train/network.ts";
import type { Weights } from "../weights/transfer.ts";
import { failureIn, type Place, type Seen, weightSizes } from "./report.ts";

export interface Watch {
  /** The network, with a forward pass that is watched in training. */
  readonly network: Network;
  /** Looks at a step's gradients, by the names of their weights. */
  gradients(gradients: Readonly<Weights>): void;
  /** Once a step is done: throws the Failure CNN8204 … CNN8208 where it had a number that is none. */
  judge(when: { readonly step: number; readonly epoch: number }): Promise<void>;
  dispose(): void;
}

/** A look at a value: how many NaN, how many infinite numbers, and the largest distance from 0, as one tensor. */
interface Note {
  readonly place: Place;
  readonly counts: tf.Tensor;
}

/** Watches a network's training. */
export function createWatch(network: Network): Watch {
  const { model, observed, weights } = network;
  const notes: Note[] = [];
  /** How large the weights are that a step begins with. */
  let sizes: ReadonlyMap<string, number> = new Map();

  function note(place: Place, x: tf.Tensor): void {
    const counts = tf.tidy(() => tf.stack([tf.sum(tf.cast(tf.isNaN(x), "float32")), tf.sum(tf.cast(tf.isInf(x), "float32")), tf.max(tf.abs(x))]));
    notes.push({ place, counts: tf.keep(counts) });
  }

  function noteWeights(kind: "start" | "weight"): void {
    for (const [name, tensor] of Object.entries(weights)) if (tensor.dtype === "float32") note({ kind, name }, tensor);
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

  const dispose = (): void => tf.dispose(notes.splice(0).map(({ counts }) => counts));

  noteWeights("start");
  return {
    network: {
      ...network,
      forward(given, inputs, mode) {
        if (!mode?.training) return network.forward(given, inputs, mode);
        for (const [name, tensor] of named(inputs, model.inputs[0]?.name)) note({ kind: "input", name }, tensor);
        const outputs = named(observed(given, inputs, mode, observer), model.outputs[0]?.name);
        const watched = outputs.map(([name, output]) => [name, lookBack({ kind: "loss", name }, output)] as const);
        const [only] = watched;
        return watched.length === 1 && only ? only[1] : Object.fromEntries(watched);
      },
    },
    gradients(gradients) {
      for (const [name, gradient] of Object.entries(gradients)) note({ kind: "gradient", name }, gradient);
    },
    async judge(when) {
      noteWeights("weight");
      const seen = await read(notes);
      dispose();
      const failure = failureIn(model, seen, sizes, when);
      if (failure) throw failure;
      sizes = weightSizes(seen);
    },
    dispose,
  };
}

const named = (tensors: Tensors, name = ""): readonly (readonly [string, tf.Tensor])[] => (tensors instanceof tf.Tensor ? [[name, tensors]] : Object.entries(tensors));

/** Reads all counts at once: on a GPU each reading waits for all that was asked before. */
async function read(notes: readonly Note[]): Promise<readonly Seen[]> {
  const all = tf.tidy(() => tf.stack(notes.map(({ counts }) => counts)));
  const values = await all.data();
  all.dispose();
  return notes.map(({ place }, i) => ({ place, nan: values[3 * i] ?? 0, infinite: values[3 * i + 1] ?? 0, largest: values[3 * i + 2] ?? 0 }));
}
