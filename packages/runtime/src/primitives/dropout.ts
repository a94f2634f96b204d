/** Dropout. The masks are hashes of seed, step, path and place: any backend, any slice of a batch draws the same. */

import type { Mode, Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { draws } from "../data/random.ts";
import { at, channelsOf, like, product } from "./tensors.ts";

export const dropout: Primitives["dropout"] = (x, p, path, mode) => drop(x, p, path, mode, x.shape.slice(1));

export const spatialDropout: Primitives["spatialDropout"] = (x, p, path, mode) =>
  drop(x, p, path, mode, [...x.shape.slice(1, -1).map(() => 1), channelsOf(x)]);

export const dropPath: Primitives["dropPath"] = (x, p, path, mode) => drop(x, p, path, mode, x.shape.slice(1).map(() => 1));

/** Times a mask of 0 and 1 / (1 − p), with one draw for each place of `shape` in each sample. */
function drop<T extends tf.Tensor>(x: T, p: number, path: string, { training, random }: Mode, shape: readonly number[]): T {
  if (!training || random === undefined || p === 0) return x;
  const batch = at(x.shape, 0);
  const places = product(shape);
  const { uniform } = draws(random.seed, "dropout", random.step, path);
  const first = (random.first ?? 0) * places;
  const kept = 1 / (1 - p);
  const mask = Float32Array.from({ length: batch * places }, (_, place) => (uniform(first + place) < p ? 0 : kept));
  return like(x, tf.mul(x, tf.tensor(mask, [batch, ...shape])));
}
