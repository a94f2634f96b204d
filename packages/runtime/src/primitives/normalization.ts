/** Norms over parts of one image. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { axesOf, channelsOf, differentiable, like, product } from "./tensors.ts";

export const layerNorm: Primitives["layerNorm"] = (x, { over, eps, weight, bias }) => {
  const axes = over === "all" ? x.shape.map((_, axis) => axis).slice(1) : [x.rank - 1];
  return like(x, scaledAndShifted(normalized(x, axes, eps), weight, bias));
};

export const groupNorm: Primitives["groupNorm"] = (x, { groups, eps, weight, bias }) => {
  const parted = tf.reshape(x, [x.shape[0] ?? 1, product(axesOf(x)), groups, channelsOf(x) / groups]);
  return like(x, scaledAndShifted(tf.reshape(normalized(parted, [1, 3], eps), x.shape), weight, bias));
};

export const localResponseNorm: Primitives["localResponseNorm"] = (x, { size, alpha, beta, k }) => {
  const channels = channelsOf(x);
  // Channel i is divided by a sum from ⌊size / 2⌋ before it to ⌊(size − 1) / 2⌋ behind it: a product with a banded matrix.
  const before = Math.floor(size / 2);
  const rate = alpha / size;
  const band = (): tf.Tensor2D => {
    const values = new Float32Array(channels * channels);
    for (let to = 0; to < channels; to += 1) {
      for (let from = Math.max(0, to - before); from < Math.min(channels, to - before + size); from += 1) values[from * channels + to] = 1;
    }
    return tf.tensor2d(values, [channels, channels]);
  };
  const rows = tf.reshape(x, [-1, channels]);
  const y = differentiable(
    [rows],
    (save) => {
      const divisor = tf.add(tf.mul(tf.matMul(tf.square(rows), band()), rate), k);
      save([rows, divisor]);
      return tf.mul(rows, tf.pow(divisor, -beta));
    },
    (dy, saved) => {
      const [input = rows, divisor = rows] = saved;
      const power = tf.pow(divisor, -beta);
      const through = tf.matMul(tf.div(tf.mul(tf.mul(dy, input), power), divisor), band(), false, true);
      return [tf.sub(tf.mul(dy, power), tf.mul(tf.mul(input, through), 2 * rate * beta))];
    },
  );
  return like(x, tf.reshape(y, x.shape));
};

/** (x − mean) / √(variance + eps), mean and variance over `axes`. */
const normalized = (x: tf.Tensor, axes: number[], eps: number): tf.Tensor =>
  differentiable(
    [x],
    (save) => {
      const centred = tf.sub(x, tf.mean(x, axes, true));
      const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), axes, true), eps));
      const y = tf.mul(centred, scale);
      save([y, scale]);
      return y;
    },
    (dy, saved) => {
      const [y = dy, scale = dy] = saved;
      const along = tf.mul(y, tf.mean(tf.mul(dy, y), axes, true));
      return [tf.mul(scale, tf.sub(tf.sub(dy, tf.mean(dy, axes, true)), along))];
    },
  );

function scaledAndShifted(y: tf.Tensor, weight: tf.Tensor | undefined, bias: tf.Tensor | undefined): tf.Tensor {
  const scaled = weight ? tf.mul(y, weight) : y;
  return bias ? tf.add(scaled, bias) : scaled;
}
