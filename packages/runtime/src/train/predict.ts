/** `predict`: which class a run's model sees in image files. */

import type { Diagnostic } from "@cnn-lang/parser";
import { lossesByOutput, readShapeText } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { preparer, unchanged } from "../data/augment.ts";
import { fitImage, readImage } from "../data/image.ts";
import { makeBatch, whole } from "../data/loader.ts";
import { diagnosticOf, startOf } from "../failure.ts";
import { type LoadedRun, type LoadOptions, type RunResult, withRun } from "../run/load.ts";
import { outputOf } from "./losses.ts";
import { argMax } from "./measure.ts";
import { run as runNetwork } from "./network.ts";

export interface Prediction {
  readonly file: string;
  readonly class: number;
  /** The class's name. */
  readonly label: string;
  readonly probability: number;
  /** Of every class, by its number: they add up to 1. */
  readonly probabilities: readonly number[];
}

/**
 * Classifies PNG and JPEG files. Each image is brought to the size of the training data and prepared as in validation. Files that
 * cannot be read are told in the diagnostics, beside the predictions of the others.
 */
export async function predict(run: string, files: readonly string[], options: LoadOptions = {}): Promise<RunResult<readonly Prediction[]>> {
  const diagnostics: Diagnostic[] = [];
  const result = await withRun(run, options, async (loaded) => {
    const predictions: Prediction[] = [];
    for (const file of files) {
      try {
        predictions.push(await predictOne(loaded, file));
      } catch (error) {
        diagnostics.push(diagnosticOf(error, startOf(file)));
      }
    }
    return predictions;
  });
  return result.status === "ok" ? { ...result, diagnostics } : result;
}

async function predictOne({ network, recipe, data, model }: LoadedRun, file: string): Promise<Prediction> {
  const { channels, axes: [height = 1, width = 1] } = readShapeText(data.shape) ?? { channels: 1, axes: [] };
  const images = fitImage(await readImage(file), channels, height, width);
  const { normalize, augment } = recipe.data;
  const normalization = normalize === null || normalize === "auto" ? unchanged(channels) : normalize;
  const batch = makeBatch(images, preparer(images, { augment, normalization, seed: recipe.seed }), whole(images).indices);
  const [name = ""] = lossesByOutput(recipe, model.outputs).keys();
  const scores = tf.tidy(() => tf.softmax(outputOf(runNetwork(network, tf.tensor4d(batch.images, [...batch.shape]), { training: false }), name)));
  const probabilities = [...(await scores.data())];
  scores.dispose();
  const best = argMax(probabilities);
  return { file, class: best, label: data.labels[best] ?? `${best}`, probability: probabilities[best] ?? NaN, probabilities };
}
