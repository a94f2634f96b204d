/** The images that a network is wrong about, and most sure. */

import * as tf from "@tensorflow/tfjs-core";
import type { Also } from "../train/measure.ts";
import type { Batch } from "../data/batch.ts";
import { type Head, type Task } from "../train/heads.ts";
import { outputOf } from "../train/network.ts";

export interface Mistake {
  /** Which image of the part that was measured, in the order of its batches. */
  readonly place: number;
  /** The classes' numbers. */
  readonly is: number;
  readonly seen: number;
  /** What the network gave the class that it saw, 0 … 1. */
  readonly confidence: number;
}

/** Which heads tell one class of an image. */
const tellsClass: Readonly<Record<Task, boolean>> = { classes: true, binary: true, "yes-no": false, pixels: false, numbers: false };

/** Collects the mistakes of a head while a network is measured: the surest, at most so many. Undefined where its images have no classes. */
export function collectMistakes(head: Head | undefined, most: number): (Also & { readonly mistakes: () => readonly Mistake[] }) | undefined {
  if (!head || !tellsClass[head.task] || head.column) return undefined;
  let found: readonly Mistake[] = [];
  let measured = 0;
  return {
    of(outputs) {
      const scores = outputOf(outputs, head.output);
      if (head.task === "binary") {
        const yes = tf.reshape(tf.sigmoid(scores), [-1, 1]);
        return tf.concat([tf.sub(1, yes), yes], 1);
      }
      return head.loss.name === "binary-cross-entropy" ? tf.sigmoid(scores) : tf.softmax(scores);
    },
    add(probabilities, { size, labels }: Batch) {
      const width = probabilities.length / size;
      const wrong: Mistake[] = [];
      for (let image = 0; image < size; image += 1) {
        let seen = 0;
        for (let label = 1; label < width; label += 1) if ((probabilities[image * width + label] ?? 0) > (probabilities[image * width + seen] ?? 0)) seen = label;
        const is = labels[image] ?? 0;
        if (seen !== is) wrong.push({ place: measured + image, is, seen, confidence: probabilities[image * width + seen] ?? 0 });
      }
      measured += size;
      found = [...found, ...wrong].toSorted((a, b) => b.confidence - a.confidence || a.place - b.place).slice(0, most);
    },
    mistakes: () => found,
  };
}
