/** How a batch is divided: which images each thread takes, and how much its losses count in the whole batch's. */

import type { Batch } from "../data/batch.ts";
import type { Head } from "../train/heads.ts";

/** A slice has at least two images: batch norm needs two values a channel, whatever the map's size. */
export const imagesPerSlice = 2;

/** How many threads have images of a batch: the first so many. */
export const slicesOf = (batch: number, threads: number): number => Math.max(1, Math.min(threads, Math.floor(batch / imagesPerSlice)));

/** The images of a slice: from the first to before the last. */
export const boundsOf = (batch: number, slices: number, slice: number): readonly [number, number] => [Math.floor((batch * slice) / slices), Math.floor((batch * (slice + 1)) / slices)];

/** Some of a batch's images, on the same memory. */
export function sliceOf({ size, shape: [, height, width, channels], images, labels }: Batch, [first, last]: readonly [number, number]): Batch {
  const [pixels, each] = [images.length / size, labels.length / size];
  return { size: last - first, shape: [last - first, height, width, channels], images: images.subarray(first * pixels, last * pixels), labels: labels.subarray(first * each, last * each) };
}

/**
 * What a head's loss of a slice is multiplied by, so that those of all slices add up to the whole batch's: a loss is a mean over
 * what it counts, which are images, or labels by their weights.
 */
export function shareOf(head: Head, slice: Batch, batch: Batch): number {
  const all = countedIn(head, batch);
  return all === 0 ? 0 : countedIn(head, slice) / all;
}

function countedIn({ loss, width }: Head, { size, labels }: Batch): number {
  const ignored = loss.name === "pixel-cross-entropy" ? loss.ignore : null;
  const weights = loss.name === "pixel-cross-entropy" || loss.name === "cross-entropy" ? loss.classWeights : null;
  if (loss.name !== "pixel-cross-entropy" && weights === null) return size;
  let sum = 0;
  for (const label of labels) if (label >= 0 && label < width && label !== ignored) sum += weights?.[label] ?? 1;
  return sum;
}
