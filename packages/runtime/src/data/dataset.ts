/** What a data set is to a training: images as bytes, channels last, with a class for each. */

import type { DataManifest } from "@cnn-lang/shape-checker";

/** Images of one size with their labels. */
export interface Images {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** `[count, height, width, channels]`, 0 … 255. */
  readonly pixels: Uint8Array;
  /** `[count]`, classes from 0. */
  readonly labels: Uint8Array;
}

/** A data set. Its images are read when they are asked for; whatever is wrong with its files throws a Failure CNN7xxx. */
export interface DataSet {
  readonly manifest: DataManifest;
  /** The training images; at least the first `atLeast` of them, where making more would be in vain. */
  train(atLeast?: number): Images;
  /** Throws the Failure CNN7014 where the set has none. */
  test(): Images;
}

/** How a format is found, and read. */
export interface DataReader {
  /** Whether a folder with these file names looks like this format. */
  fits(names: readonly string[]): boolean;
  /** What the folder holds, from its files' headers. */
  open(folder: string): DataSet;
}

/** The numbers of images `first` … `end − 1`, in order. */
export const range = (first: number, end: number): Uint32Array => Uint32Array.from({ length: end - first }, (_, index) => first + index);
