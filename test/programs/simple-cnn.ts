// SimpleCNN(classes = 10), from simple-cnn.cnn: 3@32x32 → 10
// 620,810 parameters, 10,848,768 multiply-accumulates an image
// Made by the .cnn compiler: change the program, not this file.

import * as tf from "@tensorflow/tfjs-core";
import { batchNorm, dropout, type Mode } from "@cnn-lang/runtime/nn";

// stage_1, stage_2, stage_3
function stage(
  weights: Weights,
  path: "stage_1" | "stage_2" | "stage_3",
  input: tf.Tensor4D,
  mode: Mode,
): tf.Tensor4D {
  const conv_1: tf.Tensor4D = tf.add(
    tf.conv2d(input, weights[`${path}.conv_1.weight` as const], 1, 1),
    weights[`${path}.conv_1.bias` as const],
  ); // simple-cnn.cnn:2
  const batchnorm_1: tf.Tensor4D = batchNorm(conv_1, weights, `${path}.batchnorm_1`, {
    training: mode.training,
    activation: "relu",
  }); // simple-cnn.cnn:3, 4
  const maxpool_1: tf.Tensor4D = tf.maxPool(batchnorm_1, 2, 2, "valid"); // simple-cnn.cnn:5

  return maxpool_1;
}

// input: [batch, 32, 32, 3], which is 3@32x32 with the channels last
// → output: [batch, 10]
export function forward(weights: Weights, input: tf.Tensor4D, mode: Mode = { training: false }): tf.Tensor2D {
  return tf.tidy(() => {
    const stage_1: tf.Tensor4D = stage(weights, "stage_1", input, mode); // 32@16x16  simple-cnn.cnn:11
    const stage_2: tf.Tensor4D = stage(weights, "stage_2", stage_1, mode); // 64@8x8  simple-cnn.cnn:12
    const stage_3: tf.Tensor4D = stage(weights, "stage_3", stage_2, mode); // 128@4x4  simple-cnn.cnn:13
    const flatten_1: tf.Tensor2D = tf.reshape(tf.transpose(stage_3, [0, 3, 1, 2]), [-1, 2048]); // 2048  simple-cnn.cnn:15
    const dense_1: tf.Tensor2D = tf.fused.matMul({
      a: flatten_1,
      b: weights["dense_1.weight"],
      bias: weights["dense_1.bias"],
    }) as tf.Tensor2D; // 256  simple-cnn.cnn:16
    const relu_1: tf.Tensor2D = tf.relu(dense_1); // 256  simple-cnn.cnn:16
    const dropout_1: tf.Tensor2D = dropout(relu_1, 0.5, "dropout_1", mode); // 256  simple-cnn.cnn:16
    const dense_2: tf.Tensor2D = tf.fused.matMul({
      a: dropout_1,
      b: weights["dense_2.weight"],
      bias: weights["dense_2.bias"],
    }) as tf.Tensor2D; // 10  simple-cnn.cnn:17

    return dense_2;
  });
}

/** The weights' shapes, by name. */
export const weightShapes = {
  "stage_1.conv_1.weight": [3, 3, 3, 32],
  "stage_1.conv_1.bias": [32],
  "stage_1.batchnorm_1.weight": [32],
  "stage_1.batchnorm_1.bias": [32],
  "stage_1.batchnorm_1.running_mean": [32],
  "stage_1.batchnorm_1.running_var": [32],
  "stage_2.conv_1.weight": [3, 3, 32, 64],
  "stage_2.conv_1.bias": [64],
  "stage_2.batchnorm_1.weight": [64],
  "stage_2.batchnorm_1.bias": [64],
  "stage_2.batchnorm_1.running_mean": [64],
  "stage_2.batchnorm_1.running_var": [64],
  "stage_3.conv_1.weight": [3, 3, 64, 128],
  "stage_3.conv_1.bias": [128],
  "stage_3.batchnorm_1.weight": [128],
  "stage_3.batchnorm_1.bias": [128],
  "stage_3.batchnorm_1.running_mean": [128],
  "stage_3.batchnorm_1.running_var": [128],
  "dense_1.weight": [2048, 256],
  "dense_1.bias": [256],
  "dense_2.weight": [256, 10],
  "dense_2.bias": [10],
};

export type Weights = {
  "stage_1.conv_1.weight": tf.Tensor4D;
  "stage_1.conv_1.bias": tf.Tensor1D;
  "stage_1.batchnorm_1.weight": tf.Tensor1D;
  "stage_1.batchnorm_1.bias": tf.Tensor1D;
  "stage_1.batchnorm_1.running_mean": tf.Tensor1D;
  "stage_1.batchnorm_1.running_var": tf.Tensor1D;
  "stage_2.conv_1.weight": tf.Tensor4D;
  "stage_2.conv_1.bias": tf.Tensor1D;
  "stage_2.batchnorm_1.weight": tf.Tensor1D;
  "stage_2.batchnorm_1.bias": tf.Tensor1D;
  "stage_2.batchnorm_1.running_mean": tf.Tensor1D;
  "stage_2.batchnorm_1.running_var": tf.Tensor1D;
  "stage_3.conv_1.weight": tf.Tensor4D;
  "stage_3.conv_1.bias": tf.Tensor1D;
  "stage_3.batchnorm_1.weight": tf.Tensor1D;
  "stage_3.batchnorm_1.bias": tf.Tensor1D;
  "stage_3.batchnorm_1.running_mean": tf.Tensor1D;
  "stage_3.batchnorm_1.running_var": tf.Tensor1D;
  "dense_1.weight": tf.Tensor2D;
  "dense_1.bias": tf.Tensor1D;
  "dense_2.weight": tf.Tensor2D;
  "dense_2.bias": tf.Tensor1D;
};
