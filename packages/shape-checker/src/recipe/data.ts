/** The recipe's `data`: where images come from, and what happens to them on their way into the network. */

import type { LabelKind } from "./manifest.ts";

export const dataFormats = ["digits", "mnist", "idx", "cifar10", "cifar100", "folder", "masks", "table"] as const;
export type DataFormat = (typeof dataFormats)[number];

/**
 * One step of preparing an image. What is drawn at random is drawn in training only: else nothing is flipped, turned, jittered or
 * erased, and pieces are cut from the middle.
 */
export type Augmentation =
  /** Mirrors an image, or not, drawn at random. */
  | { readonly flip: "horizontal" | "vertical" }
  /** Zeros around the image, then a piece of this height and width at a random place. */
  | { readonly crop: readonly [height: number, width: number]; readonly padding: number }
  /** The middle of the image. */
  | { readonly centerCrop: readonly [height: number, width: number] }
  /** Turns by up to so many degrees either way; what comes from outside is 0. */
  | { readonly rotate: number }
  | { readonly jitter: ColorJitter }
  /** With this probability a rectangle, so large a share of the image and so tall for its width, becomes 0 after normalising. */
  | { readonly erase: number; readonly scale: readonly [least: number, most: number]; readonly ratio: readonly [least: number, most: number] };

/** How far brightness, contrast and saturation may go from 1, times; the hue from 0, in turns of the colour wheel. */
export interface ColorJitter {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly hue: number;
}

/** (value / 255 − mean) / std, one number a channel. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Height and width, or the length of the shorter side: the other keeps the image's proportions. */
export type Resize = readonly [height: number, width: number] | number;

export interface DataSettings {
  readonly format: DataFormat;
  /** The folder of its files; null for generated data. */
  readonly path: string | null;
  /** A share of the training images, the set's own test images, or none. */
  readonly validation: number | "test" | null;
  /** The size that every image is brought to before all else; null leaves them as they are. */
  readonly resize: Resize | null;
  /** 1: gray, 3: colour; null: as the files are. */
  readonly channels: 1 | 3 | null;
  readonly augment: readonly Augmentation[];
  /** `auto`: computed from the training images. */
  readonly normalize: Normalization | "auto" | null;
  /** What image files that cannot be decoded do: end the training before it begins, or are left out. */
  readonly unreadable: "fail" | "skip";
  /** The first so many training images; null for all. */
  readonly limit: number | null;
  /** Threads that decode and prepare images beside the training; 0 does it within; null chooses. */
  readonly workers: number | null;
  readonly expects?: { readonly shape: string; readonly classes: number; readonly labelKind?: LabelKind };
}

/** As its author wrote it: whatever has a default may be left out. */
export type WrittenData = Pick<DataSettings, "format"> &
  Partial<Omit<DataSettings, "format" | "augment">> & { readonly augment?: readonly WrittenAugmentation[] };

type WrittenAugmentation =
  | Extract<Augmentation, { flip: unknown } | { centerCrop: unknown } | { rotate: unknown }>
  | { readonly crop: readonly [number, number]; readonly padding?: number }
  | { readonly jitter: Partial<ColorJitter> }
  | { readonly erase: number; readonly scale?: readonly [number, number]; readonly ratio?: readonly [number, number] };

/** Writes every default out; those of `erase` are torchvision's. */
export function resolveData(written: WrittenData): DataSettings {
  return {
    format: written.format,
    path: written.path ?? null,
    validation: written.validation === undefined ? 0.1 : written.validation,
    resize: written.resize ?? null,
    channels: written.channels ?? null,
    augment: (written.augment ?? []).map(resolveAugmentation),
    normalize: written.normalize === undefined ? "auto" : written.normalize,
    unreadable: written.unreadable ?? "fail",
    limit: written.limit ?? null,
    workers: written.workers ?? null,
    ...(written.expects && { expects: written.expects }),
  };
}

function resolveAugmentation(step: WrittenAugmentation): Augmentation {
  if ("crop" in step) return { padding: 0, ...step };
  if ("jitter" in step) return { jitter: { brightness: 0, contrast: 0, saturation: 0, hue: 0, ...step.jitter } };
  if ("erase" in step) return { scale: [0.02, 0.33], ratio: [0.3, 3.3], ...step };
  return step;
}
