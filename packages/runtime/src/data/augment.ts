/**
 * From bytes to what the network sees: augmentations, then normalising. A pixel outside the image is 0 before normalising, as in
 * torchvision's order; a mask is moved with its image, and is of no class there. What is drawn at random depends on seed, epoch and
 * image alone.
 */

import { type Augmentation, augmentedSizes, type ColorJitter, type Normalization } from "@cnn-lang/shape-checker";
import { fail } from "../failure.ts";
import { imageProblems } from "./codes.ts";
import { brightness, contrast, hue, saturation } from "./color.ts";
import { type Images, isInFiles, sizesOf } from "./dataset.ts";
import { cut, flip, rotate } from "./geometry.ts";
import type { Pixels } from "./pixels.ts";
import { noClass, readerOf, type Sample } from "./pixel-source.ts";
import { type Draws, draws, permutation } from "./random.ts";

/** How images are prepared, in training and afterwards. Plain data: a worker thread can be given it. */
export interface Preparation {
  readonly augment: readonly Augmentation[];
  readonly normalization: Normalization;
  readonly seed: number;
}

/** What one image is drawn for; nothing is drawn in validation. */
interface Turn {
  readonly seed: number;
  readonly epoch: number;
  readonly image: number;
  /** Draws of flips, crops and turns: two for each step. */
  readonly moves: Draws;
}

/** What an image's flips, crops and turns are drawn from: two draws for each step. */
export const drawsOf = (seed: number, epoch: number, image: number): Draws => draws(seed, "augment", epoch, image);

/** Whether a step that flips does. */
export const isFlipped = (moves: Draws, step: number): boolean => moves.uniform(2 * step) < 0.5;

/** Where a piece begins along an axis, at a draw from 0 to 1 of all places; in the middle without one. */
export function cropStart(length: number, piece: number, padding: number, draw: number | undefined): number {
  const spare = length + 2 * padding - piece;
  return (draw === undefined ? Math.floor(spare / 2) : Math.floor(draw * (spare + 1))) - padding;
}

/** One step of the list, on image and mask alike. */
function augmented(sample: Sample, augmentation: Augmentation, step: number, turn: Turn | undefined): Sample {
  if ("crop" in augmentation) return cropped(sample, augmentation.crop, augmentation.padding, turn?.moves.uniform(2 * step), turn?.moves.uniform(2 * step + 1));
  if ("centerCrop" in augmentation) return cropped(sample, augmentation.centerCrop, 0, undefined, undefined);
  if (!turn) return sample;
  if ("flip" in augmentation) return isFlipped(turn.moves, step) ? both(sample, (pixels) => flip(pixels, augmentation.flip)) : sample;
  if ("rotate" in augmentation) {
    const degrees = (2 * turn.moves.uniform(2 * step) - 1) * augmentation.rotate;
    return both(sample, (pixels, outside) => rotate(pixels, degrees, outside));
  }
  if ("jitter" in augmentation) return { ...sample, image: jittered(sample.image, augmentation.jitter, draws(turn.seed, "jitter", turn.epoch, turn.image, step)) };
  // Erasing comes last, behind normalising.
  return sample;
}

const both = ({ image, mask }: Sample, move: (pixels: Pixels, outside: number) => Pixels): Sample => ({ image: move(image, 0), ...(mask && { mask: move(mask, noClass) }) });

/** @param down @param right The draws of where the piece begins. */
function cropped(sample: Sample, size: readonly [number, number], padding: number, down: number | undefined, right: number | undefined): Sample {
  const { height, width } = sample.image;
  const [top, left] = [cropStart(height, size[0], padding, down), cropStart(width, size[1], padding, right)];
  return both(sample, (pixels, outside) => cut(pixels, size, top, left, outside));
}

/** torchvision's ColorJitter: each change with a factor of its own, in an order drawn at random. */
function jittered(image: Pixels, jitter: ColorJitter, random: Draws): Pixels {
  const factor = (by: number, element: number): number => {
    const least = Math.max(0, 1 - by);
    return least + random.uniform(element) * (1 + by - least);
  };
  const changes = [
    (pixels: Pixels) => (jitter.brightness > 0 ? brightness(pixels, factor(jitter.brightness, 10)) : pixels),
    (pixels: Pixels) => (jitter.contrast > 0 ? contrast(pixels, factor(jitter.contrast, 11)) : pixels),
    (pixels: Pixels) => (jitter.saturation > 0 ? saturation(pixels, factor(jitter.saturation, 12)) : pixels),
    (pixels: Pixels) => (jitter.hue > 0 ? hue(pixels, (2 * random.uniform(13) - 1) * jitter.hue) : pixels),
  ];
  return [...permutation(4, random)].reduce((pixels, which) => changes[which]?.(pixels) ?? pixels, image);
}

/** Prepares images of a set, one after the other. */
export interface Preparer {
  /** Numbers in one prepared image. */
  readonly length: number;
  /** Height and width of one prepared image. */
  readonly size: readonly [height: number, width: number];
  /**
   * Writes an image at the beginning of `to`, channels last, and the classes of its pixels at that of `mask`.
   *
   * @param epoch The epoch that augmentations are drawn for; undefined where nothing is random (validation, prediction).
   * @throws Failure CNN71xx where the image's file is not as it should be.
   */
  write(image: number, epoch: number | undefined, to: Float32Array, mask?: Int32Array): Promise<void>;
  /** The same of an image that was read already. */
  writeSample(sample: Sample, image: number, epoch: number | undefined, to: Float32Array, mask?: Int32Array): void;
}

export function preparer(images: Images, { augment, normalization, seed }: Preparation): Preparer {
  const { channels } = images;
  const size = preparedSize(images, augment);
  const read = readerOf(images);
  const values = normalizedValues(normalization, channels);
  const writeSample: Preparer["writeSample"] = (found, image, epoch, to, mask) => {
    const turn = epoch === undefined ? undefined : { seed, epoch, image, moves: drawsOf(seed, epoch, image) };
    const sample = augment.reduce((now, augmentation, step) => augmented(now, augmentation, step, turn), found);
    checkSize(images, image, sample.image, size);
    normalize(sample.image, values, to);
    if (turn) erase(to, sample.image, augment, turn);
    if (sample.mask) mask?.set(sample.mask.data);
  };
  return {
    length: size[0] * size[1] * channels,
    size,
    writeSample,
    write: async (image, epoch, to, mask) => writeSample(await read(image), image, epoch, to, mask),
  };
}

/** Height and width of the images after all augmentations. */
function preparedSize(images: Images, augment: readonly Augmentation[]): readonly [height: number, width: number] {
  const sizes = augmentedSizes(sizesOf(images), augment);
  const [height = 0, width = 0] = "tooLarge" in sizes ? sizes.piece : sizes.smallest;
  return [height, width];
}

function checkSize(images: Images, image: number, { height, width }: Pixels, size: readonly [number, number]): void {
  if (height === size[0] && width === size[1]) return;
  const file = (isInFiles(images) && images.pixels.files[image]) || `image ${image}`;
  fail(imageProblems.sizeDiffers({ file, found: `${width} x ${height}`, needed: `${size[1]} x ${size[0]}` }));
}

function normalize({ channels, data }: Pixels, values: Float32Array, to: Float32Array): void {
  for (let at = 0; at < data.length; at += channels) {
    for (let channel = 0; channel < channels; channel += 1) to[at + channel] = values[channel * 256 + (data[at + channel] ?? 0)] ?? 0;
  }
}

/** torchvision's RandomErasing on what is normalised: up to ten tries to draw a rectangle that fits. */
function erase(to: Float32Array, { height, width, channels }: Pixels, augment: readonly Augmentation[], { seed, epoch, image }: Turn): void {
  for (const [step, augmentation] of augment.entries()) {
    if (!("erase" in augmentation)) continue;
    const { uniform } = draws(seed, "erase", epoch, image, step);
    if (uniform(0) >= augmentation.erase) continue;
    const between = ([least, most]: readonly [number, number], draw: number): number => least + (most - least) * draw;
    const [flattest, tallest] = augmentation.ratio;
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const area = height * width * between(augmentation.scale, uniform(4 * attempt + 1));
      const ratio = Math.exp(between([Math.log(flattest), Math.log(tallest)], uniform(4 * attempt + 2)));
      const [tall, wide] = [Math.round(Math.sqrt(area * ratio)), Math.round(Math.sqrt(area / ratio))];
      if (tall >= height || wide >= width) continue;
      const top = Math.floor(uniform(4 * attempt + 3) * (height - tall + 1));
      const left = Math.floor(uniform(4 * attempt + 4) * (width - wide + 1));
      for (let y = top; y < top + tall; y += 1) to.fill(0, (y * width + left) * channels, (y * width + left + wide) * channels);
      break;
    }
  }
}

/** (byte / 255 − mean) / std for each channel and byte. */
export function normalizedValues({ mean, std }: Normalization, channels: number): Float32Array {
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
