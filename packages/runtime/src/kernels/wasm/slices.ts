/** What batch norm sums up over the slices of one batch, so that it is that of the whole batch; nothing is lost to the division. */

import type { Heap, Slices } from "./heap.ts";

/**
 * Makes means and variances of a slice's rows `[channels]` those of all slices' rows, in place, and gives how many those are:
 * the variance is the mean of each slice's own and of its mean's squared distance from the common one.
 */
export function combineMoments(heap: Heap, slices: Slices, rows: number, channels: number, mean: number, variance: number): number {
  const parts = exchanged(heap, slices, rows, channels, mean, variance);
  const all = rowsOf(parts);
  const [means, variances] = [heap.floats(mean, channels), heap.floats(variance, channels)];
  for (let c = 0; c < channels; c += 1) {
    let common = 0, spread = 0;
    for (const part of parts) common += (at(part, 0) / all) * at(part, 1 + c);
    for (const part of parts) spread += (at(part, 0) / all) * (at(part, 1 + channels + c) + (at(part, 1 + c) - common) ** 2);
    means[c] = common;
    variances[c] = spread;
  }
  return all;
}

/** Makes two rows of sums over a slice `[channels]` those over all slices, in place, and gives how many rows those have. */
export function addSums(heap: Heap, slices: Slices, rows: number, channels: number, first: number, second: number): number {
  const parts = exchanged(heap, slices, rows, channels, first, second);
  for (const [place, address] of [first, second].entries()) {
    const sums = heap.floats(address, channels);
    for (let c = 0; c < channels; c += 1) sums[c] = parts.reduce((sum, part) => sum + at(part, 1 + place * channels + c), 0);
  }
  return rowsOf(parts);
}

/** What all slices have of two rows [channels], behind the number of rows that theirs come of. */
function exchanged(heap: Heap, slices: Slices, rows: number, channels: number, first: number, second: number): readonly Float64Array[] {
  const own = new Float64Array(1 + 2 * channels);
  own[0] = rows;
  own.set(heap.floats(first, channels), 1);
  own.set(heap.floats(second, channels), 1 + channels);
  return slices.exchange(own);
}

const rowsOf = (parts: readonly Float64Array[]): number => parts.reduce((sum, part) => sum + at(part, 0), 0);

const at = (values: Float64Array, place: number): number => values[place] ?? Number.NaN;
