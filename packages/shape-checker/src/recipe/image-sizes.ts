/** The size of an image on its way into the network: as its file has it, after `resize`, after each augmentation. */

import type { Augmentation, Resize } from "./data.ts";

type Size = readonly number[];

/** Between which heights and widths the images of a data set lie. */
export interface Sizes {
  readonly smallest: Size;
  readonly largest: Size;
}

export const oneSize = (size: Size): Sizes => ({ smallest: size, largest: size });

export const isOneSize = ({ smallest, largest }: Sizes): boolean => smallest.join() === largest.join();

/** Height and width after `resize`, as torchvision rounds them: the longer side down. */
export function resizedSize([height, width]: readonly [number, number], resize: Resize | null): readonly [height: number, width: number] {
  if (resize === null) return [height, width];
  if (typeof resize !== "number") return resize;
  return height <= width ? [resize, Math.floor((resize * width) / height)] : [Math.floor((resize * height) / width), resize];
}

/** Sizes after `resize`. Where only the shorter side is set, and proportions differ, nothing bounds the longer one. */
export function resizedSizes(sizes: Sizes, resize: Resize | null): Sizes {
  if (resize === null) return sizes;
  if (typeof resize !== "number") return oneSize(resize);
  const [height = 1, width = 1] = sizes.smallest;
  return isOneSize(sizes) ? oneSize(resizedSize([height, width], resize)) : { smallest: [resize, resize], largest: [Infinity, Infinity] };
}

export interface TooLarge {
  /** The augmentation's place in the list. */
  readonly tooLarge: number;
  readonly piece: Size;
  readonly image: Size;
  readonly padded: Size;
}

/** Sizes after all augmentations, or which of them cuts out more than there is. */
export function augmentedSizes(sizes: Sizes, augment: readonly Augmentation[]): Sizes | TooLarge {
  let now = sizes;
  for (const [step, augmentation] of augment.entries()) {
    const piece = "crop" in augmentation ? augmentation.crop : "centerCrop" in augmentation ? augmentation.centerCrop : undefined;
    if (!piece) continue;
    const padding = "crop" in augmentation ? augmentation.padding : 0;
    const padded = now.smallest.map((size) => size + 2 * padding);
    if (piece.some((size, axis) => size > (padded[axis] ?? 0))) return { tooLarge: step, piece, image: now.smallest, padded };
    now = oneSize(piece);
  }
  return now;
}
