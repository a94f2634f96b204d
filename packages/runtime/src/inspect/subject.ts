/** The image that is inspected: a file, or the first image that the run's model is judged by. */

import { basename } from "node:path";
import type { Normalization } from "@cnn-lang/shape-checker";
import { unchanged } from "../data/augment.ts";
import type { Batch } from "../data/batch.ts";
import { openData } from "../data/built-in.ts";
import { loadEvaluation } from "../data/load.ts";
import type { Pixels } from "../data/pixels.ts";
import type { LoadedRun } from "../run/load.ts";
import { prepared } from "../train/predict.ts";

export interface Subject {
  readonly name: string;
  readonly batch: Batch;
  /** What the network is given, as bytes again. */
  readonly image: Pixels;
  /** Its class's number, where that is known. */
  readonly is: number | undefined;
}

/** Reads an image, prepared as in validation. Throws the Failure CNN7xxx where it, or the run's data, cannot be read. */
export async function subjectOf(loaded: LoadedRun, file: string | undefined): Promise<Subject> {
  const { data: { normalize } } = loaded.recipe;
  const subject = file === undefined ? await ofData(loaded) : { name: basename(file), batch: await prepared(loaded, file), is: undefined };
  const { batch } = subject;
  return { ...subject, image: bytesOf(batch, normalize === null || normalize === "auto" ? unchanged(batch.shape[3]) : normalize) };
}

async function ofData({ recipe, data }: LoadedRun): Promise<Omit<Subject, "image">> {
  const set = openData(recipe.data.format, recipe.data.path, { ...recipe.data, labels: data.labels });
  const part = await loadEvaluation(set, recipe.data, recipe.seed, true);
  try {
    for await (const batch of part.loader.batches(part.indices.subarray(0, 1), 1)) {
      const isClass = (data.labelKind ?? "classes") === "classes";
      return { name: `the first ${part.split} image`, batch, is: isClass ? batch.labels[0] : undefined };
    }
    throw new Error("The data has no image.");
  } finally {
    await part.close();
  }
}

/** Normalising, backwards. */
function bytesOf({ shape: [, height, width, channels], images }: Batch, { mean, std }: Normalization): Pixels {
  const data = Uint8Array.from(images, (value, i) => Math.min(255, Math.max(0, Math.round(255 * (value * (std[i % channels] ?? 1) + (mean[i % channels] ?? 0))))));
  return { height, width, channels, data };
}
