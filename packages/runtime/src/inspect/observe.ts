/** What the layers of a network make of one image, and how that hangs on the image: by way of observed code. */

import type { Observer } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import type { Network, Outputs } from "../train/network.ts";
import { gradientsOf } from "../train/backward.ts";

/** Runs a network on an image, `[1, height, width, channels]`, past an observer of outputs. To be called within `tf.tidy`. */
function runObserved({ model, observed, weights }: Network, image: tf.Tensor, output: Observer["output"]): Outputs {
  const result = observed(weights, image, { training: false }, { input: (_path, _index, x) => x, output });
  return result instanceof tf.Tensor ? new Map([[model.outputs[0]?.name ?? "", result]]) : new Map(Object.entries(result));
}

/** What the layers of these paths make, and the outputs; the caller disposes them. A path that is computed several times counts the first time. */
export function layerOutputs(network: Network, image: tf.Tensor, paths: ReadonlySet<string>): { readonly layers: ReadonlyMap<string, tf.Tensor>; readonly outputs: Outputs } {
  const layers = new Map<string, tf.Tensor>();
  const outputs = new Map<string, tf.Tensor>();
  tf.tidy(() => {
    const made = runObserved(network, image, (path, y) => {
      if (paths.has(path) && !layers.has(path)) layers.set(path, tf.keep(tf.clone(y)));
      return y;
    });
    for (const [name, output] of made) outputs.set(name, tf.keep(tf.clone(output)));
  });
  return { layers, outputs };
}

/** The gradient of a number that is made of a layer's output, by the image: `[1, height, width, channels]`. */
export function gradientByImage(network: Network, image: tf.Tensor, path: string, number: (y: tf.Tensor) => tf.Scalar): tf.Tensor {
  // Emitted code frees what its layers make when it is done: the number is made before, and kept.
  let kept: tf.Scalar | undefined;
  const gradient = tf.tidy(() => {
    const forward = (): tf.Scalar => {
      runObserved(network, image, (at, y) => {
        if (at === path) kept ??= tf.keep(number(y));
        return y;
      });
      if (!kept) throw new Error(`${path} is not computed.`);
      return tf.clone(kept);
    };
    return first(gradientsOf(forward, [image]).gradients);
  });
  kept?.dispose();
  return gradient;
}

/** The gradient of a number that is made of the outputs, by what a layer makes: of that layer's shape. */
export function gradientByLayer(network: Network, image: tf.Tensor, path: string, made: tf.Tensor, number: (outputs: Outputs) => tf.Scalar): tf.Tensor {
  return tf.tidy(() => {
    // A change of the layer's output that is none: the gradient by it is the one by the output.
    const change = tf.zerosLike(made);
    const forward = (): tf.Scalar => {
      let isFirst = true;
      return number(
        runObserved(network, image, (at, y) => {
          if (at !== path || !isFirst) return y;
          isFirst = false;
          return tf.add(y, change);
        }),
      );
    };
    return first(gradientsOf(forward, [change]).gradients);
  });
}

function first(gradients: readonly tf.Tensor[]): tf.Tensor {
  const [gradient] = gradients;
  if (!gradient) throw new Error("There is no gradient.");
  return gradient;
}
