// MobileNetV2(classes = 1000), from mobilenet-v2.cnn: 3@224x224 → 1000
// 3,504,872 parameters, 300,774,272 multiply-accumulates an image
// Made by the .cnn compiler: change the program, not this file.

import * as tf from "@tensorflow/tfjs-core";
import { batchNorm, dropout, type Mode } from "@cnn-lang/runtime/nn";

// features.1.conv.0, features.3.conv.1, features.5.conv.1, features.6.conv.1, features.8.conv.1 and 8 more
function depthwise_bn(
  weights: Weights,
  path:
    | "features.1.conv.0"
    | "features.3.conv.1"
    | "features.5.conv.1"
    | "features.6.conv.1"
    | "features.8.conv.1"
    | "features.9.conv.1"
    | "features.10.conv.1"
    | "features.11.conv.1"
    | "features.12.conv.1"
    | "features.13.conv.1"
    | "features.15.conv.1"
    | "features.16.conv.1"
    | "features.17.conv.1",
  input: tf.Tensor4D,
  mode: Mode,
): tf.Tensor4D {
  const _0: tf.Tensor4D = tf.depthwiseConv2d(input, weights[`${path}.0.weight` as const], 1, 1); // mobilenet-v2.cnn:10
  const _1: tf.Tensor4D = batchNorm(_0, weights, `${path}.1`, {
    training: mode.training,
    activation: "relu6",
  }); // mobilenet-v2.cnn:11, 12

  return _1;
}

// features.2.conv.0, features.3.conv.0, features.4.conv.0, features.5.conv.0, features.6.conv.0 and 12 more
function conv_bn(
  weights: Weights,
  path:
    | "features.2.conv.0"
    | "features.3.conv.0"
    | "features.4.conv.0"
    | "features.5.conv.0"
    | "features.6.conv.0"
    | "features.7.conv.0"
    | "features.8.conv.0"
    | "features.9.conv.0"
    | "features.10.conv.0"
    | "features.11.conv.0"
    | "features.12.conv.0"
    | "features.13.conv.0"
    | "features.14.conv.0"
    | "features.15.conv.0"
    | "features.16.conv.0"
    | "features.17.conv.0"
    | "features.18",
  input: tf.Tensor4D,
  mode: Mode,
): tf.Tensor4D {
  const _0: tf.Tensor4D = tf.conv2d(input, weights[`${path}.0.weight` as const], 1, "valid"); // mobilenet-v2.cnn:4
  const _1: tf.Tensor4D = batchNorm(_0, weights, `${path}.1`, {
    training: mode.training,
    activation: "relu6",
  }); // mobilenet-v2.cnn:5, 6

  return _1;
}

// features.2, features.4, features.7, features.14
function inverted_residual(
  weights: Weights,
  path: "features.2" | "features.4" | "features.7" | "features.14",
  input: tf.Tensor4D,
  mode: Mode,
): tf.Tensor4D {
  // conv  mobilenet-v2.cnn:18
  const conv_0: tf.Tensor4D = conv_bn(weights, `${path}.conv.0` as const, input, mode); // mobilenet-v2.cnn:19

  // conv.1: depthwise_bn  mobilenet-v2.cnn:20
  const conv_1_0: tf.Tensor4D = tf.depthwiseConv2d(conv_0, weights[`${path}.conv.1.0.weight` as const], 2, 1); // mobilenet-v2.cnn:10
  const conv_1_1: tf.Tensor4D = batchNorm(conv_1_0, weights, `${path}.conv.1.1`, {
    training: mode.training,
    activation: "relu6",
  }); // mobilenet-v2.cnn:11, 12

  const conv_2: tf.Tensor4D = tf.conv2d(conv_1_1, weights[`${path}.conv.2.weight` as const], 1, "valid"); // mobilenet-v2.cnn:21
  const conv_3: tf.Tensor4D = batchNorm(conv_2, weights, `${path}.conv.3`, { training: mode.training }); // mobilenet-v2.cnn:22

  return conv_3;
}

// features.3.conv, features.5.conv, features.6.conv, features.8.conv, features.9.conv and 7 more
function conv(
  weights: Weights,
  path:
    | "features.3.conv"
    | "features.5.conv"
    | "features.6.conv"
    | "features.8.conv"
    | "features.9.conv"
    | "features.10.conv"
    | "features.11.conv"
    | "features.12.conv"
    | "features.13.conv"
    | "features.15.conv"
    | "features.16.conv"
    | "features.17.conv",
  input: tf.Tensor4D,
  mode: Mode,
): tf.Tensor4D {
  const _0: tf.Tensor4D = conv_bn(weights, `${path}.0` as const, input, mode); // mobilenet-v2.cnn:19
  const _1: tf.Tensor4D = depthwise_bn(weights, `${path}.1` as const, _0, mode); // mobilenet-v2.cnn:20
  const _2: tf.Tensor4D = tf.conv2d(_1, weights[`${path}.2.weight` as const], 1, "valid"); // mobilenet-v2.cnn:21
  const _3: tf.Tensor4D = batchNorm(_2, weights, `${path}.3`, { training: mode.training }); // mobilenet-v2.cnn:22

  return _3;
}

// features.3, features.5, features.6, features.8, features.9 and 5 more
function inverted_residual_2(
  weights: Weights,
  path:
    | "features.3"
    | "features.5"
    | "features.6"
    | "features.8"
    | "features.9"
    | "features.10"
    | "features.12"
    | "features.13"
    | "features.15"
    | "features.16",
  input: tf.Tensor4D,
  mode: Mode,
): tf.Tensor4D {
  const conv_2: tf.Tensor4D = conv(weights, `${path}.conv` as const, input, mode); // mobilenet-v2.cnn:18
  const add_1: tf.Tensor4D = tf.add(conv_2, input); // mobilenet-v2.cnn:17

  return add_1;
}

// input: [batch, 224, 224, 3], which is 3@224x224 with the channels last
// → output: [batch, 1000]
export function forward(weights: Weights, input: tf.Tensor4D, mode: Mode = { training: false }): tf.Tensor2D {
  return tf.tidy(() => {
    // features  mobilenet-v2.cnn:30
    // features.0: conv_bn  mobilenet-v2.cnn:31
    const features_0_0: tf.Tensor4D = tf.conv2d(input, weights["features.0.0.weight"], 2, 1); // 32@112x112  mobilenet-v2.cnn:4
    const features_0_1: tf.Tensor4D = batchNorm(features_0_0, weights, "features.0.1", {
      training: mode.training,
      activation: "relu6",
    }); // 32@112x112  mobilenet-v2.cnn:5, 6

    // features.1: inverted_residual  mobilenet-v2.cnn:32
    // features.1.conv  mobilenet-v2.cnn:18
    const features_1_conv_0: tf.Tensor4D = depthwise_bn(weights, "features.1.conv.0", features_0_1, mode); // 32@112x112  mobilenet-v2.cnn:20
    const features_1_conv_1: tf.Tensor4D = tf.conv2d(
      features_1_conv_0,
      weights["features.1.conv.1.weight"],
      1,
      "valid",
    ); // 16@112x112  mobilenet-v2.cnn:21
    const features_1_conv_2: tf.Tensor4D = batchNorm(features_1_conv_1, weights, "features.1.conv.2", {
      training: mode.training,
    }); // 16@112x112  mobilenet-v2.cnn:22

    const features_2: tf.Tensor4D = inverted_residual(weights, "features.2", features_1_conv_2, mode); // 24@56x56  mobilenet-v2.cnn:34
    const features_3: tf.Tensor4D = inverted_residual_2(weights, "features.3", features_2, mode); // 24@56x56  mobilenet-v2.cnn:35
    const features_4: tf.Tensor4D = inverted_residual(weights, "features.4", features_3, mode); // 32@28x28  mobilenet-v2.cnn:34
    const features_5: tf.Tensor4D = inverted_residual_2(weights, "features.5", features_4, mode); // 32@28x28  mobilenet-v2.cnn:35
    const features_6: tf.Tensor4D = inverted_residual_2(weights, "features.6", features_5, mode); // 32@28x28  mobilenet-v2.cnn:35
    const features_7: tf.Tensor4D = inverted_residual(weights, "features.7", features_6, mode); // 64@14x14  mobilenet-v2.cnn:34
    const features_8: tf.Tensor4D = inverted_residual_2(weights, "features.8", features_7, mode); // 64@14x14  mobilenet-v2.cnn:35
    const features_9: tf.Tensor4D = inverted_residual_2(weights, "features.9", features_8, mode); // 64@14x14  mobilenet-v2.cnn:35
    const features_10: tf.Tensor4D = inverted_residual_2(weights, "features.10", features_9, mode); // 64@14x14  mobilenet-v2.cnn:35

    // features.11: inverted_residual  mobilenet-v2.cnn:34
    const features_11_conv: tf.Tensor4D = conv(weights, "features.11.conv", features_10, mode); // 96@14x14  mobilenet-v2.cnn:18

    const features_12: tf.Tensor4D = inverted_residual_2(weights, "features.12", features_11_conv, mode); // 96@14x14  mobilenet-v2.cnn:35
    const features_13: tf.Tensor4D = inverted_residual_2(weights, "features.13", features_12, mode); // 96@14x14  mobilenet-v2.cnn:35
    const features_14: tf.Tensor4D = inverted_residual(weights, "features.14", features_13, mode); // 160@7x7  mobilenet-v2.cnn:34
    const features_15: tf.Tensor4D = inverted_residual_2(weights, "features.15", features_14, mode); // 160@7x7  mobilenet-v2.cnn:35
    const features_16: tf.Tensor4D = inverted_residual_2(weights, "features.16", features_15, mode); // 160@7x7  mobilenet-v2.cnn:35

    // features.17: inverted_residual  mobilenet-v2.cnn:34
    const features_17_conv: tf.Tensor4D = conv(weights, "features.17.conv", features_16, mode); // 320@7x7  mobilenet-v2.cnn:18

    const features_18: tf.Tensor4D = conv_bn(weights, "features.18", features_17_conv, mode); // 1280@7x7  mobilenet-v2.cnn:37

    const globalavgpool_1: tf.Tensor2D = tf.mean(features_18, [1, 2]); // 1280  mobilenet-v2.cnn:39

    // classifier  mobilenet-v2.cnn:40
    const classifier_0: tf.Tensor2D = dropout(globalavgpool_1, 0.2, "classifier.0", mode); // 1280  mobilenet-v2.cnn:40
    const classifier_1: tf.Tensor2D = tf.fused.matMul({
      a: classifier_0,
      b: weights["classifier.1.weight"],
      bias: weights["classifier.1.bias"],
    }) as tf.Tensor2D; // 1000  mobilenet-v2.cnn:40

    return classifier_1;
  });
}

/** The weights' shapes, by name. */
export const weightShapes = {
  "features.0.0.weight": [3, 3, 3, 32],
  "features.0.1.weight": [32],
  "features.0.1.bias": [32],
  "features.0.1.running_mean": [32],
  "features.0.1.running_var": [32],
  "features.1.conv.0.0.weight": [3, 3, 32, 1],
  "features.1.conv.0.1.weight": [32],
  "features.1.conv.0.1.bias": [32],
  "features.1.conv.0.1.running_mean": [32],
  "features.1.conv.0.1.running_var": [32],
  "features.1.conv.1.weight": [1, 1, 32, 16],
  "features.1.conv.2.weight": [16],
  "features.1.conv.2.bias": [16],
  "features.1.conv.2.running_mean": [16],
  "features.1.conv.2.running_var": [16],
  "features.2.conv.0.0.weight": [1, 1, 16, 96],
  "features.2.conv.0.1.weight": [96],
  "features.2.conv.0.1.bias": [96],
  "features.2.conv.0.1.running_mean": [96],
  "features.2.conv.0.1.running_var": [96],
  "features.2.conv.1.0.weight": [3, 3, 96, 1],
  "features.2.conv.1.1.weight": [96],
  "features.2.conv.1.1.bias": [96],
  "features.2.conv.1.1.running_mean": [96],
  "features.2.conv.1.1.running_var": [96],
  "features.2.conv.2.weight": [1, 1, 96, 24],
  "features.2.conv.3.weight": [24],
  "features.2.conv.3.bias": [24],
  "features.2.conv.3.running_mean": [24],
  "features.2.conv.3.running_var": [24],
  "features.3.conv.0.0.weight": [1, 1, 24, 144],
  "features.3.conv.0.1.weight": [144],
  "features.3.conv.0.1.bias": [144],
  "features.3.conv.0.1.running_mean": [144],
  "features.3.conv.0.1.running_var": [144],
  "features.3.conv.1.0.weight": [3, 3, 144, 1],
  "features.3.conv.1.1.weight": [144],
  "features.3.conv.1.1.bias": [144],
  "features.3.conv.1.1.running_mean": [144],
  "features.3.conv.1.1.running_var": [144],
  "features.3.conv.2.weight": [1, 1, 144, 24],
  "features.3.conv.3.weight": [24],
  "features.3.conv.3.bias": [24],
  "features.3.conv.3.running_mean": [24],
  "features.3.conv.3.running_var": [24],
  "features.4.conv.0.0.weight": [1, 1, 24, 144],
  "features.4.conv.0.1.weight": [144],
  "features.4.conv.0.1.bias": [144],
  "features.4.conv.0.1.running_mean": [144],
  "features.4.conv.0.1.running_var": [144],
  "features.4.conv.1.0.weight": [3, 3, 144, 1],
  "features.4.conv.1.1.weight": [144],
  "features.4.conv.1.1.bias": [144],
  "features.4.conv.1.1.running_mean": [144],
  "features.4.conv.1.1.running_var": [144],
  "features.4.conv.2.weight": [1, 1, 144, 32],
  "features.4.conv.3.weight": [32],
  "features.4.conv.3.bias": [32],
  "features.4.conv.3.running_mean": [32],
  "features.4.conv.3.running_var": [32],
  "features.5.conv.0.0.weight": [1, 1, 32, 192],
  "features.5.conv.0.1.weight": [192],
  "features.5.conv.0.1.bias": [192],
  "features.5.conv.0.1.running_mean": [192],
  "features.5.conv.0.1.running_var": [192],
  "features.5.conv.1.0.weight": [3, 3, 192, 1],
  "features.5.conv.1.1.weight": [192],
  "features.5.conv.1.1.bias": [192],
  "features.5.conv.1.1.running_mean": [192],
  "features.5.conv.1.1.running_var": [192],
  "features.5.conv.2.weight": [1, 1, 192, 32],
  "features.5.conv.3.weight": [32],
  "features.5.conv.3.bias": [32],
  "features.5.conv.3.running_mean": [32],
  "features.5.conv.3.running_var": [32],
  "features.6.conv.0.0.weight": [1, 1, 32, 192],
  "features.6.conv.0.1.weight": [192],
  "features.6.conv.0.1.bias": [192],
  "features.6.conv.0.1.running_mean": [192],
  "features.6.conv.0.1.running_var": [192],
  "features.6.conv.1.0.weight": [3, 3, 192, 1],
  "features.6.conv.1.1.weight": [192],
  "features.6.conv.1.1.bias": [192],
  "features.6.conv.1.1.running_mean": [192],
  "features.6.conv.1.1.running_var": [192],
  "features.6.conv.2.weight": [1, 1, 192, 32],
  "features.6.conv.3.weight": [32],
  "features.6.conv.3.bias": [32],
  "features.6.conv.3.running_mean": [32],
  "features.6.conv.3.running_var": [32],
  "features.7.conv.0.0.weight": [1, 1, 32, 192],
  "features.7.conv.0.1.weight": [192],
  "features.7.conv.0.1.bias": [192],
  "features.7.conv.0.1.running_mean": [192],
  "features.7.conv.0.1.running_var": [192],
  "features.7.conv.1.0.weight": [3, 3, 192, 1],
  "features.7.conv.1.1.weight": [192],
  "features.7.conv.1.1.bias": [192],
  "features.7.conv.1.1.running_mean": [192],
  "features.7.conv.1.1.running_var": [192],
  "features.7.conv.2.weight": [1, 1, 192, 64],
  "features.7.conv.3.weight": [64],
  "features.7.conv.3.bias": [64],
  "features.7.conv.3.running_mean": [64],
  "features.7.conv.3.running_var": [64],
  "features.8.conv.0.0.weight": [1, 1, 64, 384],
  "features.8.conv.0.1.weight": [384],
  "features.8.conv.0.1.bias": [384],
  "features.8.conv.0.1.running_mean": [384],
  "features.8.conv.0.1.running_var": [384],
  "features.8.conv.1.0.weight": [3, 3, 384, 1],
  "features.8.conv.1.1.weight": [384],
  "features.8.conv.1.1.bias": [384],
  "features.8.conv.1.1.running_mean": [384],
  "features.8.conv.1.1.running_var": [384],
  "features.8.conv.2.weight": [1, 1, 384, 64],
  "features.8.conv.3.weight": [64],
  "features.8.conv.3.bias": [64],
  "features.8.conv.3.running_mean": [64],
  "features.8.conv.3.running_var": [64],
  "features.9.conv.0.0.weight": [1, 1, 64, 384],
  "features.9.conv.0.1.weight": [384],
  "features.9.conv.0.1.bias": [384],
  "features.9.conv.0.1.running_mean": [384],
  "features.9.conv.0.1.running_var": [384],
  "features.9.conv.1.0.weight": [3, 3, 384, 1],
  "features.9.conv.1.1.weight": [384],
  "features.9.conv.1.1.bias": [384],
  "features.9.conv.1.1.running_mean": [384],
  "features.9.conv.1.1.running_var": [384],
  "features.9.conv.2.weight": [1, 1, 384, 64],
  "features.9.conv.3.weight": [64],
  "features.9.conv.3.bias": [64],
  "features.9.conv.3.running_mean": [64],
  "features.9.conv.3.running_var": [64],
  "features.10.conv.0.0.weight": [1, 1, 64, 384],
  "features.10.conv.0.1.weight": [384],
  "features.10.conv.0.1.bias": [384],
  "features.10.conv.0.1.running_mean": [384],
  "features.10.conv.0.1.running_var": [384],
  "features.10.conv.1.0.weight": [3, 3, 384, 1],
  "features.10.conv.1.1.weight": [384],
  "features.10.conv.1.1.bias": [384],
  "features.10.conv.1.1.running_mean": [384],
  "features.10.conv.1.1.running_var": [384],
  "features.10.conv.2.weight": [1, 1, 384, 64],
  "features.10.conv.3.weight": [64],
  "features.10.conv.3.bias": [64],
  "features.10.conv.3.running_mean": [64],
  "features.10.conv.3.running_var": [64],
  "features.11.conv.0.0.weight": [1, 1, 64, 384],
  "features.11.conv.0.1.weight": [384],
  "features.11.conv.0.1.bias": [384],
  "features.11.conv.0.1.running_mean": [384],
  "features.11.conv.0.1.running_var": [384],
  "features.11.conv.1.0.weight": [3, 3, 384, 1],
  "features.11.conv.1.1.weight": [384],
  "features.11.conv.1.1.bias": [384],
  "features.11.conv.1.1.running_mean": [384],
  "features.11.conv.1.1.running_var": [384],
  "features.11.conv.2.weight": [1, 1, 384, 96],
  "features.11.conv.3.weight": [96],
  "features.11.conv.3.bias": [96],
  "features.11.conv.3.running_mean": [96],
  "features.11.conv.3.running_var": [96],
  "features.12.conv.0.0.weight": [1, 1, 96, 576],
  "features.12.conv.0.1.weight": [576],
  "features.12.conv.0.1.bias": [576],
  "features.12.conv.0.1.running_mean": [576],
  "features.12.conv.0.1.running_var": [576],
  "features.12.conv.1.0.weight": [3, 3, 576, 1],
  "features.12.conv.1.1.weight": [576],
  "features.12.conv.1.1.bias": [576],
  "features.12.conv.1.1.running_mean": [576],
  "features.12.conv.1.1.running_var": [576],
  "features.12.conv.2.weight": [1, 1, 576, 96],
  "features.12.conv.3.weight": [96],
  "features.12.conv.3.bias": [96],
  "features.12.conv.3.running_mean": [96],
  "features.12.conv.3.running_var": [96],
  "features.13.conv.0.0.weight": [1, 1, 96, 576],
  "features.13.conv.0.1.weight": [576],
  "features.13.conv.0.1.bias": [576],
  "features.13.conv.0.1.running_mean": [576],
  "features.13.conv.0.1.running_var": [576],
  "features.13.conv.1.0.weight": [3, 3, 576, 1],
  "features.13.conv.1.1.weight": [576],
  "features.13.conv.1.1.bias": [576],
  "features.13.conv.1.1.running_mean": [576],
  "features.13.conv.1.1.running_var": [576],
  "features.13.conv.2.weight": [1, 1, 576, 96],
  "features.13.conv.3.weight": [96],
  "features.13.conv.3.bias": [96],
  "features.13.conv.3.running_mean": [96],
  "features.13.conv.3.running_var": [96],
  "features.14.conv.0.0.weight": [1, 1, 96, 576],
  "features.14.conv.0.1.weight": [576],
  "features.14.conv.0.1.bias": [576],
  "features.14.conv.0.1.running_mean": [576],
  "features.14.conv.0.1.running_var": [576],
  "features.14.conv.1.0.weight": [3, 3, 576, 1],
  "features.14.conv.1.1.weight": [576],
  "features.14.conv.1.1.bias": [576],
  "features.14.conv.1.1.running_mean": [576],
  "features.14.conv.1.1.running_var": [576],
  "features.14.conv.2.weight": [1, 1, 576, 160],
  "features.14.conv.3.weight": [160],
  "features.14.conv.3.bias": [160],
  "features.14.conv.3.running_mean": [160],
  "features.14.conv.3.running_var": [160],
  "features.15.conv.0.0.weight": [1, 1, 160, 960],
  "features.15.conv.0.1.weight": [960],
  "features.15.conv.0.1.bias": [960],
  "features.15.conv.0.1.running_mean": [960],
  "features.15.conv.0.1.running_var": [960],
  "features.15.conv.1.0.weight": [3, 3, 960, 1],
  "features.15.conv.1.1.weight": [960],
  "features.15.conv.1.1.bias": [960],
  "features.15.conv.1.1.running_mean": [960],
  "features.15.conv.1.1.running_var": [960],
  "features.15.conv.2.weight": [1, 1, 960, 160],
  "features.15.conv.3.weight": [160],
  "features.15.conv.3.bias": [160],
  "features.15.conv.3.running_mean": [160],
  "features.15.conv.3.running_var": [160],
  "features.16.conv.0.0.weight": [1, 1, 160, 960],
  "features.16.conv.0.1.weight": [960],
  "features.16.conv.0.1.bias": [960],
  "features.16.conv.0.1.running_mean": [960],
  "features.16.conv.0.1.running_var": [960],
  "features.16.conv.1.0.weight": [3, 3, 960, 1],
  "features.16.conv.1.1.weight": [960],
  "features.16.conv.1.1.bias": [960],
  "features.16.conv.1.1.running_mean": [960],
  "features.16.conv.1.1.running_var": [960],
  "features.16.conv.2.weight": [1, 1, 960, 160],
  "features.16.conv.3.weight": [160],
  "features.16.conv.3.bias": [160],
  "features.16.conv.3.running_mean": [160],
  "features.16.conv.3.running_var": [160],
  "features.17.conv.0.0.weight": [1, 1, 160, 960],
  "features.17.conv.0.1.weight": [960],
  "features.17.conv.0.1.bias": [960],
  "features.17.conv.0.1.running_mean": [960],
  "features.17.conv.0.1.running_var": [960],
  "features.17.conv.1.0.weight": [3, 3, 960, 1],
  "features.17.conv.1.1.weight": [960],
  "features.17.conv.1.1.bias": [960],
  "features.17.conv.1.1.running_mean": [960],
  "features.17.conv.1.1.running_var": [960],
  "features.17.conv.2.weight": [1, 1, 960, 320],
  "features.17.conv.3.weight": [320],
  "features.17.conv.3.bias": [320],
  "features.17.conv.3.running_mean": [320],
  "features.17.conv.3.running_var": [320],
  "features.18.0.weight": [1, 1, 320, 1280],
  "features.18.1.weight": [1280],
  "features.18.1.bias": [1280],
  "features.18.1.running_mean": [1280],
  "features.18.1.running_var": [1280],
  "classifier.1.weight": [1280, 1000],
  "classifier.1.bias": [1000],
};

export type Weights = {
  "features.0.0.weight": tf.Tensor4D;
  "features.0.1.weight": tf.Tensor1D;
  "features.0.1.bias": tf.Tensor1D;
  "features.0.1.running_mean": tf.Tensor1D;
  "features.0.1.running_var": tf.Tensor1D;
  "features.1.conv.0.0.weight": tf.Tensor4D;
  "features.1.conv.0.1.weight": tf.Tensor1D;
  "features.1.conv.0.1.bias": tf.Tensor1D;
  "features.1.conv.0.1.running_mean": tf.Tensor1D;
  "features.1.conv.0.1.running_var": tf.Tensor1D;
  "features.1.conv.1.weight": tf.Tensor4D;
  "features.1.conv.2.weight": tf.Tensor1D;
  "features.1.conv.2.bias": tf.Tensor1D;
  "features.1.conv.2.running_mean": tf.Tensor1D;
  "features.1.conv.2.running_var": tf.Tensor1D;
  "features.2.conv.0.0.weight": tf.Tensor4D;
  "features.2.conv.0.1.weight": tf.Tensor1D;
  "features.2.conv.0.1.bias": tf.Tensor1D;
  "features.2.conv.0.1.running_mean": tf.Tensor1D;
  "features.2.conv.0.1.running_var": tf.Tensor1D;
  "features.2.conv.1.0.weight": tf.Tensor4D;
  "features.2.conv.1.1.weight": tf.Tensor1D;
  "features.2.conv.1.1.bias": tf.Tensor1D;
  "features.2.conv.1.1.running_mean": tf.Tensor1D;
  "features.2.conv.1.1.running_var": tf.Tensor1D;
  "features.2.conv.2.weight": tf.Tensor4D;
  "features.2.conv.3.weight": tf.Tensor1D;
  "features.2.conv.3.bias": tf.Tensor1D;
  "features.2.conv.3.running_mean": tf.Tensor1D;
  "features.2.conv.3.running_var": tf.Tensor1D;
  "features.3.conv.0.0.weight": tf.Tensor4D;
  "features.3.conv.0.1.weight": tf.Tensor1D;
  "features.3.conv.0.1.bias": tf.Tensor1D;
  "features.3.conv.0.1.running_mean": tf.Tensor1D;
  "features.3.conv.0.1.running_var": tf.Tensor1D;
  "features.3.conv.1.0.weight": tf.Tensor4D;
  "features.3.conv.1.1.weight": tf.Tensor1D;
  "features.3.conv.1.1.bias": tf.Tensor1D;
  "features.3.conv.1.1.running_mean": tf.Tensor1D;
  "features.3.conv.1.1.running_var": tf.Tensor1D;
  "features.3.conv.2.weight": tf.Tensor4D;
  "features.3.conv.3.weight": tf.Tensor1D;
  "features.3.conv.3.bias": tf.Tensor1D;
  "features.3.conv.3.running_mean": tf.Tensor1D;
  "features.3.conv.3.running_var": tf.Tensor1D;
  "features.4.conv.0.0.weight": tf.Tensor4D;
  "features.4.conv.0.1.weight": tf.Tensor1D;
  "features.4.conv.0.1.bias": tf.Tensor1D;
  "features.4.conv.0.1.running_mean": tf.Tensor1D;
  "features.4.conv.0.1.running_var": tf.Tensor1D;
  "features.4.conv.1.0.weight": tf.Tensor4D;
  "features.4.conv.1.1.weight": tf.Tensor1D;
  "features.4.conv.1.1.bias": tf.Tensor1D;
  "features.4.conv.1.1.running_mean": tf.Tensor1D;
  "features.4.conv.1.1.running_var": tf.Tensor1D;
  "features.4.conv.2.weight": tf.Tensor4D;
  "features.4.conv.3.weight": tf.Tensor1D;
  "features.4.conv.3.bias": tf.Tensor1D;
  "features.4.conv.3.running_mean": tf.Tensor1D;
  "features.4.conv.3.running_var": tf.Tensor1D;
  "features.5.conv.0.0.weight": tf.Tensor4D;
  "features.5.conv.0.1.weight": tf.Tensor1D;
  "features.5.conv.0.1.bias": tf.Tensor1D;
  "features.5.conv.0.1.running_mean": tf.Tensor1D;
  "features.5.conv.0.1.running_var": tf.Tensor1D;
  "features.5.conv.1.0.weight": tf.Tensor4D;
  "features.5.conv.1.1.weight": tf.Tensor1D;
  "features.5.conv.1.1.bias": tf.Tensor1D;
  "features.5.conv.1.1.running_mean": tf.Tensor1D;
  "features.5.conv.1.1.running_var": tf.Tensor1D;
  "features.5.conv.2.weight": tf.Tensor4D;
  "features.5.conv.3.weight": tf.Tensor1D;
  "features.5.conv.3.bias": tf.Tensor1D;
  "features.5.conv.3.running_mean": tf.Tensor1D;
  "features.5.conv.3.running_var": tf.Tensor1D;
  "features.6.conv.0.0.weight": tf.Tensor4D;
  "features.6.conv.0.1.weight": tf.Tensor1D;
  "features.6.conv.0.1.bias": tf.Tensor1D;
  "features.6.conv.0.1.running_mean": tf.Tensor1D;
  "features.6.conv.0.1.running_var": tf.Tensor1D;
  "features.6.conv.1.0.weight": tf.Tensor4D;
  "features.6.conv.1.1.weight": tf.Tensor1D;
  "features.6.conv.1.1.bias": tf.Tensor1D;
  "features.6.conv.1.1.running_mean": tf.Tensor1D;
  "features.6.conv.1.1.running_var": tf.Tensor1D;
  "features.6.conv.2.weight": tf.Tensor4D;
  "features.6.conv.3.weight": tf.Tensor1D;
  "features.6.conv.3.bias": tf.Tensor1D;
  "features.6.conv.3.running_mean": tf.Tensor1D;
  "features.6.conv.3.running_var": tf.Tensor1D;
  "features.7.conv.0.0.weight": tf.Tensor4D;
  "features.7.conv.0.1.weight": tf.Tensor1D;
  "features.7.conv.0.1.bias": tf.Tensor1D;
  "features.7.conv.0.1.running_mean": tf.Tensor1D;
  "features.7.conv.0.1.running_var": tf.Tensor1D;
  "features.7.conv.1.0.weight": tf.Tensor4D;
  "features.7.conv.1.1.weight": tf.Tensor1D;
  "features.7.conv.1.1.bias": tf.Tensor1D;
  "features.7.conv.1.1.running_mean": tf.Tensor1D;
  "features.7.conv.1.1.running_var": tf.Tensor1D;
  "features.7.conv.2.weight": tf.Tensor4D;
  "features.7.conv.3.weight": tf.Tensor1D;
  "features.7.conv.3.bias": tf.Tensor1D;
  "features.7.conv.3.running_mean": tf.Tensor1D;
  "features.7.conv.3.running_var": tf.Tensor1D;
  "features.8.conv.0.0.weight": tf.Tensor4D;
  "features.8.conv.0.1.weight": tf.Tensor1D;
  "features.8.conv.0.1.bias": tf.Tensor1D;
  "features.8.conv.0.1.running_mean": tf.Tensor1D;
  "features.8.conv.0.1.running_var": tf.Tensor1D;
  "features.8.conv.1.0.weight": tf.Tensor4D;
  "features.8.conv.1.1.weight": tf.Tensor1D;
  "features.8.conv.1.1.bias": tf.Tensor1D;
  "features.8.conv.1.1.running_mean": tf.Tensor1D;
  "features.8.conv.1.1.running_var": tf.Tensor1D;
  "features.8.conv.2.weight": tf.Tensor4D;
  "features.8.conv.3.weight": tf.Tensor1D;
  "features.8.conv.3.bias": tf.Tensor1D;
  "features.8.conv.3.running_mean": tf.Tensor1D;
  "features.8.conv.3.running_var": tf.Tensor1D;
  "features.9.conv.0.0.weight": tf.Tensor4D;
  "features.9.conv.0.1.weight": tf.Tensor1D;
  "features.9.conv.0.1.bias": tf.Tensor1D;
  "features.9.conv.0.1.running_mean": tf.Tensor1D;
  "features.9.conv.0.1.running_var": tf.Tensor1D;
  "features.9.conv.1.0.weight": tf.Tensor4D;
  "features.9.conv.1.1.weight": tf.Tensor1D;
  "features.9.conv.1.1.bias": tf.Tensor1D;
  "features.9.conv.1.1.running_mean": tf.Tensor1D;
  "features.9.conv.1.1.running_var": tf.Tensor1D;
  "features.9.conv.2.weight": tf.Tensor4D;
  "features.9.conv.3.weight": tf.Tensor1D;
  "features.9.conv.3.bias": tf.Tensor1D;
  "features.9.conv.3.running_mean": tf.Tensor1D;
  "features.9.conv.3.running_var": tf.Tensor1D;
  "features.10.conv.0.0.weight": tf.Tensor4D;
  "features.10.conv.0.1.weight": tf.Tensor1D;
  "features.10.conv.0.1.bias": tf.Tensor1D;
  "features.10.conv.0.1.running_mean": tf.Tensor1D;
  "features.10.conv.0.1.running_var": tf.Tensor1D;
  "features.10.conv.1.0.weight": tf.Tensor4D;
  "features.10.conv.1.1.weight": tf.Tensor1D;
  "features.10.conv.1.1.bias": tf.Tensor1D;
  "features.10.conv.1.1.running_mean": tf.Tensor1D;
  "features.10.conv.1.1.running_var": tf.Tensor1D;
  "features.10.conv.2.weight": tf.Tensor4D;
  "features.10.conv.3.weight": tf.Tensor1D;
  "features.10.conv.3.bias": tf.Tensor1D;
  "features.10.conv.3.running_mean": tf.Tensor1D;
  "features.10.conv.3.running_var": tf.Tensor1D;
  "features.11.conv.0.0.weight": tf.Tensor4D;
  "features.11.conv.0.1.weight": tf.Tensor1D;
  "features.11.conv.0.1.bias": tf.Tensor1D;
  "features.11.conv.0.1.running_mean": tf.Tensor1D;
  "features.11.conv.0.1.running_var": tf.Tensor1D;
  "features.11.conv.1.0.weight": tf.Tensor4D;
  "features.11.conv.1.1.weight": tf.Tensor1D;
  "features.11.conv.1.1.bias": tf.Tensor1D;
  "features.11.conv.1.1.running_mean": tf.Tensor1D;
  "features.11.conv.1.1.running_var": tf.Tensor1D;
  "features.11.conv.2.weight": tf.Tensor4D;
  "features.11.conv.3.weight": tf.Tensor1D;
  "features.11.conv.3.bias": tf.Tensor1D;
  "features.11.conv.3.running_mean": tf.Tensor1D;
  "features.11.conv.3.running_var": tf.Tensor1D;
  "features.12.conv.0.0.weight": tf.Tensor4D;
  "features.12.conv.0.1.weight": tf.Tensor1D;
  "features.12.conv.0.1.bias": tf.Tensor1D;
  "features.12.conv.0.1.running_mean": tf.Tensor1D;
  "features.12.conv.0.1.running_var": tf.Tensor1D;
  "features.12.conv.1.0.weight": tf.Tensor4D;
  "features.12.conv.1.1.weight": tf.Tensor1D;
  "features.12.conv.1.1.bias": tf.Tensor1D;
  "features.12.conv.1.1.running_mean": tf.Tensor1D;
  "features.12.conv.1.1.running_var": tf.Tensor1D;
  "features.12.conv.2.weight": tf.Tensor4D;
  "features.12.conv.3.weight": tf.Tensor1D;
  "features.12.conv.3.bias": tf.Tensor1D;
  "features.12.conv.3.running_mean": tf.Tensor1D;
  "features.12.conv.3.running_var": tf.Tensor1D;
  "features.13.conv.0.0.weight": tf.Tensor4D;
  "features.13.conv.0.1.weight": tf.Tensor1D;
  "features.13.conv.0.1.bias": tf.Tensor1D;
  "features.13.conv.0.1.running_mean": tf.Tensor1D;
  "features.13.conv.0.1.running_var": tf.Tensor1D;
  "features.13.conv.1.0.weight": tf.Tensor4D;
  "features.13.conv.1.1.weight": tf.Tensor1D;
  "features.13.conv.1.1.bias": tf.Tensor1D;
  "features.13.conv.1.1.running_mean": tf.Tensor1D;
  "features.13.conv.1.1.running_var": tf.Tensor1D;
  "features.13.conv.2.weight": tf.Tensor4D;
  "features.13.conv.3.weight": tf.Tensor1D;
  "features.13.conv.3.bias": tf.Tensor1D;
  "features.13.conv.3.running_mean": tf.Tensor1D;
  "features.13.conv.3.running_var": tf.Tensor1D;
  "features.14.conv.0.0.weight": tf.Tensor4D;
  "features.14.conv.0.1.weight": tf.Tensor1D;
  "features.14.conv.0.1.bias": tf.Tensor1D;
  "features.14.conv.0.1.running_mean": tf.Tensor1D;
  "features.14.conv.0.1.running_var": tf.Tensor1D;
  "features.14.conv.1.0.weight": tf.Tensor4D;
  "features.14.conv.1.1.weight": tf.Tensor1D;
  "features.14.conv.1.1.bias": tf.Tensor1D;
  "features.14.conv.1.1.running_mean": tf.Tensor1D;
  "features.14.conv.1.1.running_var": tf.Tensor1D;
  "features.14.conv.2.weight": tf.Tensor4D;
  "features.14.conv.3.weight": tf.Tensor1D;
  "features.14.conv.3.bias": tf.Tensor1D;
  "features.14.conv.3.running_mean": tf.Tensor1D;
  "features.14.conv.3.running_var": tf.Tensor1D;
  "features.15.conv.0.0.weight": tf.Tensor4D;
  "features.15.conv.0.1.weight": tf.Tensor1D;
  "features.15.conv.0.1.bias": tf.Tensor1D;
  "features.15.conv.0.1.running_mean": tf.Tensor1D;
  "features.15.conv.0.1.running_var": tf.Tensor1D;
  "features.15.conv.1.0.weight": tf.Tensor4D;
  "features.15.conv.1.1.weight": tf.Tensor1D;
  "features.15.conv.1.1.bias": tf.Tensor1D;
  "features.15.conv.1.1.running_mean": tf.Tensor1D;
  "features.15.conv.1.1.running_var": tf.Tensor1D;
  "features.15.conv.2.weight": tf.Tensor4D;
  "features.15.conv.3.weight": tf.Tensor1D;
  "features.15.conv.3.bias": tf.Tensor1D;
  "features.15.conv.3.running_mean": tf.Tensor1D;
  "features.15.conv.3.running_var": tf.Tensor1D;
  "features.16.conv.0.0.weight": tf.Tensor4D;
  "features.16.conv.0.1.weight": tf.Tensor1D;
  "features.16.conv.0.1.bias": tf.Tensor1D;
  "features.16.conv.0.1.running_mean": tf.Tensor1D;
  "features.16.conv.0.1.running_var": tf.Tensor1D;
  "features.16.conv.1.0.weight": tf.Tensor4D;
  "features.16.conv.1.1.weight": tf.Tensor1D;
  "features.16.conv.1.1.bias": tf.Tensor1D;
  "features.16.conv.1.1.running_mean": tf.Tensor1D;
  "features.16.conv.1.1.running_var": tf.Tensor1D;
  "features.16.conv.2.weight": tf.Tensor4D;
  "features.16.conv.3.weight": tf.Tensor1D;
  "features.16.conv.3.bias": tf.Tensor1D;
  "features.16.conv.3.running_mean": tf.Tensor1D;
  "features.16.conv.3.running_var": tf.Tensor1D;
  "features.17.conv.0.0.weight": tf.Tensor4D;
  "features.17.conv.0.1.weight": tf.Tensor1D;
  "features.17.conv.0.1.bias": tf.Tensor1D;
  "features.17.conv.0.1.running_mean": tf.Tensor1D;
  "features.17.conv.0.1.running_var": tf.Tensor1D;
  "features.17.conv.1.0.weight": tf.Tensor4D;
  "features.17.conv.1.1.weight": tf.Tensor1D;
  "features.17.conv.1.1.bias": tf.Tensor1D;
  "features.17.conv.1.1.running_mean": tf.Tensor1D;
  "features.17.conv.1.1.running_var": tf.Tensor1D;
  "features.17.conv.2.weight": tf.Tensor4D;
  "features.17.conv.3.weight": tf.Tensor1D;
  "features.17.conv.3.bias": tf.Tensor1D;
  "features.17.conv.3.running_mean": tf.Tensor1D;
  "features.17.conv.3.running_var": tf.Tensor1D;
  "features.18.0.weight": tf.Tensor4D;
  "features.18.1.weight": tf.Tensor1D;
  "features.18.1.bias": tf.Tensor1D;
  "features.18.1.running_mean": tf.Tensor1D;
  "features.18.1.running_var": tf.Tensor1D;
  "classifier.1.weight": tf.Tensor2D;
  "classifier.1.bias": tf.Tensor1D;
};
