/** Batches of images that lie somewhere as bytes, all of a set: a batch says only where its values are found there. */

import type { Augmentation } from "@cnn-lang/shape-checker";
import { cropStart, drawsOf, isFlipped, preparer, type Preparation } from "./augment.ts";
import { type Batch, labelsOf, type Placed } from "./batch.ts";
import type { ImagesInMemory } from "./dataset.ts";
import type { Loader } from "./loader.ts";
import { sampleIn } from "./pixel-source.ts";
import type { Draws } from "./random.ts";

/**
 * Whether these steps only say where a pixel comes from, and whether it is the image's at all: flips, and crops, of which only the first may
 * hang over the image, since what another one cut away must not come back.
 */
export function onlyMoves(augment: readonly Augmentation[]): boolean {
  const crops = augment.filter((step) => "crop" in step || "centerCrop" in step), flips = augment.filter((step) => "flip" in step);
  return crops.length + flips.length === augment.length && crops.slice(1).every((step) => !("crop" in step) || step.padding === 0);
}

/** Along an axis: position i comes from start + step · i. */
interface Axis {
  readonly start: number;
  readonly step: 1 | -1;
  readonly length: number;
}

const mirrored = ({ start, step, length }: Axis): Axis => ({ start: start + step * (length - 1), step: step === 1 ? -1 : 1, length });
const cut = ({ start, step }: Axis, from: number, length: number): Axis => ({ start: start + step * from, step, length });

/** Rows and columns of an image after all steps; in the middle and as they are without draws. */
function axesAfter(augment: readonly Augmentation[], [height, width]: readonly [number, number], draws: Draws | undefined): readonly [rows: Axis, columns: Axis] {
  let rows: Axis = { start: 0, step: 1, length: height }, columns: Axis = { start: 0, step: 1, length: width };
  for (const [step, augmentation] of augment.entries()) {
    if ("flip" in augmentation && draws && isFlipped(draws, step)) {
      if (augmentation.flip === "horizontal") columns = mirrored(columns);
      else rows = mirrored(rows);
    }
    const piece = "crop" in augmentation ? augmentation.crop : "centerCrop" in augmentation ? augmentation.centerCrop : undefined;
    if (!piece) continue;
    const padding = "crop" in augmentation ? augmentation.padding : 0, isDrawn = "crop" in augmentation ? draws : undefined;
    rows = cut(rows, cropStart(rows.length, piece[0], padding, isDrawn?.uniform(2 * step)), piece[0]);
    columns = cut(columns, cropStart(columns.length, piece[1], padding, isDrawn?.uniform(2 * step + 1)), piece[1]);
  }
  return [rows, columns];
}

/** Gives batches whose images `gather` finds. The steps of the preparation must be `onlyMoves`, and no masks go with the images. */
export function placedLoader(images: ImagesInMemory, preparation: Preparation, gather: Placed["gather"]): Loader {
  const { augment, seed } = preparation;
  const { size: [height, width], length, writeSample } = preparer(images, preparation);

  function movesOf(indices: Uint32Array, epoch: number | undefined): Int32Array {
    const moves = new Int32Array(indices.length * 4);
    for (const [place, image] of indices.entries()) {
      const [rows, columns] = axesAfter(augment, [images.height, images.width], epoch === undefined ? undefined : drawsOf(seed, epoch, image));
      moves.set([image, rows.start, columns.start, Number(rows.step < 0) + 2 * Number(columns.step < 0)], place * 4);
    }
    return moves;
  }

  function made(indices: Uint32Array, epoch: number | undefined): Float32Array {
    const pixels = new Float32Array(indices.length * length);
    for (const [place, image] of indices.entries()) writeSample(sampleIn(images, image), image, epoch, pixels.subarray(place * length));
    return pixels;
  }

  return {
    async *batches(all, batchSize, epoch) {
      for (let start = 0; start < all.length; start += batchSize) {
        const indices = all.slice(start, start + batchSize);
        const batch: Batch = {
          size: indices.length,
          shape: [indices.length, height, width, images.channels],
          labels: labelsOf(images, indices),
          placed: { moves: movesOf(indices, epoch), gather },
          get images() {
            return made(indices, epoch);
          },
        };
        yield batch;
      }
    },
  };
}
