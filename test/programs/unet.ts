// UNet(classes = 2, width = 4), from unet.cnn: 3@32x32 → 2@32x32
// 7,702 parameters, 1,888,256 multiply-accumulates an image
// Made by the .cnn compiler: change the program, not this file.

import * as tf from "@tensorflow/tfjs-core";
import { batchNorm, upsampleNearest, type Mode } from "@cnn-lang/runtime/nn";

// double_1, double_2, double_3, double_4, double_5
function double(
  weights: Weights,
  path: "double_1" | "double_2" | "double_3" | "double_4" | "double_5",
  input: tf.Tensor4D,
  mode: Mode,
): tf.Tensor4D {
  const conv_1: tf.Tensor4D = tf.add(
    tf.conv2d(input, weights[`${path}.conv_1.weight` as const], 1, 1),
    weights[`${path}.conv_1.bias` as const],
  ); // unet.cnn:1
  const batchnorm_1: tf.Tensor4D = batchNorm(conv_1, weights, `${path}.batchnorm_1`, {
    training: mode.training,
    activation: "relu",
  }); // unet.cnn:1
  const conv_2: tf.Tensor4D = tf.add(
    tf.conv2d(batchnorm_1, weights[`${path}.conv_2.weight` as const], 1, 1),
    weights[`${path}.conv_2.bias` as const],
  ); // unet.cnn:1
  const batchnorm_2: tf.Tensor4D = batchNorm(conv_2, weights, `${path}.batchnorm_2`, {
    training: mode.training,
    activation: "relu",
  }); // unet.cnn:1

  return batchnorm_2;
}

// input: [batch, 32, 32, 3], which is 3@32x32 with the channels last
// → output: [batch, 32, 32, 2], which is 2@32x32 with the channels last
export function forward(weights: Weights, input: tf.Tensor4D, mode: Mode = { training: false }): tf.Tensor4D {
  return tf.tidy(() => {
    const double_1: tf.Tensor4D = double(weights, "double_1", input, mode); // 4@32x32  unet.cnn:5
    const maxpool_1: tf.Tensor4D = tf.maxPool(double_1, 2, 2, "valid"); // 4@16x16  unet.cnn:5
    const double_2: tf.Tensor4D = double(weights, "double_2", maxpool_1, mode); // 8@16x16  unet.cnn:6
    const maxpool_2: tf.Tensor4D = tf.maxPool(double_2, 2, 2, "valid"); // 8@8x8  unet.cnn:6
    const double_3: tf.Tensor4D = double(weights, "double_3", maxpool_2, mode); // 16@8x8  unet.cnn:7
    const upsample_1: tf.Tensor4D = upsampleNearest(double_3, [16, 16]); // 16@16x16  unet.cnn:8
    const concat_1: tf.Tensor4D = tf.concat([upsample_1, double_2], -1); // 24@16x16  unet.cnn:8
    const double_4: tf.Tensor4D = double(weights, "double_4", concat_1, mode); // 8@16x16  unet.cnn:8
    const upsample_2: tf.Tensor4D = upsampleNearest(double_4, [32, 32]); // 8@32x32  unet.cnn:9
    const concat_2: tf.Tensor4D = tf.concat([upsample_2, double_1], -1); // 12@32x32  unet.cnn:9
    const double_5: tf.Tensor4D = double(weights, "double_5", concat_2, mode); // 4@32x32  unet.cnn:9
    const conv_1: tf.Tensor4D = tf.add(
      tf.conv2d(double_5, weights["conv_1.weight"], 1, "valid"),
      weights["conv_1.bias"],
    ); // 2@32x32  unet.cnn:10

    return conv_1;
  });
}

/** The weights' shapes, by name. */
export const weightShapes = {
  "double_1.conv_1.weight": [3, 3, 3, 4],
  "double_1.conv_1.bias": [4],
  "double_1.batchnorm_1.weight": [4],
  "double_1.batchnorm_1.bias": [4],
  "double_1.batchnorm_1.running_mean": [4],
  "double_1.batchnorm_1.running_var": [4],
  "double_1.conv_2.weight": [3, 3, 4, 4],
  "double_1.conv_2.bias": [4],
  "double_1.batchnorm_2.weight": [4],
  "double_1.batchnorm_2.bias": [4],
  "double_1.batchnorm_2.running_mean": [4],
  "double_1.batchnorm_2.running_var": [4],
  "double_2.conv_1.weight": [3, 3, 4, 8],
  "double_2.conv_1.bias": [8],
  "double_2.batchnorm_1.weight": [8],
  "double_2.batchnorm_1.bias": [8],
  "double_2.batchnorm_1.running_mean": [8],
  "double_2.batchnorm_1.running_var": [8],
  "double_2.conv_2.weight": [3, 3, 8, 8],
  "double_2.conv_2.bias": [8],
  "double_2.batchnorm_2.weight": [8],
  "double_2.batchnorm_2.bias": [8],
  "double_2.batchnorm_2.running_mean": [8],
  "double_2.batchnorm_2.running_var": [8],
  "double_3.conv_1.weight": [3, 3, 8, 16],
  "double_3.conv_1.bias": [16],
  "double_3.batchnorm_1.weight": [16],
  "double_3.batchnorm_1.bias": [16],
  "double_3.batchnorm_1.running_mean": [16],
  "double_3.batchnorm_1.running_var": [16],
  "double_3.conv_2.weight": [3, 3, 16, 16],
  "double_3.conv_2.bias": [16],
  "double_3.batchnorm_2.weight": [16],
  "double_3.batchnorm_2.bias": [16],
  "double_3.batchnorm_2.running_mean": [16],
  "double_3.batchnorm_2.running_var": [16],
  "double_4.conv_1.weight": [3, 3, 24, 8],
  "double_4.conv_1.bias": [8],
  "double_4.batchnorm_1.weight": [8],
  "double_4.batchnorm_1.bias": [8],
  "double_4.batchnorm_1.running_mean": [8],
  "double_4.batchnorm_1.running_var": [8],
  "double_4.conv_2.weight": [3, 3, 8, 8],
  "double_4.conv_2.bias": [8],
  "double_4.batchnorm_2.weight": [8],
  "double_4.batchnorm_2.bias": [8],
  "double_4.batchnorm_2.running_mean": [8],
  "double_4.batchnorm_2.running_var": [8],
  "double_5.conv_1.weight": [3, 3, 12, 4],
  "double_5.conv_1.bias": [4],
  "double_5.batchnorm_1.weight": [4],
  "double_5.batchnorm_1.bias": [4],
  "double_5.batchnorm_1.running_mean": [4],
  "double_5.batchnorm_1.running_var": [4],
  "double_5.conv_2.weight": [3, 3, 4, 4],
  "double_5.conv_2.bias": [4],
  "double_5.batchnorm_2.weight": [4],
  "double_5.batchnorm_2.bias": [4],
  "double_5.batchnorm_2.running_mean": [4],
  "double_5.batchnorm_2.running_var": [4],
  "conv_1.weight": [1, 1, 4, 2],
  "conv_1.bias": [2],
};

export type Weights = {
  "double_1.conv_1.weight": tf.Tensor4D;
  "double_1.conv_1.bias": tf.Tensor1D;
  "double_1.batchnorm_1.weight": tf.Tensor1D;
  "double_1.batchnorm_1.bias": tf.Tensor1D;
  "double_1.batchnorm_1.running_mean": tf.Tensor1D;
  "double_1.batchnorm_1.running_var": tf.Tensor1D;
  "double_1.conv_2.weight": tf.Tensor4D;
  "double_1.conv_2.bias": tf.Tensor1D;
  "double_1.batchnorm_2.weight": tf.Tensor1D;
  "double_1.batchnorm_2.bias": tf.Tensor1D;
  "double_1.batchnorm_2.running_mean": tf.Tensor1D;
  "double_1.batchnorm_2.running_var": tf.Tensor1D;
  "double_2.conv_1.weight": tf.Tensor4D;
  "double_2.conv_1.bias": tf.Tensor1D;
  "double_2.batchnorm_1.weight": tf.Tensor1D;
  "double_2.batchnorm_1.bias": tf.Tensor1D;
  "double_2.batchnorm_1.running_mean": tf.Tensor1D;
  "double_2.batchnorm_1.running_var": tf.Tensor1D;
  "double_2.conv_2.weight": tf.Tensor4D;
  "double_2.conv_2.bias": tf.Tensor1D;
  "double_2.batchnorm_2.weight": tf.Tensor1D;
  "double_2.batchnorm_2.bias": tf.Tensor1D;
  "double_2.batchnorm_2.running_mean": tf.Tensor1D;
  "double_2.batchnorm_2.running_var": tf.Tensor1D;
  "double_3.conv_1.weight": tf.Tensor4D;
  "double_3.conv_1.bias": tf.Tensor1D;
  "double_3.batchnorm_1.weight": tf.Tensor1D;
  "double_3.batchnorm_1.bias": tf.Tensor1D;
  "double_3.batchnorm_1.running_mean": tf.Tensor1D;
  "double_3.batchnorm_1.running_var": tf.Tensor1D;
  "double_3.conv_2.weight": tf.Tensor4D;
  "double_3.conv_2.bias": tf.Tensor1D;
  "double_3.batchnorm_2.weight": tf.Tensor1D;
  "double_3.batchnorm_2.bias": tf.Tensor1D;
  "double_3.batchnorm_2.running_mean": tf.Tensor1D;
  "double_3.batchnorm_2.running_var": tf.Tensor1D;
  "double_4.conv_1.weight": tf.Tensor4D;
  "double_4.conv_1.bias": tf.Tensor1D;
  "double_4.batchnorm_1.weight": tf.Tensor1D;
  "double_4.batchnorm_1.bias": tf.Tensor1D;
  "double_4.batchnorm_1.running_mean": tf.Tensor1D;
  "double_4.batchnorm_1.running_var": tf.Tensor1D;
  "double_4.conv_2.weight": tf.Tensor4D;
  "double_4.conv_2.bias": tf.Tensor1D;
  "double_4.batchnorm_2.weight": tf.Tensor1D;
  "double_4.batchnorm_2.bias": tf.Tensor1D;
  "double_4.batchnorm_2.running_mean": tf.Tensor1D;
  "double_4.batchnorm_2.running_var": tf.Tensor1D;
  "double_5.conv_1.weight": tf.Tensor4D;
  "double_5.conv_1.bias": tf.Tensor1D;
  "double_5.batchnorm_1.weight": tf.Tensor1D;
  "double_5.batchnorm_1.bias": tf.Tensor1D;
  "double_5.batchnorm_1.running_mean": tf.Tensor1D;
  "double_5.batchnorm_1.running_var": tf.Tensor1D;
  "double_5.conv_2.weight": tf.Tensor4D;
  "double_5.conv_2.bias": tf.Tensor1D;
  "double_5.batchnorm_2.weight": tf.Tensor1D;
  "double_5.batchnorm_2.bias": tf.Tensor1D;
  "double_5.batchnorm_2.running_mean": tf.Tensor1D;
  "double_5.batchnorm_2.running_var": tf.Tensor1D;
  "conv_1.weight": tf.Tensor4D;
  "conv_1.bias": tf.Tensor1D;
};
