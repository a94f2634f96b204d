/** Mean and standard deviation of the pixels of some images, channel by channel. Sums of whole numbers are exact, whatever their order. */

import type { Normalization } from "@cnn-lang/shape-checker";

/** Of one image: the number of its pixels, then for each channel the sum of its values and of their squares. */
export type PixelSums = readonly number[];

export function sumsOf(data: Uint8Array, channels: number): PixelSums {
  const sums = Array.from({ length: 1 + 2 * channels }, () => 0);
  sums[0] = data.length / channels;
  for (let channel = 0; channel < channels; channel += 1) {
    let sum = 0;
    let squares = 0;
    for (let at = channel; at < data.length; at += channels) {
      const value = data[at] ?? 0;
      sum += value;
      squares += value * value;
    }
    sums[1 + 2 * channel] = sum;
    sums[2 + 2 * channel] = squares;
  }
  return sums;
}

/** Of values from 0 to 1; a constant channel has the deviation 1. */
export function statistics(all: Iterable<PixelSums>, channels: number): Normalization {
  const total = Array.from({ length: 1 + 2 * channels }, () => 0);
  for (const sums of all) sums.forEach((value, i) => (total[i] = (total[i] ?? 0) + value));
  const [pixels = 0] = total;
  const mean = Array.from({ length: channels }, (_, channel) => (total[1 + 2 * channel] ?? 0) / pixels / 255);
  const std = mean.map((value, channel) => Math.sqrt(Math.max(0, (total[2 + 2 * channel] ?? 0) / pixels / 255 ** 2 - value ** 2)) || 1);
  return { mean, std };
}
