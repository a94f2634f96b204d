// LeNet5(classes = 10), from lenet5.cnn: 1@28x28 → 10
// 44,426 parameters, 281,640 multiply-accumulates an image
// Made by the .cnn compiler: change the program, not this file.

import * as tf from "@tensorflow/tfjs-core";

// input: [batch, 28, 28, 1], which is 1@28x28 with the channels last
// → output: [batch, 10]
export function forward(weights: Weights, input: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    const conv_1: tf.Tensor4D = tf.add(
      tf.conv2d(input, weights["conv_1.weight"], 1, "valid"),
      weights["conv_1.bias"],
    ); // 6@24x24  lenet5.cnn:4
    const tanh_1: tf.Tensor4D = tf.tanh(conv_1); // 6@24x24  lenet5.cnn:4
    const avgpool_1: tf.Tensor4D = tf.avgPool(tanh_1, 2, 2, "valid"); // 6@12x12  lenet5.cnn:4
    const conv_2: tf.Tensor4D = tf.add(
      tf.conv2d(avgpool_1, weights["conv_2.weight"], 1, "valid"),
      weights["conv_2.bias"],
    ); // 16@8x8  lenet5.cnn:5
    const tanh_2: tf.Tensor4D = tf.tanh(conv_2); // 16@8x8  lenet5.cnn:5
    const avgpool_2: tf.Tensor4D = tf.avgPool(tanh_2, 2, 2, "valid"); // 16@4x4  lenet5.cnn:5
    const flatten_1: tf.Tensor2D = tf.reshape(tf.transpose(avgpool_2, [0, 3, 1, 2]), [-1, 256]); // 256  lenet5.cnn:6
    const dense_1: tf.Tensor2D = tf.fused.matMul({
      a: flatten_1,
      b: weights["dense_1.weight"],
      bias: weights["dense_1.bias"],
    }) as tf.Tensor2D; // 120  lenet5.cnn:7
    const tanh_3: tf.Tensor2D = tf.tanh(dense_1); // 120  lenet5.cnn:7
    const dense_2: tf.Tensor2D = tf.fused.matMul({
      a: tanh_3,
      b: weights["dense_2.weight"],
      bias: weights["dense_2.bias"],
    }) as tf.Tensor2D; // 84  lenet5.cnn:8
    const tanh_4: tf.Tensor2D = tf.tanh(dense_2); // 84  lenet5.cnn:8
    const dense_3: tf.Tensor2D = tf.fused.matMul({
      a: tanh_4,
      b: weights["dense_3.weight"],
      bias: weights["dense_3.bias"],
    }) as tf.Tensor2D; // 10  lenet5.cnn:9

    return dense_3;
  });
}

/** The weights' shapes, by name. */
export const weightShapes = {
  "conv_1.weight": [5, 5, 1, 6],
  "conv_1.bias": [6],
  "conv_2.weight": [5, 5, 6, 16],
  "conv_2.bias": [16],
  "dense_1.weight": [256, 120],
  "dense_1.bias": [120],
  "dense_2.weight": [120, 84],
  "dense_2.bias": [84],
  "dense_3.weight": [84, 10],
  "dense_3.bias": [10],
};

export type Weights = {
  "conv_1.weight": tf.Tensor4D;
  "conv_1.bias": tf.Tensor1D;
  "conv_2.weight": tf.Tensor4D;
  "conv_2.bias": tf.Tensor1D;
  "dense_1.weight": tf.Tensor2D;
  "dense_1.bias": tf.Tensor1D;
  "dense_2.weight": tf.Tensor2D;
  "dense_2.bias": tf.Tensor1D;
  "dense_3.weight": tf.Tensor2D;
  "dense_3.bias": tf.Tensor1D;
};
