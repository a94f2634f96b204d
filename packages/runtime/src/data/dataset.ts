/** What a data set is to a training: images as bytes, channels last, with a label for each; in memory, or in files of their own. */

import type { DataManifest, LabelKind, Resize, Sizes } from "@cnn-lang/shape-checker";

/** Images with their labels. Plain data: a worker thread can be given it. */
export type Images = ImagesInMemory | ImagesInFiles;

interface Labelled {
  readonly count: number;
  /** Of each image; where they differ in size, the smallest there is. */
  readonly height: number;
  readonly width: number;
  /** Where they differ in size, the largest height and width. */
  readonly largest?: readonly [height: number, width: number];
  readonly channels: number;
  /** Classes unless given. */
  readonly labelKind?: LabelKind;
  /** `[count]` classes from 0; `[count, n]` numbers, or yes (1) and no (0); none beside masks. */
  readonly labels: Uint8Array | Int32Array | Float32Array;
}

export interface ImagesInMemory extends Labelled {
  /** `[count, height, width, channels]`, 0 … 255. */
  readonly pixels: Uint8Array;
  /** The class of each pixel, `[count, height, width]`. */
  readonly masks?: Uint8Array;
}

export interface ImagesInFiles extends Labelled {
  readonly pixels: ImageFiles;
}

/** Images that are decoded, made gray or colour, and resized, whenever they are wanted. */
interface ImageFiles {
  readonly files: readonly string[];
  /** The mask of each image. */
  readonly masks?: readonly string[];
  /** How many classes the masks know. */
  readonly classes?: number;
  readonly resize: Resize | null;
}

/** In bytes or in files? */
export const isInFiles = (images: Images): images is ImagesInFiles => "files" in images.pixels;

export const sizesOf = ({ height, width, largest = [height, width] }: Images): Sizes => ({ smallest: [height, width], largest });

/** A data set. Its images are read when they are asked for; whatever is wrong with its files throws a Failure CNN7xxx. */
export interface DataSet {
  readonly manifest: DataManifest;
  /** The training images; at least the first `atLeast` of them, where making more would be in vain. */
  train(atLeast?: number): Images;
  /** Throws the Failure CNN7014 where the set has none. */
  test(): Images;
}

/** How images are wanted, before any augmentation. */
export interface Wanted {
  readonly resize: Resize | null;
  readonly channels: 1 | 3 | null;
  /** The names of the classes that a model knows already; those of the folder unless given. */
  readonly labels?: readonly string[];
}

export const asTheyAre: Wanted = { resize: null, channels: null };

/** How a format is found, and read. */
export interface DataReader {
  /** Whether a folder with files and folders of these names looks like this format. */
  fits(names: readonly string[], folder: string): boolean;
  /** What the folder holds, from its files' headers. */
  open(folder: string, wanted: Wanted): DataSet;
}

/** The numbers of images `first` … `end − 1`, in order. */
export const range = (first: number, end: number): Uint32Array => Uint32Array.from({ length: end - first }, (_, index) => first + index);
