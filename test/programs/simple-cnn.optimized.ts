// SimpleCNN(classes = 10), from simple-cnn.cnn: 3@32x32 → 10
// 620,810 parameters, 10,848,768 multiply-accumulates an image
// For inference only: batch norms are part of the layers before them, dropout is gone.
// Made by the .cnn compiler: change the program, not this file.

import * as tf from "@tensorflow/tfjs-core";
import { foldBatchNorms } from "@cnn-lang/runtime/nn";

// stage_1, stage_2, stage_3
function stage(weights: Folded, path: "stage_1" | "stage_2" | "stage_3", input: tf.Tensor4D): tf.Tensor4D {
  const conv_1: tf.Tensor4D = tf.fused.conv2d({
    x: input,
    filter: weights[`${path}.conv_1.folded.weight` as const],
    strides: 1,
    pad: 1,
    bias: weights[`${path}.conv_1.folded.bias` as const],
    activation: "relu",
  }); // simple-cnn.cnn:2, 3, 4
  const maxpool_1: tf.Tensor4D = tf.maxPool(conv_1, 2, 2, "valid"); // simple-cnn.cnn:5

  return maxpool_1;
}

// input: [batch, 32, 32, 3], which is 3@32x32 with the channels last
// → output: [batch, 10]
export function forward(weights: Folded, input: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    const stage_1: tf.Tensor4D = stage(weights, "stage_1", input); // 32@16x16  simple-cnn.cnn:11
    const stage_2: tf.Tensor4D = stage(weights, "stage_2", stage_1); // 64@8x8  simple-cnn.cnn:12
    const stage_3: tf.Tensor4D = stage(weights, "stage_3", stage_2); // 128@4x4  simple-cnn.cnn:13
    const flatten_1: tf.Tensor2D = tf.reshape(tf.transpose(stage_3, [0, 3, 1, 2]), [-1, 2048]); // 2048  simple-cnn.cnn:15
    const dense_1: tf.Tensor2D = tf.fused.matMul({
      a: flatten_1,
      b: weights["dense_1.weight"],
      bias: weights["dense_1.bias"],
      activation: "relu",
    }) as tf.Tensor2D; // 256  simple-cnn.cnn:16
    const dense_2: tf.Tensor2D = tf.fused.matMul({
      a: dense_1,
      b: weights["dense_2.weight"],
      bias: weights["dense_2.bias"],
    }) as tf.Tensor2D; // 10  simple-cnn.cnn:17

    return dense_2;
  });
}

// What `forward` computes with, of the weights that `weightShapes` names: to be called once, after loading. The tensors
// are new ones; those that are given may be disposed.
export function fold(weights: Weights): Folded {
  return foldBatchNorms(weights, norms) as Folded;
}

// The batch norms that are part of the layers before them.
const norms = {
  "stage_1.conv_1": { norm: "stage_1.batchnorm_1" },
  "stage_2.conv_1": { norm: "stage_2.batchnorm_1" },
  "stage_3.conv_1": { norm: "stage_3.batchnorm_1" },
} as const;

export type Folded = {
  "stage_1.conv_1.folded.weight": tf.Tensor4D;
  "stage_1.conv_1.folded.bias": tf.Tensor1D;
  "stage_2.conv_1.folded.weight": tf.Tensor4D;
  "stage_2.conv_1.folded.bias": tf.Tensor1D;
  "stage_3.conv_1.folded.weight": tf.Tensor4D;
  "stage_3.conv_1.folded.bias": tf.Tensor1D;
  "dense_1.weight": tf.Tensor2D;
  "dense_1.bias": tf.Tensor1D;
  "dense_2.weight": tf.Tensor2D;
  "dense_2.bias": tf.Tensor1D;
};

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
