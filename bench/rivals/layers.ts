/** The networks of `bench/inference.ts` as a user of tfjs-layers writes them by hand, layers named after the paths of the programs. */

import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";

const batchNorm = (name: string) => tfl.layers.batchNormalization({ name, epsilon: 1e-5 });
const relu = () => tfl.layers.activation({ activation: "relu" });

export function simpleCnn(): tfl.LayersModel {
  const model = tfl.sequential();
  for (const [stage, filters] of [[1, 32], [2, 64], [3, 128]] as const) {
    model.add(tfl.layers.conv2d({ name: `stage_${stage}.conv_1`, filters, kernelSize: 3, padding: "same", ...(stage === 1 && { inputShape: [32, 32, 3] }) }));
    model.add(batchNorm(`stage_${stage}.batchnorm_1`));
    model.add(relu());
    model.add(tfl.layers.maxPooling2d({ poolSize: 2 }));
  }
  model.add(tfl.layers.flatten());
  model.add(tfl.layers.dense({ name: "dense_1", units: 256, activation: "relu" }));
  model.add(tfl.layers.dropout({ rate: 0.5 }));
  model.add(tfl.layers.dense({ name: "dense_2", units: 10 }));
  return model;
}

export function leNet5(): tfl.LayersModel {
  const model = tfl.sequential();
  model.add(tfl.layers.conv2d({ name: "conv_1", filters: 6, kernelSize: 5, activation: "tanh", inputShape: [28, 28, 1] }));
  model.add(tfl.layers.averagePooling2d({ poolSize: 2 }));
  model.add(tfl.layers.conv2d({ name: "conv_2", filters: 16, kernelSize: 5, activation: "tanh" }));
  model.add(tfl.layers.averagePooling2d({ poolSize: 2 }));
  model.add(tfl.layers.flatten());
  model.add(tfl.layers.dense({ name: "dense_1", units: 120, activation: "tanh" }));
  model.add(tfl.layers.dense({ name: "dense_2", units: 84, activation: "tanh" }));
  model.add(tfl.layers.dense({ name: "dense_3", units: 10 }));
  return model;
}

export function resNet18(): tfl.LayersModel {
  // Layers applied to a symbolic tensor give one.
  const apply = (layer: tfl.layers.Layer, x: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor => [layer.apply(x)].flat()[0] as tfl.SymbolicTensor;
  // PyTorch's padding: what "same" would be with stride 2 lies elsewhere.
  const convolve = (x: tfl.SymbolicTensor, name: string, filters: number, kernelSize: number, strides: number, padding: number): tfl.SymbolicTensor =>
    apply(tfl.layers.conv2d({ name, filters, kernelSize, strides, useBias: false }), padding > 0 ? apply(tfl.layers.zeroPadding2d({ padding: [padding, padding] }), x) : x);
  const basic = (x: tfl.SymbolicTensor, path: string, filters: number, strides: number): tfl.SymbolicTensor => {
    const first = apply(relu(), apply(batchNorm(`${path}.bn1`), convolve(x, `${path}.conv1`, filters, 3, strides, 1)));
    const second = apply(batchNorm(`${path}.bn2`), convolve(first, `${path}.conv2`, filters, 3, 1, 1));
    const shortcut = strides === 1 ? x : apply(batchNorm(`${path}.downsample.1`), convolve(x, `${path}.downsample.0`, filters, 1, strides, 0));
    return apply(relu(), apply(tfl.layers.add(), [second, shortcut]));
  };
  const input = tfl.input({ shape: [224, 224, 3] });
  let x = apply(relu(), apply(batchNorm("bn1"), convolve(input, "conv1", 64, 7, 2, 3)));
  // After relu zeros are as good as a border of minus infinity.
  x = apply(tfl.layers.maxPooling2d({ poolSize: 3, strides: 2 }), apply(tfl.layers.zeroPadding2d({ padding: [1, 1] }), x));
  for (const [stage, filters] of [[1, 64], [2, 128], [3, 256], [4, 512]] as const) {
    x = basic(basic(x, `layer${stage}.0`, filters, stage === 1 ? 1 : 2), `layer${stage}.1`, filters, 1);
  }
  const output = apply(tfl.layers.dense({ name: "fc", units: 1000 }), apply(tfl.layers.globalAveragePooling2d({}), x));
  return tfl.model({ inputs: input, outputs: output });
}

const leaves: Readonly<Record<string, readonly string[]>> = {
  Conv2D: ["weight", "bias"],
  Dense: ["weight", "bias"],
  BatchNormalization: ["weight", "bias", "running_mean", "running_var"],
};

/** Gives a model the weights of emitted code, by path; a dense layer behind a flattened map wants its rows in another order. */
export function takeWeights(model: tfl.LayersModel, weights: { readonly [name: string]: tf.Tensor }, flattened: { readonly [path: string]: readonly [channels: number, height: number, width: number] }): void {
  for (const layer of model.layers) {
    const own = (leaves[layer.getClassName()] ?? []).map((leaf) => weights[`${layer.name}.${leaf}`]).filter((weight) => weight !== undefined);
    const map = flattened[layer.name];
    const [kernel, ...more] = own;
    if (kernel && map) layer.setWeights([channelsLast(kernel, map), ...more]);
    else if (own.length > 0) layer.setWeights(own);
  }
}

const channelsLast = (kernel: tf.Tensor, map: readonly number[]): tf.Tensor =>
  tf.tidy(() => tf.reshape(tf.transpose(tf.reshape(kernel, [...map, -1]), [1, 2, 0, 3]), kernel.shape));
