/** `predict`: what a run's model sees in image files. */

import type { Diagnostic } from "@cnn-lang/parser";
import { readShapeText, resizedSize } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { preparer, unchanged } from "../data/augment.ts";
import { type Batch, makeBatch } from "../data/batch.ts";
import { readImage } from "../data/image.ts";
import { withChannels } from "../data/pixels.ts";
import { resize } from "../data/resize.ts";
import { diagnosticOf, startOf } from "../failure.ts";
import { type LoadedRun, type LoadOptions, type RunResult, withRun } from "../run/load.ts";
import { type Head, namesFor } from "./heads.ts";
import { outputOf, run as runNetwork } from "./network.ts";

/** What the first output of a model says of an image. */
export type Prediction = { readonly file: string } & (SeenClass | SeenLabels | SeenNumbers | SeenPixels);

interface SeenClass {
  readonly class: number;
  /** The class's name. */
  readonly label: string;
  readonly probability: number;
  /** Of every class, by its number; they add up to 1, unless each was trained as a yes or no of its own. */
  readonly probabilities: readonly number[];
}

interface SeenLabels {
  /** The labels that are said yes to. */
  readonly yes: readonly string[];
  /** Of a yes for every label, by its number. */
  readonly probabilities: readonly number[];
}

interface SeenNumbers {
  readonly numbers: readonly number[];
}

interface SeenPixels {
  /** The classes that are seen, the largest first, with the share of the pixels that they take. */
  readonly shares: readonly { readonly label: string; readonly share: number }[];
}

/**
 * Runs a model on PNG and JPEG files. Each image is brought to the size of the training data and prepared as in validation. Files that
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

async function predictOne(loaded: LoadedRun, file: string): Promise<Prediction> {
  const { network, data, heads: [head] } = loaded;
  if (!head) throw new Error("A training has an output.");
  const batch = await prepared(loaded, file);
  const said = tf.tidy(() => saidBy(head, outputOf(runNetwork(network, tf.tensor4d(batch.images, [...batch.shape]), { training: false }), head.output)));
  const values = [...(await said.data())];
  said.dispose();
  return { file, ...inWords(head, values, namesFor(head, data.labels)) };
}

/** Probabilities, numbers, or the class of each pixel. */
function saidBy({ task, loss }: Head, output: tf.Tensor): tf.Tensor {
  switch (task) {
    case "classes":
      return loss.name === "binary-cross-entropy" ? tf.sigmoid(output) : tf.softmax(output);
    case "binary":
      return tf.concat([tf.sigmoid(tf.neg(output)), tf.sigmoid(output)], -1);
    case "yes-no":
      return tf.sigmoid(output);
    case "pixels":
      return tf.argMax(output, -1);
    case "numbers":
      return tf.clone(output);
  }
}

function inWords({ task, width }: Head, values: readonly number[], labels: readonly string[]): SeenClass | SeenLabels | SeenNumbers | SeenPixels {
  const label = (number: number): string => labels[number] ?? `${number}`;
  switch (task) {
    case "classes":
    case "binary": {
      const best = argMax(values);
      return { class: best, label: label(best), probability: values[best] ?? NaN, probabilities: values };
    }
    case "yes-no":
      return { yes: values.flatMap((value, number) => (value > 0.5 ? [label(number)] : [])), probabilities: values };
    case "numbers":
      return { numbers: values };
    case "pixels": {
      const counts = Array.from({ length: width }, (_, number) => values.filter((value) => value === number).length);
      const shares = counts.map((count, number) => ({ label: label(number), share: count / values.length }));
      return { shares: shares.filter(({ share }) => share > 0).toSorted((a, b) => b.share - a.share) };
    }
  }
}

/** The place of the largest value, the first of equals. */
export const argMax = (values: readonly number[]): number => values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0);

/** An image as the training's were in validation: in gray or colour, resized as they were or else to their size, cropped, normalised. */
export async function prepared({ recipe, data }: LoadedRun, file: string): Promise<Batch> {
  const { channels: own, axes: [height = 1, width = 1] } = readShapeText(data.shape) ?? { channels: 1, axes: [] };
  const { resize: to, channels, normalize, augment } = recipe.data;
  const image = withChannels(await readImage(file), channels ?? own);
  const size = to === null && !data.largest ? ([height, width] as const) : resizedSize([image.height, image.width], to);
  const { data: pixels, ...shape } = resize(image, ...size);
  const images = { count: 1, ...shape, pixels, labels: new Uint8Array(1) };
  const normalization = normalize === null || normalize === "auto" ? unchanged(shape.channels) : normalize;
  return makeBatch(images, preparer(images, { augment, normalization, seed: recipe.seed }), Uint32Array.of(0));
}
