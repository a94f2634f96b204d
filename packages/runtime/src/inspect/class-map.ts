/** Where in an image a class is seen. */

import { reaching } from "@cnn-lang/codegen";
import type { Layer, Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import type { Head } from "../train/heads.ts";
import { type Network, outputOf } from "../train/network.ts";
import { gradientByLayer } from "./observe.ts";

export interface ClassMap {
  /**
   * `cam`: what each place adds to the score of the class, times the number of places (Zhou et al., "Learning Deep Features for Discriminative
   * Localization", 2016); the bias left aside. `grad-cam`: Selvaraju et al., "Grad-CAM", 2017.
   */
  readonly method: "cam" | "grad-cam";
  /** The layer whose map is weighted. */
  readonly path: string;
  readonly class: number;
  readonly height: number;
  readonly width: number;
  /** `[height, width]`. */
  readonly values: Float32Array;
}

/** The last feature map before an output; and the dense layer behind it, where nothing but a global average pool lies between. */
export interface LastMap {
  readonly map: Layer;
  readonly dense: Layer | undefined;
}

/** Which map the classes of an output are seen in; undefined where there is none, or the output itself is a map. */
export function lastMap(model: Model, output: string): LastMap | undefined {
  const port = model.outputs.find(({ name }) => name === output);
  const end = port && model.layers[port.layer];
  if (!end || end.outputShape.axes.length > 0) return undefined;
  let pooled: Layer | undefined = end.operator === "dense" ? source(model, end) : undefined;
  while (pooled && ["flatten", "dropout", "identity"].includes(pooled.operator)) pooled = source(model, pooled);
  const map = pooled?.operator === "globalavgpool" ? source(model, pooled) : undefined;
  if (map?.outputShape.axes.length === 2) return { map, dense: end };
  const before = ancestors(model, end);
  const last = reaching(model).findLast(({ id, outputShape: { axes } }) => before.has(id) && axes.length === 2 && (axes[0] ?? 0) * (axes[1] ?? 0) > 1);
  return last && { map: last, dense: undefined };
}

const source = ({ layers }: Model, { inputs }: Layer): Layer | undefined => layers[inputs[0] ?? -1];

function ancestors({ layers }: Model, end: Layer): ReadonlySet<number> {
  const found = new Set([end.id]);
  for (const layer of layers.toReversed()) if (found.has(layer.id)) for (const id of layer.inputs) found.add(id);
  return found;
}

/** The map of a class, in the layer's own size. `made` is what the layer makes of the image, `[1, height, width, channels]`. */
export async function classMap(network: Network, image: tf.Tensor, made: tf.Tensor, head: Head, of: number, { map, dense }: LastMap): Promise<ClassMap> {
  const result = tf.tidy(() => {
    const weights = dense ? denseWeights(network, dense, head, of) : tf.mean(gradientByLayer(network, image, map.path, made, (outputs) => score(outputOf(outputs, head.output), head, of)), [0, 1, 2]);
    const weighted = tf.sum(tf.mul(made, weights), [0, 3]);
    return dense ? weighted : tf.relu(weighted);
  });
  const [height = 1, width = 1] = result.shape;
  const values = Float32Array.from(await result.data());
  result.dispose();
  return { method: dense ? "cam" : "grad-cam", path: map.path, class: of, height, width, values };
}

/** A class's score before softmax; of one score for two classes, it speaks for the second and against the first. */
function score(output: tf.Tensor, { task }: Head, of: number): tf.Scalar {
  if (task === "binary") return tf.mul(tf.sum(output), of === 1 ? 1 : -1);
  return tf.sum(tf.slice(output, [0, of], [-1, 1]));
}

/** `[channels]`: what a dense layer's class takes of each. */
function denseWeights({ weights }: Network, { path }: Layer, { task }: Head, of: number): tf.Tensor {
  const all = weights[`${path}.weight`];
  if (!all) throw new Error(`There is no weight of ${path}.`);
  const column = tf.reshape(tf.slice(all, [0, task === "binary" ? 0 : of], [-1, 1]), [-1]);
  return task === "binary" && of === 0 ? tf.neg(column) : column;
}
