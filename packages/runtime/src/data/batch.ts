/** The images of one step, prepared, with their labels. */

import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import type { Preparer } from "./augment.ts";
import type { Images } from "./dataset.ts";

export interface Batch {
  readonly size: number;
  /** `[size, height, width, channels]`. */
  readonly shape: readonly [number, number, number, number];
  readonly images: Float32Array;
  /** Classes `[size]` or, of masks, `[size, height, width]`; or numbers, or yes (1) and no (0), `[size, n]`, as floats. */
  readonly labels: Int32Array | Float32Array;
  /** Where the images are found, for one who has all images of the set as bytes; `images` is then made when it is asked for. */
  readonly placed?: Placed;
}

export interface Placed {
  /** Four numbers an image: which it is; the row and the column of its first pixel there, before 0 where it hangs over; 1 where rows go backwards, plus 2 where columns do. */
  readonly moves: Int32Array;
  /** Makes the prepared images, from these numbers in a tensor. */
  gather(moves: Tensor): Tensor4D;
}

/** What is known of all batches before the first. */
export interface BatchForm {
  /** Images of the largest. */
  readonly size: number;
  /** `[height, width, channels]`. */
  readonly imageShape: readonly [number, number, number];
  readonly labelsPerImage: number;
  /** Classes, or numbers. */
  readonly labelsAre: "int32" | "float32";
}

/** The form of batches of so many images, prepared to a size. */
export function formOf({ channels, count, labels, labelKind = "classes" }: Images, size: number, [height, width]: readonly [number, number]): BatchForm {
  const isWhole = labelKind === "classes" || labelKind === "masks";
  const labelsPerImage = labelKind === "masks" ? height * width : isWhole ? 1 : labels.length / count;
  return { size, imageShape: [height, width, channels], labelsPerImage, labelsAre: isWhole ? "int32" : "float32" };
}

/**
 * Prepares a batch.
 *
 * @param indices Which images, in order.
 * @param epoch The epoch that augmentations are drawn for; undefined where nothing is random.
 */
export async function makeBatch(images: Images, prepare: Preparer, indices: Uint32Array, epoch?: number): Promise<Batch> {
  const [height, width] = prepare.size;
  const size = indices.length;
  const pixels = new Float32Array(size * prepare.length);
  const masks = images.labelKind === "masks" ? new Int32Array(size * height * width) : undefined;
  for (const [place, image] of indices.entries()) {
    await prepare.write(image, epoch, pixels.subarray(place * prepare.length), masks?.subarray(place * height * width));
  }
  const shape = [size, height, width, images.channels] as const;
  return { size, shape, images: pixels, labels: masks ?? labelsOf(images, indices) };
}

export function labelsOf({ count, labels, labelKind = "classes" }: Images, indices: Uint32Array): Int32Array | Float32Array {
  if (labelKind === "classes") return Int32Array.from(indices, (image) => labels[image] ?? 0);
  const each = labels.length / count;
  const chosen = new Float32Array(indices.length * each);
  indices.forEach((image, place) => chosen.set(labels.subarray(image * each, (image + 1) * each), place * each));
  return chosen;
}
