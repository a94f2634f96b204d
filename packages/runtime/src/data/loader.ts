/** Which images belong together: the training and the validation part, the order of an epoch, its batches. */

import type { DataSettings } from "@cnn-lang/shape-checker";
import { dataProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import { type DataSet, type Images, range } from "./dataset.ts";
import type { Preparer } from "./augment.ts";
import { draws, permutation } from "./random.ts";

/** Some of a set's images. */
export interface Part {
  readonly images: Images;
  readonly indices: Uint32Array;
}

/**
 * The parts of a data set that a recipe trains on and judges by.
 *
 * @throws Failure CNN7016 where nothing is left to train on, CNN7014 where test images are asked for and there are none.
 */
export function partition(set: DataSet, { limit, validation }: Pick<DataSettings, "limit" | "validation">, seed: number): { readonly train: Part; readonly validation: Part | undefined } {
  const images = set.train(limit ?? undefined);
  const used = Math.min(images.count, limit ?? images.count);
  if (validation === null) return { train: { images, indices: range(0, used) }, validation: undefined };
  if (validation === "test") return { train: { images, indices: range(0, used) }, validation: whole(set.test()) };
  const share = Math.max(1, Math.round(used * validation));
  if (share >= used) fail(dataProblems.nothingLeft({ images: used, validation: share }));
  const order = permutation(used, draws(seed, "validation"));
  // In the set's own order, so that an epoch without shuffling runs through it.
  return { train: { images, indices: order.slice(share).sort() }, validation: { images, indices: order.slice(0, share).sort() } };
}

/** All images of a set. */
export const whole = (images: Images): Part => ({ images, indices: range(0, images.count) });

/** The images of a part in the order in which an epoch (from 1) takes them. */
export function epochOrder({ indices }: Part, shuffle: boolean, seed: number, epoch: number): Uint32Array {
  return shuffle ? permutation(indices.length, draws(seed, "shuffle", epoch)).map((place) => indices[place] ?? 0) : indices;
}

export interface Batch {
  readonly size: number;
  /** `[size, height, width, channels]`. */
  readonly shape: readonly [number, number, number, number];
  readonly images: Float32Array;
  /** `[size]`. */
  readonly labels: Int32Array;
}

/**
 * Prepares a batch.
 *
 * @param indices Which images, in order.
 * @param epoch The epoch that flips and crops are drawn for; undefined where nothing is random.
 */
export function makeBatch({ labels, channels }: Images, prepare: Preparer, indices: Uint32Array, epoch?: number): Batch {
  const images = new Float32Array(indices.length * prepare.length);
  indices.forEach((image, place) => prepare.write(image, epoch, images.subarray(place * prepare.length, (place + 1) * prepare.length)));
  return {
    size: indices.length,
    shape: [indices.length, ...prepare.size, channels],
    images,
    labels: Int32Array.from(indices, (image) => labels[image] ?? 0),
  };
}

/** How many steps an epoch takes: the last batch may be smaller. */
export const stepsOf = (part: Part, batch: number): number => Math.ceil(part.indices.length / batch);
