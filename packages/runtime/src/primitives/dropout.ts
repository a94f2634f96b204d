/** Dropout. The masks are hashes of seed, step, path and place: any backend, any slice of a batch draws the same. */

import type { Mode, Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { dropoutDraws } from "../data/random.ts";
import { hasKernel, runKernel } from "../kernels/run.ts";
import { at, channelsOf, like, product } from "./tensors.ts";

export const dropout: Primitives["dropout"] = (x, p, path, mode) => drop(x, p, path, mode, x.shape.slice(1));

export const spatialDropout: Primitives["spatialDropout"] = (x, p, path, mode) =>
  drop(x, p, path, mode, [...x.shape.slice(1, -1).map(() => 1), channelsOf(x)]);

export const dropPath: Primitives["dropPath"] = (x, p, path, mode) => drop(x, p, path, mode, x.shape.slice(1).map(() => 1));

/** Times a mask of 0 and 1 / (1 − p), with one draw for each place of `shape` in each sample. */
function drop<T extends tf.Tensor>(x: T, p: number, path: string, { training, random }: Mode, shape: readonly number[]): T {
  if (!training || random === undefined || p === 0) return x;
  const places = product(shape);
  const { seed, step, first = 0 } = random, scale = 1 / (1 - p);
  if (hasKernel("CnnDropout")) {
    // A draw is a whole number of 2^24ths, and smaller than p where the number is below p · 2^24.
    return like(x, runKernel("CnnDropout", { x }, { seed, step, path, places, first, threshold: Math.ceil(p * 2 ** 24), scale }));
  }
  const batch = at(x.shape, 0), { uniform } = dropoutDraws({ seed, step, path });
  const mask = Float32Array.from({ length: batch * places }, (_, place) => (uniform(first * places + place) < p ? 0 : scale));
  return like(x, tf.mul(x, tf.tensor(mask, [batch, ...shape])));
}
