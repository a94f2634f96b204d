/** A run, measured for its report: in bounded time after a training, in full by `cnn eval`. */

import type { Finding } from "@cnn-lang/parser";
import { basename, dirname, join } from "node:path";
import { runProblems } from "../codes.ts";
import type { Batch } from "../data/batch.ts";
import { type Images, isInFiles } from "../data/dataset.ts";

import type { Pixels } from "../data/pixels.ts";
import { readerOf } from "../data/pixel-source.ts";
import { draws, permutation } from "../data/random.ts";
import { resize } from "../data/resize.ts";
import { Failure } from "../failure.ts";
import { checkpointFolder, readWeights } from "../run/checkpoint.ts";
import { evaluationOf } from "../train/evaluation.ts";
import { measure } from "../train/measure.ts";
import { disposeNetwork, type Network } from "../train/network.ts";
import type { Session } from "../train/train.ts";
import { uploadWeights } from "../weights/transfer.ts";
import { collectMistakes, type Mistake } from "./mistakes.ts";
import { type ShownMistake, writeReport } from "./report.ts";

export const mostMistakes = 24;
/** Of a picture's larger side, in pixels. */
const largestPicture = 112;
/** What a report may cost at the end of a training: images, and milliseconds of computing. */
const mostImages = 2000;
const mostTime = 3000;

/**
 * Writes the report of a training that has just ended, with its best weights, on the images that it was validated on (else some of its own).
 * Whatever goes wrong is a warning: the run is whole without it.
 */
export async function reportTraining({ network, heads, recipe, data, run, disk }: Session, unwatched: Network, labels: readonly string[]): Promise<Finding | undefined> {
  const best: Network = { ...unwatched, weights: {} };
  try {
    const part = data.validation ?? data.train;
    const split = recipe.data.validation === "test" ? "test" : data.validation ? "validation" : "train";
    const chosen = permutation(part.indices.length, draws(recipe.seed, "report")).slice(0, mostImages).map((place) => part.indices[place] ?? 0);
    const checkpoint = checkpointFolder(run, "best");
    Object.assign(best.weights, uploadWeights(network.model, readWeights(checkpoint, network.model)));
    const collector = collectMistakes(heads[0], mostMistakes);
    const measured = await measure(best, inTime(part.loader.batches(chosen, recipe.batch), mostTime), heads, collector);
    const evaluation = { split, ...evaluationOf(measured, heads, labels), labels, checkpoint } as const;
    const mistakes = await shown(part.images, chosen, collector?.mistakes() ?? []);
    await writeReport(disk, { run, model: network.model, recipe, evaluation, of: part.indices.length, mistakes });
    return undefined;
  } catch (error) {
    const why = error instanceof Failure ? error.finding.message : error instanceof Error ? error.message : String(error);
    return runProblems.reportNotWritten({ path: join(run, "report.html"), why });
  } finally {
    disposeNetwork(best);
  }
}

/** Batches as long as there is time; one at least. */
async function* inTime(batches: AsyncIterable<Batch>, milliseconds: number): AsyncGenerator<Batch, void> {
  const end = performance.now() + milliseconds;
  for await (const batch of batches) {
    yield batch;
    if (performance.now() > end) return;
  }
}

/** The mistakes with their pictures, no larger than a page has room for. */
export async function shown(images: Images, indices: Uint32Array, mistakes: readonly Mistake[]): Promise<readonly ShownMistake[]> {
  const read = readerOf(images);
  const pictures: ShownMistake[] = [];
  for (const mistake of mistakes) {
    const index = indices[mistake.place] ?? 0;
    const { image } = await read(index);
    const file = isInFiles(images) ? images.pixels.files[index] : undefined;
    pictures.push({ ...mistake, image: smaller(image), name: file === undefined ? `image ${index}` : join(basename(dirname(file)), basename(file)) });
  }
  return pictures;
}

function smaller(image: Pixels): Pixels {
  const share = largestPicture / Math.max(image.height, image.width);
  return share >= 1 ? image : resize(image, Math.max(1, Math.round(image.height * share)), Math.max(1, Math.round(image.width * share)));
}
