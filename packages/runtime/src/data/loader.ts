/** Which images belong together: the training and the validation part, the order of an epoch, its batches. */

import { dataProblems } from "./codes.ts";
import { fail } from "../failure.ts";
import type { Preparation } from "./augment.ts";
import type { Batch } from "./batch.ts";
import { type Images, isInFiles, range } from "./dataset.ts";
import type { Pool } from "./threads.ts";
import { draws, permutation } from "./random.ts";

/** Some of a set's images. */
export interface Part {
  readonly images: Images;
  readonly indices: Uint32Array;
}

/** All images of a set. */
export const whole = (images: Images): Part => ({ images, indices: range(0, images.count) });

/** The first so many images; of files, which lie class by class, so many at equal distances. */
export function limited(images: Images, limit: number | null): Part {
  const { count } = images;
  if (limit === null || limit >= count) return whole(images);
  return { images, indices: isInFiles(images) ? range(0, limit).map((place) => Math.floor((place * count) / limit)) : range(0, limit) };
}

/**
 * Takes a share of the images, drawn at random, from the others. Both keep the set's own order, so that an epoch without shuffling
 * runs through it.
 *
 * @throws Failure CNN7016 where nothing is left to train on.
 */
export function split({ images, indices }: Part, share: number, seed: number): { readonly train: Part; readonly validation: Part } {
  const count = Math.max(1, Math.round(indices.length * share));
  if (count >= indices.length) fail(dataProblems.nothingLeft({ images: indices.length, validation: count }));
  const order = permutation(indices.length, draws(seed, "validation"));
  const take = (places: Uint32Array): Part => ({ images, indices: places.sort().map((place) => indices[place] ?? 0) });
  return { train: take(order.slice(count)), validation: take(order.slice(0, count)) };
}

/** The images of a part in the order in which an epoch (from 1) takes them. */
export function epochOrder({ indices }: Part, shuffle: boolean, seed: number, epoch: number): Uint32Array {
  return shuffle ? permutation(indices.length, draws(seed, "shuffle", epoch)).map((place) => indices[place] ?? 0) : indices;
}

/** Gives the batches of images, prepared. */
export interface Loader {
  /**
   * Batches of these images, in order. Where there are threads, the next ones are prepared while one is used.
   *
   * @param epoch The epoch that augmentations are drawn for; undefined where nothing is random.
   */
  batches(indices: Uint32Array, batchSize: number, epoch?: number): AsyncGenerator<Batch, void>;
}

export function createLoader(pool: Pool, images: Images, preparation: Preparation): Loader {
  const set = pool.open(images, preparation);
  return {
    async *batches(indices, batchSize, epoch) {
      const ahead = pool.threads + 1;
      const waiting: Promise<Batch>[] = [];
      let next = 0;
      const fill = (): void => {
        for (; waiting.length < ahead && next < indices.length; next += batchSize) {
          const batch = pool.batch(set, indices.slice(next, next + batchSize), epoch);
          // Whoever takes it hears of it; one that nobody takes any more must not end the process.
          batch.catch(() => {});
          waiting.push(batch);
        }
      };
      fill();
      while (waiting.length > 0) {
        const batch = await waiting.shift();
        // Threads go on with the next ones while this one is used.
        if (pool.threads > 0) fill();
        if (batch) yield batch;
        fill();
      }
    },
  };
}

/** How many steps an epoch takes: the last batch may be smaller. */
export const stepsOf = (part: Part, batch: number): number => Math.ceil(part.indices.length / batch);
