// LeNet5(classes = 10), from main.cnn: 1@28x28 → 10
// 44,426 parameters, 281,640 multiply-accumulates an image
// Made by the .cnn compiler: change the program, not this file.

import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";

// The weights of each layer in its own order: PyTorch's names, TensorFlow.js's shapes.
const layerWeights: { [layer: string]: { [name: string]: number[] } } = {
  conv_1: { "conv_1.weight": [5, 5, 1, 6], "conv_1.bias": [6] },
  conv_2: { "conv_2.weight": [5, 5, 6, 16], "conv_2.bias": [16] },
  dense_1: { "dense_1.weight": [256, 120], "dense_1.bias": [120] },
  dense_2: { "dense_2.weight": [120, 84], "dense_2.bias": [84] },
  dense_3: { "dense_3.weight": [84, 10], "dense_3.bias": [10] },
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

// The model with initial weights, channels last.
export function createModel(): tfl.LayersModel {
  const input = tfl.input({ name: "input", shape: [28, 28, 1] });
  const conv_1 = tfl.layers
    .conv2d({ name: "conv_1", filters: 6, kernelSize: 5 })
    .apply(input) as tfl.SymbolicTensor; // 6@24x24  main.cnn:4
  const tanh_1 = tfl.layers
    .activation({ name: "tanh_1", activation: "tanh" })
    .apply(conv_1) as tfl.SymbolicTensor; // 6@24x24  main.cnn:4
  const avgpool_1 = tfl.layers
    .averagePooling2d({ name: "avgpool_1", poolSize: 2, strides: 2 })
    .apply(tanh_1) as tfl.SymbolicTensor; // 6@12x12  main.cnn:4
  const conv_2 = tfl.layers
    .conv2d({ name: "conv_2", filters: 16, kernelSize: 5 })
    .apply(avgpool_1) as tfl.SymbolicTensor; // 16@8x8  main.cnn:5
  const tanh_2 = tfl.layers
    .activation({ name: "tanh_2", activation: "tanh" })
    .apply(conv_2) as tfl.SymbolicTensor; // 16@8x8  main.cnn:5
  const avgpool_2 = tfl.layers
    .averagePooling2d({ name: "avgpool_2", poolSize: 2, strides: 2 })
    .apply(tanh_2) as tfl.SymbolicTensor; // 16@4x4  main.cnn:5
  const flatten_1 = tfl.layers
    .flatten({ name: "flatten_1" })
    .apply(
      tfl.layers.permute({ name: "flatten_1/permute", dims: [3, 1, 2] }).apply(avgpool_2),
    ) as tfl.SymbolicTensor; // 256  main.cnn:6
  const dense_1 = tfl.layers.dense({ name: "dense_1", units: 120 }).apply(flatten_1) as tfl.SymbolicTensor; // 120  main.cnn:7
  const tanh_3 = tfl.layers
    .activation({ name: "tanh_3", activation: "tanh" })
    .apply(dense_1) as tfl.SymbolicTensor; // 120  main.cnn:7
  const dense_2 = tfl.layers.dense({ name: "dense_2", units: 84 }).apply(tanh_3) as tfl.SymbolicTensor; // 84  main.cnn:8
  const tanh_4 = tfl.layers
    .activation({ name: "tanh_4", activation: "tanh" })
    .apply(dense_2) as tfl.SymbolicTensor; // 84  main.cnn:8
  const dense_3 = tfl.layers.dense({ name: "dense_3", units: 10 }).apply(tanh_4) as tfl.SymbolicTensor; // 10  main.cnn:9

  return tfl.model({ name: "LeNet5", inputs: input, outputs: dense_3 });
}
