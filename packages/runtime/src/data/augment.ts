/**
 * From bytes to what the network sees: flips and crops, then normalising. A pixel outside the image is 0 before normalising, as
 * in torchvision's order. What is drawn at random depends on seed, epoch and image alone.
 */

import type { Augmentation, Normalization } from "@cnn-lang/shape-checker";
import type { Images } from "./dataset.ts";
import { type Draws, draws } from "./random.ts";

/** How images are prepared, in training and afterwards. */
export interface Preparation {
  readonly augment: readonly Augmentation[];
  readonly normalization: Normalization;
  readonly seed: number;
}

/** Source positions along one axis, by place in the result; −1 where there is none. */
type Positions = readonly number[];

interface Geometry {
  readonly rows: Positions;
  readonly columns: Positions;
}

/** Which rows and columns of an image are taken, in which order. Without draws nothing is flipped, and crops are central. */
function geometry(height: number, width: number, augment: readonly Augmentation[], random: Draws | undefined): Geometry {
  let rows: Positions = Array.from({ length: height }, (_, row) => row);
  let columns: Positions = Array.from({ length: width }, (_, column) => column);
  for (const [step, augmentation] of augment.entries()) {
    if ("flip" in augmentation) {
      if (random && random.uniform(2 * step) < 0.5) columns = columns.toReversed();
      continue;
    }
    if (!("crop" in augmentation)) continue;
    const { crop: [cropHeight, cropWidth], padding } = augmentation;
    const top = random ? random.uniform(2 * step) : undefined;
    const left = random ? random.uniform(2 * step + 1) : undefined;
    rows = cut(rows, cropHeight, padding, top);
    columns = cut(columns, cropWidth, padding, left);
  }
  return { rows, columns };
}

/** @param draw Where the piece begins, from 0 to 1 of what is possible; the middle without it. */
function cut(positions: Positions, size: number, padding: number, draw: number | undefined): Positions {
  const spare = positions.length + 2 * padding - size;
  const start = draw === undefined ? Math.floor(spare / 2) : Math.floor(draw * (spare + 1));
  return Array.from({ length: size }, (_, place) => positions[place + start - padding] ?? -1);
}

/** Height and width of an image after all augmentations. */
export function augmentedSize({ height, width }: Pick<Images, "height" | "width">, augment: readonly Augmentation[]): readonly [number, number] {
  const { rows, columns } = geometry(height, width, augment, undefined);
  return [rows.length, columns.length];
}

/** Writes prepared images. */
export interface Preparer {
  /** Numbers in one prepared image. */
  readonly length: number;
  /** Height and width of one prepared image. */
  readonly size: readonly [height: number, width: number];
  /**
   * Writes an image at the beginning of `to`, channels last.
   *
   * @param epoch The epoch that flips and crops are drawn for; undefined where nothing is random (validation, prediction).
   */
  write(image: number, epoch: number | undefined, to: Float32Array): void;
}

export function preparer({ pixels, height, width, channels }: Images, { augment, normalization, seed }: Preparation): Preparer {
  const size = augmentedSize({ height, width }, augment);
  const still = geometry(height, width, augment, undefined);
  const values = normalizedValues(normalization, channels);
  return {
    length: size[0] * size[1] * channels,
    size,
    write(image, epoch, to) {
      const random = epoch === undefined || augment.length === 0 ? undefined : draws(seed, "augment", epoch, image);
      const { rows, columns } = random ? geometry(height, width, augment, random) : still;
      const start = image * height * width * channels;
      let at = 0;
      for (const row of rows) {
        for (const column of columns) {
          const outside = row < 0 || column < 0;
          const from = start + (row * width + column) * channels;
          for (let channel = 0; channel < channels; channel += 1) {
            to[at++] = values[channel * 256 + (outside ? 0 : (pixels[from + channel] ?? 0))] ?? 0;
          }
        }
      }
    },
  };
}

/** (byte / 255 − mean) / std for each channel and byte. */
function normalizedValues({ mean, std }: Normalization, channels: number): Float32Array {
  return Float32Array.from({ length: channels * 256 }, (_, index) => {
    const channel = Math.floor(index / 256);
    return ((index % 256) / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
  });
}

/** Normalising that only divides by 255. */
export const unchanged = (channels: number): Normalization => ({
  mean: Array.from({ length: channels }, () => 0),
  std: Array.from({ length: channels }, () => 1),
});

/** Mean and standard deviation of each channel of some images, of values from 0 to 1; a constant channel has the deviation 1. */
export function statistics({ pixels, height, width, channels }: Images, indices: Uint32Array): Normalization {
  // Sums of whole numbers are exact, whatever their order.
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const length = height * width * channels;
  for (const image of indices) {
    for (let at = image * length; at < (image + 1) * length; at += channels) {
      for (let channel = 0; channel < channels; channel += 1) {
        const value = pixels[at + channel] ?? 0;
        sums[channel] = (sums[channel] ?? 0) + value;
        squares[channel] = (squares[channel] ?? 0) + value * value;
      }
    }
  }
  const count = indices.length * height * width;
  const mean = [...sums].map((sum) => sum / count / 255);
  const std = [...squares].map((sum, channel) => Math.sqrt(Math.max(0, sum / count / 255 ** 2 - (mean[channel] ?? 0) ** 2)) || 1);
  return { mean, std };
}
