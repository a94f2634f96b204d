// Residual(classes = 10), from main.cnn: 3@32x32 → 10
// 61,786 parameters, 22,987,072 multiply-accumulates an image
// Made by the .cnn compiler: change the program, not this file.

import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";

// The weights of each layer in its own order: PyTorch's names, TensorFlow.js's shapes.
const layerWeights: { [layer: string]: { [name: string]: number[] } } = {
  "conv1": { "conv1.weight": [3, 3, 3, 16] },
  "bn1": { "bn1.weight": [16], "bn1.bias": [16], "bn1.running_mean": [16], "bn1.running_var": [16] },
  "layer1.0.conv1": { "layer1.0.conv1.weight": [3, 3, 16, 16] },
  "layer1.0.bn1": {
    "layer1.0.bn1.weight": [16],
    "layer1.0.bn1.bias": [16],
    "layer1.0.bn1.running_mean": [16],
    "layer1.0.bn1.running_var": [16],
  },
  "layer1.0.conv2": { "layer1.0.conv2.weight": [3, 3, 16, 16] },
  "layer1.0.bn2": {
    "layer1.0.bn2.weight": [16],
    "layer1.0.bn2.bias": [16],
    "layer1.0.bn2.running_mean": [16],
    "layer1.0.bn2.running_var": [16],
  },
  "layer1.1.conv1": { "layer1.1.conv1.weight": [3, 3, 16, 16] },
  "layer1.1.bn1": {
    "layer1.1.bn1.weight": [16],
    "layer1.1.bn1.bias": [16],
    "layer1.1.bn1.running_mean": [16],
    "layer1.1.bn1.running_var": [16],
  },
  "layer1.1.conv2": { "layer1.1.conv2.weight": [3, 3, 16, 16] },
  "layer1.1.bn2": {
    "layer1.1.bn2.weight": [16],
    "layer1.1.bn2.bias": [16],
    "layer1.1.bn2.running_mean": [16],
    "layer1.1.bn2.running_var": [16],
  },
  "layer2.0.conv1": { "layer2.0.conv1.weight": [3, 3, 16, 32] },
  "layer2.0.bn1": {
    "layer2.0.bn1.weight": [32],
    "layer2.0.bn1.bias": [32],
    "layer2.0.bn1.running_mean": [32],
    "layer2.0.bn1.running_var": [32],
  },
  "layer2.0.conv2": { "layer2.0.conv2.weight": [3, 3, 32, 32] },
  "layer2.0.bn2": {
    "layer2.0.bn2.weight": [32],
    "layer2.0.bn2.bias": [32],
    "layer2.0.bn2.running_mean": [32],
    "layer2.0.bn2.running_var": [32],
  },
  "layer2.0.downsample.0": { "layer2.0.downsample.0.weight": [1, 1, 16, 32] },
  "layer2.0.downsample.1": {
    "layer2.0.downsample.1.weight": [32],
    "layer2.0.downsample.1.bias": [32],
    "layer2.0.downsample.1.running_mean": [32],
    "layer2.0.downsample.1.running_var": [32],
  },
  "layer2.1.conv1": { "layer2.1.conv1.weight": [3, 3, 32, 32] },
  "layer2.1.bn1": {
    "layer2.1.bn1.weight": [32],
    "layer2.1.bn1.bias": [32],
    "layer2.1.bn1.running_mean": [32],
    "layer2.1.bn1.running_var": [32],
  },
  "layer2.1.conv2": { "layer2.1.conv2.weight": [3, 3, 32, 32] },
  "layer2.1.bn2": {
    "layer2.1.bn2.weight": [32],
    "layer2.1.bn2.bias": [32],
    "layer2.1.bn2.running_mean": [32],
    "layer2.1.bn2.running_var": [32],
  },
  "layer2.2.conv1": { "layer2.2.conv1.weight": [3, 3, 32, 32] },
  "layer2.2.bn1": {
    "layer2.2.bn1.weight": [32],
    "layer2.2.bn1.bias": [32],
    "layer2.2.bn1.running_mean": [32],
    "layer2.2.bn1.running_var": [32],
  },
  "layer2.2.conv2": { "layer2.2.conv2.weight": [3, 3, 32, 32] },
  "layer2.2.bn2": {
    "layer2.2.bn2.weight": [32],
    "layer2.2.bn2.bias": [32],
    "layer2.2.bn2.running_mean": [32],
    "layer2.2.bn2.running_var": [32],
  },
  "fc": { "fc.weight": [32, 10], "fc.bias": [10] },
};

// What `loadWeights` takes: all weights' shapes, by name.
export const weightShapes: { [name: string]: number[] } = Object.fromEntries(
  Object.values(layerWeights).flatMap(Object.entries<number[]>),
);

// Sets the weights to those of `loadWeights(file, weightShapes)`.
export function setWeights(model: tfl.LayersModel, weights: { [name: string]: tf.Tensor }): void {
  for (const [name, shapes] of Object.entries(layerWeights)) {
    const layer = model.getLayer(name);
    const values = Object.keys(shapes).map((weight, index) => {
      const value = weights[weight];
      if (value === undefined) throw new Error(`There is no weight ${weight}.`);
      return tf.reshape(value, layer.getWeights()[index]!.shape);
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
}

// layer1.0, layer1.1
function basic(path: string, input: tfl.SymbolicTensor): tfl.SymbolicTensor {
  const conv1 = tfl.layers
    .conv2d({ name: `${path}.conv1`, filters: 16, kernelSize: 3, padding: "same", useBias: false })
    .apply(input) as tfl.SymbolicTensor; // 16@32x32  main.cnn:3
  const bn1 = tfl.layers
    .batchNormalization({ name: `${path}.bn1`, epsilon: 0.00001, momentum: 0.9 })
    .apply(conv1) as tfl.SymbolicTensor; // 16@32x32  main.cnn:4
  const relu_1 = tfl.layers.reLU({ name: `${path}.relu_1` }).apply(bn1) as tfl.SymbolicTensor; // 16@32x32  main.cnn:5
  const conv2 = tfl.layers
    .conv2d({ name: `${path}.conv2`, filters: 16, kernelSize: 3, padding: "same", useBias: false })
    .apply(relu_1) as tfl.SymbolicTensor; // 16@32x32  main.cnn:6
  const bn2 = tfl.layers
    .batchNormalization({ name: `${path}.bn2`, epsilon: 0.00001, momentum: 0.9 })
    .apply(conv2) as tfl.SymbolicTensor; // 16@32x32  main.cnn:7
  const add_1 = tfl.layers.add({ name: `${path}.add_1` }).apply([bn2, input]) as tfl.SymbolicTensor; // 16@32x32  main.cnn:2
  const relu_2 = tfl.layers.reLU({ name: `${path}.relu_2` }).apply(add_1) as tfl.SymbolicTensor; // 16@32x32  main.cnn:12

  return relu_2;
}

// layer2.1, layer2.2
function basic_2(path: string, input: tfl.SymbolicTensor): tfl.SymbolicTensor {
  const conv1 = tfl.layers
    .conv2d({ name: `${path}.conv1`, filters: 32, kernelSize: 3, padding: "same", useBias: false })
    .apply(input) as tfl.SymbolicTensor; // 32@16x16  main.cnn:3
  const bn1 = tfl.layers
    .batchNormalization({ name: `${path}.bn1`, epsilon: 0.00001, momentum: 0.9 })
    .apply(conv1) as tfl.SymbolicTensor; // 32@16x16  main.cnn:4
  const relu_1 = tfl.layers.reLU({ name: `${path}.relu_1` }).apply(bn1) as tfl.SymbolicTensor; // 32@16x16  main.cnn:5
  const conv2 = tfl.layers
    .conv2d({ name: `${path}.conv2`, filters: 32, kernelSize: 3, padding: "same", useBias: false })
    .apply(relu_1) as tfl.SymbolicTensor; // 32@16x16  main.cnn:6
  const bn2 = tfl.layers
    .batchNormalization({ name: `${path}.bn2`, epsilon: 0.00001, momentum: 0.9 })
    .apply(conv2) as tfl.SymbolicTensor; // 32@16x16  main.cnn:7
  const add_1 = tfl.layers.add({ name: `${path}.add_1` }).apply([bn2, input]) as tfl.SymbolicTensor; // 32@16x16  main.cnn:2
  const relu_2 = tfl.layers.reLU({ name: `${path}.relu_2` }).apply(add_1) as tfl.SymbolicTensor; // 32@16x16  main.cnn:12

  return relu_2;
}

// The model with initial weights, channels last.
export function createModel(): tfl.LayersModel {
  const input = tfl.input({ name: "input", shape: [32, 32, 3] });
  const conv1 = tfl.layers
    .conv2d({ name: "conv1", filters: 16, kernelSize: 3, padding: "same", useBias: false })
    .apply(input) as tfl.SymbolicTensor; // 16@32x32  main.cnn:18
  const bn1 = tfl.layers
    .batchNormalization({ name: "bn1", epsilon: 0.00001, momentum: 0.9 })
    .apply(conv1) as tfl.SymbolicTensor; // 16@32x32  main.cnn:19
  const relu_1 = tfl.layers.reLU({ name: "relu_1" }).apply(bn1) as tfl.SymbolicTensor; // 16@32x32  main.cnn:20

  // layer1  main.cnn:22
  const layer1_0 = basic("layer1.0", relu_1); // 16@32x32  main.cnn:22
  const layer1_1 = basic("layer1.1", layer1_0); // 16@32x32  main.cnn:22

  // layer2  main.cnn:23
  // layer2.0: basic  main.cnn:23
  const layer2_0_conv1 = tfl.layers
    .conv2d({ name: "layer2.0.conv1", filters: 32, kernelSize: 3, strides: 2, useBias: false })
    .apply(
      tfl.layers.zeroPadding2d({ name: "layer2.0.conv1/pad", padding: 1 }).apply(layer1_1),
    ) as tfl.SymbolicTensor; // 32@16x16  main.cnn:3
  const layer2_0_bn1 = tfl.layers
    .batchNormalization({ name: "layer2.0.bn1", epsilon: 0.00001, momentum: 0.9 })
    .apply(layer2_0_conv1) as tfl.SymbolicTensor; // 32@16x16  main.cnn:4
  const layer2_0_relu_1 = tfl.layers
    .reLU({ name: "layer2.0.relu_1" })
    .apply(layer2_0_bn1) as tfl.SymbolicTensor; // 32@16x16  main.cnn:5
  const layer2_0_conv2 = tfl.layers
    .conv2d({ name: "layer2.0.conv2", filters: 32, kernelSize: 3, padding: "same", useBias: false })
    .apply(layer2_0_relu_1) as tfl.SymbolicTensor; // 32@16x16  main.cnn:6
  const layer2_0_bn2 = tfl.layers
    .batchNormalization({ name: "layer2.0.bn2", epsilon: 0.00001, momentum: 0.9 })
    .apply(layer2_0_conv2) as tfl.SymbolicTensor; // 32@16x16  main.cnn:7

  // layer2.0.downsample  main.cnn:8
  const layer2_0_downsample_0 = tfl.layers
    .conv2d({ name: "layer2.0.downsample.0", filters: 32, kernelSize: 1, strides: 2, useBias: false })
    .apply(layer1_1) as tfl.SymbolicTensor; // 32@16x16  main.cnn:9
  const layer2_0_downsample_1 = tfl.layers
    .batchNormalization({ name: "layer2.0.downsample.1", epsilon: 0.00001, momentum: 0.9 })
    .apply(layer2_0_downsample_0) as tfl.SymbolicTensor; // 32@16x16  main.cnn:10

  const layer2_0_add_1 = tfl.layers
    .add({ name: "layer2.0.add_1" })
    .apply([layer2_0_bn2, layer2_0_downsample_1]) as tfl.SymbolicTensor; // 32@16x16  main.cnn:2
  const layer2_0_relu_2 = tfl.layers
    .reLU({ name: "layer2.0.relu_2" })
    .apply(layer2_0_add_1) as tfl.SymbolicTensor; // 32@16x16  main.cnn:12

  const layer2_1 = basic_2("layer2.1", layer2_0_relu_2); // 32@16x16  main.cnn:23
  const layer2_2 = basic_2("layer2.2", layer2_1); // 32@16x16  main.cnn:23

  const globalavgpool_1 = tfl.layers
    .globalAveragePooling2d({ name: "globalavgpool_1" })
    .apply(layer2_2) as tfl.SymbolicTensor; // 32  main.cnn:25
  const fc = tfl.layers.dense({ name: "fc", units: 10 }).apply(globalavgpool_1) as tfl.SymbolicTensor; // 10  main.cnn:26

  return tfl.model({ name: "Residual", inputs: input, outputs: fc });
}
