/** The data of a training or an evaluation, ready to give batches: files gone through, parts divided, threads started. */

import type { Finding } from "@cnn-lang/parser";
import type { DataSettings, Normalization } from "@cnn-lang/shape-checker";
import { fail } from "../failure.ts";
import { type Preparation, unchanged } from "./augment.ts";
import { imageProblems } from "./codes.ts";
import { type DataSet, type Images, isInFiles } from "./dataset.ts";
import { createLoader, limited, type Loader, type Part, split, whole } from "./loader.ts";
import { createPool, type Pool, threadsFor } from "./threads.ts";
import { statistics } from "./statistics.ts";
import { type OnProgress, surveyFiles, type SurveyedPart } from "./survey.ts";

/** A part with what gives its batches. */
export interface LoadedPart extends Part {
  readonly loader: Loader;
}

export interface LoadedData {
  readonly train: LoadedPart;
  readonly validation: LoadedPart | undefined;
  /** How an image becomes numbers. Its normalisation is what the resolved recipe writes out. */
  readonly preparation: Preparation;
  /** Images that were left out. */
  readonly warnings: readonly Finding[];
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * Reads the data that a recipe trains on and judges by. The caller closes it.
 *
 * @param onProgress Called while images in files are gone through.
 * @throws Failure CNN7016 where nothing is left to train on, CNN7014 where test images are asked for and there are none, CNN7104 where
 * images cannot be decoded, and what else is wrong with files.
 */
export async function loadTraining(set: DataSet, data: DataSettings, seed: number, onProgress?: OnProgress): Promise<LoadedData> {
  const images = set.train(data.limit ?? undefined);
  return withPool(images, data, async (pool) => {
    const all = await usable(limited(images, data.limit), data, pool, onProgress);
    const { train, validation } = typeof data.validation === "number" ? split(all.part, data.validation, seed) : { train: all.part, validation: undefined };
    const test = data.validation === "test" ? await usable(whole(set.test()), data, pool, onProgress) : undefined;
    const normalization = data.normalize === "auto" ? statisticsOf(all, train) : (data.normalize ?? unchanged(images.channels));
    const preparation = { augment: data.augment, normalization, seed };
    const loader = createLoader(pool, train.images, preparation);
    const judged = test?.part ?? validation;
    return {
      train: { ...train, loader },
      validation: judged && { ...judged, loader: judged.images === train.images ? loader : createLoader(pool, judged.images, preparation) },
      preparation,
      warnings: [...all.warnings, ...(test?.warnings ?? [])],
      close: pool.close,
    };
  });
}

export interface LoadedEvaluation extends LoadedPart {
  /** Which images: the data's test images, else the recipe's validation images, else all training images. */
  readonly split: "test" | "validation" | "train";
  readonly warnings: readonly Finding[];
  close(): Promise<void>;
}

/**
 * Reads what a trained model is judged by. The caller closes it.
 *
 * @param data The recipe's, in which normalisation is written out.
 * @param isOwn Whether it is the data that the model was trained on, whose validation images it has not seen.
 */
export async function loadEvaluation(set: DataSet, data: DataSettings, seed: number, isOwn: boolean): Promise<LoadedEvaluation> {
  const hasTest = set.manifest.test > 0;
  const images = hasTest ? set.test() : set.train();
  return withPool(images, data, async (pool) => {
    const { part: all, warnings } = await usable(hasTest ? whole(images) : limited(images, isOwn ? data.limit : null), data, pool);
    const validation = !hasTest && isOwn && typeof data.validation === "number" ? split(all, data.validation, seed).validation : undefined;
    const part = validation ?? all;
    const normalization = data.normalize === null || data.normalize === "auto" ? unchanged(images.channels) : data.normalize;
    const loader = createLoader(pool, part.images, { augment: data.augment, normalization, seed });
    return { ...part, loader, split: hasTest ? "test" : validation ? "validation" : "train", warnings, close: pool.close };
  });
}

async function withPool<T>(images: Images, data: DataSettings, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(threadsFor(isInFiles(images), data));
  try {
    return await use(pool);
  } catch (error) {
    await pool.close();
    throw error;
  }
}

interface Usable extends SurveyedPart {
  readonly warnings: readonly Finding[];
}

/** The images of a part that can be used; where some cannot, the recipe says whether that ends the training. */
async function usable(part: Part, { unreadable, path }: DataSettings, pool: Pool, onProgress?: OnProgress): Promise<Usable> {
  const surveyed = await surveyFiles(part, pool, onProgress && { onProgress });
  const bad = surveyed.problems.map(({ message }) => message);
  if (bad.length === 0) return { ...surveyed, warnings: [] };
  const facts = { folder: path ?? "the data", all: part.indices.length, bad };
  if (unreadable === "fail" || bad.length === part.indices.length) fail(imageProblems.undecodable(facts));
  return { ...surveyed, warnings: [imageProblems.skipped(facts)] };
}

const statisticsOf = ({ sumsOf }: SurveyedPart, { images, indices }: Part): Normalization =>
  statistics(Array.from(indices, (image) => sumsOf(image)), images.channels);
