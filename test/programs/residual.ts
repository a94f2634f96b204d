// Residual(classes = 10), from residual.cnn: 3@32x32 → 10
// 61,786 parameters, 22,987,072 multiply-accumulates an image
// Made by the .cnn compiler: change the program, not this file.

import * as tf from "@tensorflow/tfjs-core";
import { batchNorm, type Mode } from "@cnn-lang/runtime/nn";

// layer1.0, layer1.1, layer2.1, layer2.2
function basic(
  weights: Weights,
  path: "layer1.0" | "layer1.1" | "layer2.1" | "layer2.2",
  input: tf.Tensor4D,
  mode: Mode,
): tf.Tensor4D {
  const conv1: tf.Tensor4D = tf.conv2d(input, weights[`${path}.conv1.weight` as const], 1, 1); // residual.cnn:3
  const bn1: tf.Tensor4D = batchNorm(conv1, weights, `${path}.bn1`, {
    training: mode.training,
    activation: "relu",
  }); // residual.cnn:4, 5
  const conv2: tf.Tensor4D = tf.conv2d(bn1, weights[`${path}.conv2.weight` as const], 1, 1); // residual.cnn:6
  const bn2: tf.Tensor4D = batchNorm(conv2, weights, `${path}.bn2`, { training: mode.training }); // residual.cnn:7
  const add_1: tf.Tensor4D = tf.add(bn2, input); // residual.cnn:2
  const relu_2: tf.Tensor4D = tf.relu(add_1); // residual.cnn:12

  return relu_2;
}

// input: [batch, 32, 32, 3], which is 3@32x32 with the channels last
// → output: [batch, 10]
export function forward(weights: Weights, input: tf.Tensor4D, mode: Mode = { training: false }): tf.Tensor2D {
  return tf.tidy(() => {
    const conv1: tf.Tensor4D = tf.conv2d(input, weights["conv1.weight"], 1, 1); // 16@32x32  residual.cnn:18
    const bn1: tf.Tensor4D = batchNorm(conv1, weights, "bn1", {
      training: mode.training,
      activation: "relu",
    }); // 16@32x32  residual.cnn:19, 20

    // layer1  residual.cnn:22
    const layer1_0: tf.Tensor4D = basic(weights, "layer1.0", bn1, mode); // 16@32x32  residual.cnn:22
    const layer1_1: tf.Tensor4D = basic(weights, "layer1.1", layer1_0, mode); // 16@32x32  residual.cnn:22

    // layer2  residual.cnn:23
    // layer2.0: basic  residual.cnn:23
    const layer2_0_conv1: tf.Tensor4D = tf.conv2d(layer1_1, weights["layer2.0.conv1.weight"], 2, 1); // 32@16x16  residual.cnn:3
    const layer2_0_bn1: tf.Tensor4D = batchNorm(layer2_0_conv1, weights, "layer2.0.bn1", {
      training: mode.training,
      activation: "relu",
    }); // 32@16x16  residual.cnn:4, 5
    const layer2_0_conv2: tf.Tensor4D = tf.conv2d(layer2_0_bn1, weights["layer2.0.conv2.weight"], 1, 1); // 32@16x16  residual.cnn:6
    const layer2_0_bn2: tf.Tensor4D = batchNorm(layer2_0_conv2, weights, "layer2.0.bn2", {
      training: mode.training,
    }); // 32@16x16  residual.cnn:7

    // layer2.0.downsample  residual.cnn:8
    const layer2_0_downsample_0: tf.Tensor4D = tf.conv2d(
      layer1_1,
      weights["layer2.0.downsample.0.weight"],
      2,
      "valid",
    ); // 32@16x16  residual.cnn:9
    const layer2_0_downsample_1: tf.Tensor4D = batchNorm(
      layer2_0_downsample_0,
      weights,
      "layer2.0.downsample.1",
      { training: mode.training },
    ); // 32@16x16  residual.cnn:10

    const layer2_0_add_1: tf.Tensor4D = tf.add(layer2_0_bn2, layer2_0_downsample_1); // 32@16x16  residual.cnn:2
    const layer2_0_relu_2: tf.Tensor4D = tf.relu(layer2_0_add_1); // 32@16x16  residual.cnn:12

    const layer2_1: tf.Tensor4D = basic(weights, "layer2.1", layer2_0_relu_2, mode); // 32@16x16  residual.cnn:23
    const layer2_2: tf.Tensor4D = basic(weights, "layer2.2", layer2_1, mode); // 32@16x16  residual.cnn:23

    const globalavgpool_1: tf.Tensor2D = tf.mean(layer2_2, [1, 2]); // 32  residual.cnn:25
    const fc: tf.Tensor2D = tf.fused.matMul({
      a: globalavgpool_1,
      b: weights["fc.weight"],
      bias: weights["fc.bias"],
    }) as tf.Tensor2D; // 10  residual.cnn:26

    return fc;
  });
}

/** The weights' shapes, by name. */
export const weightShapes = {
  "conv1.weight": [3, 3, 3, 16],
  "bn1.weight": [16],
  "bn1.bias": [16],
  "bn1.running_mean": [16],
  "bn1.running_var": [16],
  "layer1.0.conv1.weight": [3, 3, 16, 16],
  "layer1.0.bn1.weight": [16],
  "layer1.0.bn1.bias": [16],
  "layer1.0.bn1.running_mean": [16],
  "layer1.0.bn1.running_var": [16],
  "layer1.0.conv2.weight": [3, 3, 16, 16],
  "layer1.0.bn2.weight": [16],
  "layer1.0.bn2.bias": [16],
  "layer1.0.bn2.running_mean": [16],
  "layer1.0.bn2.running_var": [16],
  "layer1.1.conv1.weight": [3, 3, 16, 16],
  "layer1.1.bn1.weight": [16],
  "layer1.1.bn1.bias": [16],
  "layer1.1.bn1.running_mean": [16],
  "layer1.1.bn1.running_var": [16],
  "layer1.1.conv2.weight": [3, 3, 16, 16],
  "layer1.1.bn2.weight": [16],
  "layer1.1.bn2.bias": [16],
  "layer1.1.bn2.running_mean": [16],
  "layer1.1.bn2.running_var": [16],
  "layer2.0.conv1.weight": [3, 3, 16, 32],
  "layer2.0.bn1.weight": [32],
  "layer2.0.bn1.bias": [32],
  "layer2.0.bn1.running_mean": [32],
  "layer2.0.bn1.running_var": [32],
  "layer2.0.conv2.weight": [3, 3, 32, 32],
  "layer2.0.bn2.weight": [32],
  "layer2.0.bn2.bias": [32],
  "layer2.0.bn2.running_mean": [32],
  "layer2.0.bn2.running_var": [32],
  "layer2.0.downsample.0.weight": [1, 1, 16, 32],
  "layer2.0.downsample.1.weight": [32],
  "layer2.0.downsample.1.bias": [32],
  "layer2.0.downsample.1.running_mean": [32],
  "layer2.0.downsample.1.running_var": [32],
  "layer2.1.conv1.weight": [3, 3, 32, 32],
  "layer2.1.bn1.weight": [32],
  "layer2.1.bn1.bias": [32],
  "layer2.1.bn1.running_mean": [32],
  "layer2.1.bn1.running_var": [32],
  "layer2.1.conv2.weight": [3, 3, 32, 32],
  "layer2.1.bn2.weight": [32],
  "layer2.1.bn2.bias": [32],
  "layer2.1.bn2.running_mean": [32],
  "layer2.1.bn2.running_var": [32],
  "layer2.2.conv1.weight": [3, 3, 32, 32],
  "layer2.2.bn1.weight": [32],
  "layer2.2.bn1.bias": [32],
  "layer2.2.bn1.running_mean": [32],
  "layer2.2.bn1.running_var": [32],
  "layer2.2.conv2.weight": [3, 3, 32, 32],
  "layer2.2.bn2.weight": [32],
  "layer2.2.bn2.bias": [32],
  "layer2.2.bn2.running_mean": [32],
  "layer2.2.bn2.running_var": [32],
  "fc.weight": [32, 10],
  "fc.bias": [10],
};

export type Weights = {
  "conv1.weight": tf.Tensor4D;
  "bn1.weight": tf.Tensor1D;
  "bn1.bias": tf.Tensor1D;
  "bn1.running_mean": tf.Tensor1D;
  "bn1.running_var": tf.Tensor1D;
  "layer1.0.conv1.weight": tf.Tensor4D;
  "layer1.0.bn1.weight": tf.Tensor1D;
  "layer1.0.bn1.bias": tf.Tensor1D;
  "layer1.0.bn1.running_mean": tf.Tensor1D;
  "layer1.0.bn1.running_var": tf.Tensor1D;
  "layer1.0.conv2.weight": tf.Tensor4D;
  "layer1.0.bn2.weight": tf.Tensor1D;
  "layer1.0.bn2.bias": tf.Tensor1D;
  "layer1.0.bn2.running_mean": tf.Tensor1D;
  "layer1.0.bn2.running_var": tf.Tensor1D;
  "layer1.1.conv1.weight": tf.Tensor4D;
  "layer1.1.bn1.weight": tf.Tensor1D;
  "layer1.1.bn1.bias": tf.Tensor1D;
  "layer1.1.bn1.running_mean": tf.Tensor1D;
  "layer1.1.bn1.running_var": tf.Tensor1D;
  "layer1.1.conv2.weight": tf.Tensor4D;
  "layer1.1.bn2.weight": tf.Tensor1D;
  "layer1.1.bn2.bias": tf.Tensor1D;
  "layer1.1.bn2.running_mean": tf.Tensor1D;
  "layer1.1.bn2.running_var": tf.Tensor1D;
  "layer2.0.conv1.weight": tf.Tensor4D;
  "layer2.0.bn1.weight": tf.Tensor1D;
  "layer2.0.bn1.bias": tf.Tensor1D;
  "layer2.0.bn1.running_mean": tf.Tensor1D;
  "layer2.0.bn1.running_var": tf.Tensor1D;
  "layer2.0.conv2.weight": tf.Tensor4D;
  "layer2.0.bn2.weight": tf.Tensor1D;
  "layer2.0.bn2.bias": tf.Tensor1D;
  "layer2.0.bn2.running_mean": tf.Tensor1D;
  "layer2.0.bn2.running_var": tf.Tensor1D;
  "layer2.0.downsample.0.weight": tf.Tensor4D;
  "layer2.0.downsample.1.weight": tf.Tensor1D;
  "layer2.0.downsample.1.bias": tf.Tensor1D;
  "layer2.0.downsample.1.running_mean": tf.Tensor1D;
  "layer2.0.downsample.1.running_var": tf.Tensor1D;
  "layer2.1.conv1.weight": tf.Tensor4D;
  "layer2.1.bn1.weight": tf.Tensor1D;
  "layer2.1.bn1.bias": tf.Tensor1D;
  "layer2.1.bn1.running_mean": tf.Tensor1D;
  "layer2.1.bn1.running_var": tf.Tensor1D;
  "layer2.1.conv2.weight": tf.Tensor4D;
  "layer2.1.bn2.weight": tf.Tensor1D;
  "layer2.1.bn2.bias": tf.Tensor1D;
  "layer2.1.bn2.running_mean": tf.Tensor1D;
  "layer2.1.bn2.running_var": tf.Tensor1D;
  "layer2.2.conv1.weight": tf.Tensor4D;
  "layer2.2.bn1.weight": tf.Tensor1D;
  "layer2.2.bn1.bias": tf.Tensor1D;
  "layer2.2.bn1.running_mean": tf.Tensor1D;
  "layer2.2.bn1.running_var": tf.Tensor1D;
  "layer2.2.conv2.weight": tf.Tensor4D;
  "layer2.2.bn2.weight": tf.Tensor1D;
  "layer2.2.bn2.bias": tf.Tensor1D;
  "layer2.2.bn2.running_mean": tf.Tensor1D;
  "layer2.2.bn2.running_var": tf.Tensor1D;
  "fc.weight": tf.Tensor2D;
  "fc.bias": tf.Tensor1D;
};
