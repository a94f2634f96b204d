/** A training's data, put on the card where it finds room there as bytes: batches are then put together there. */

import { normalizedValues, preparer } from "../data/augment.ts";
import { type ImagesInMemory, type Images, isInFiles } from "../data/dataset.ts";
import type { LoadedPart } from "../data/load.ts";
import { onlyMoves, placedLoader } from "../data/placed.ts";
import { storeImages, type Store } from "../kernels/webgpu/gather.ts";
import type { Recorder } from "../kernels/webgpu/recorder.ts";
import type { TrainingData } from "./prepare.ts";

/** More than this is left to what else a training needs. */
const mostBytes = 2 ** 29;

/** The same data, and what frees the card of it. Parts that cannot lie there are as they were. */
export function placeData(recorder: Recorder, data: TrainingData): { readonly placed: TrainingData; dispose(): void } {
  const { preparation, train, validation } = data;
  const stores = new Map<Images, Store>();
  const limit = Math.min(mostBytes, recorder.maxBytes);
  function place(part: LoadedPart): LoadedPart {
    const { images } = part;
    if (!isPlaceable(images) || images.pixels.byteLength > limit || !onlyMoves(preparation.augment)) return part;
    const store = stores.get(images) ?? storeImages(recorder, images, preparer(images, preparation).size, normalizedValues(preparation.normalization, images.channels));
    stores.set(images, store);
    return { ...part, loader: placedLoader(images, preparation, store.gather) };
  }
  return {
    placed: { ...data, train: place(train), validation: validation && place(validation) },
    dispose() {
      for (const store of stores.values()) store.dispose();
    },
  };
}

const isPlaceable = (images: Images): images is ImagesInMemory => !isInFiles(images) && images.masks === undefined;
