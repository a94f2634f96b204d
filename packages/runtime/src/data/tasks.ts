/** The work on images that can be done beside the training: preparing batches, and going through files once. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Finding } from "@cnn-lang/parser";
import { Failure } from "../failure.ts";
import { type Preparation, type Preparer, preparer } from "./augment.ts";
import { type Batch, makeBatch } from "./batch.ts";
import type { Images } from "./dataset.ts";
import { readerOf } from "./pixel-source.ts";
import { type PixelSums, sumsOf } from "./statistics.ts";

/** What going through an image file once gives: what is to be known of its pixels, or why it cannot be used. */
export type Surveyed = { readonly sums: PixelSums } | { readonly problem: Finding };

/** Where decoded images are put: memory that threads share. */
export interface Room {
  readonly pixels: Uint8Array;
  readonly masks: Uint8Array | undefined;
  /** Which image of the room each one is. */
  readonly places: Uint32Array;
}

export interface Tasks {
  /** Makes a set known by a number, for `batch`. */
  open(set: number, images: Images, preparation: Preparation): void;
  /** @param epoch The epoch that augmentations are drawn for; undefined where nothing is random. */
  batch(set: number, indices: Uint32Array, epoch: number | undefined): Promise<Batch>;
  /** Decodes all of some images in files, and puts them where there is room for them. */
  survey(images: Images, room: Room | undefined): Promise<readonly Surveyed[]>;
  /** The SHA-256 of files; undefined for those that cannot be read. */
  hash(files: readonly string[]): Promise<readonly (string | undefined)[]>;
}

export function createTasks(): Tasks {
  const sets = new Map<number, { readonly images: Images; readonly prepare: Preparer }>();
  return {
    open: (set, images, preparation) => void sets.set(set, { images, prepare: preparer(images, preparation) }),
    batch(set, indices, epoch) {
      const open = sets.get(set);
      if (!open) throw new Error(`There is no set ${set}.`);
      return makeBatch(open.images, open.prepare, indices, epoch);
    },
    survey,
    hash: async (files) => files.map(hashOf),
  };
}

async function survey(images: Images, room: Room | undefined): Promise<readonly Surveyed[]> {
  const read = readerOf(images);
  const found: Surveyed[] = [];
  for (let image = 0; image < images.count; image += 1) {
    try {
      const { image: pixels, mask } = await read(image);
      const place = room?.places[image] ?? 0;
      room?.pixels.set(pixels.data, place * pixels.data.length);
      if (mask) room?.masks?.set(mask.data, place * mask.data.length);
      found.push({ sums: sumsOf(pixels.data, pixels.channels) });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      found.push({ problem: error.finding });
    }
  }
  return found;
}

function hashOf(file: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return undefined;
  }
}
