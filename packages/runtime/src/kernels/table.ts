/**
 * Which kernels are ours, backend by backend. "ours": a kernel of this package, replacing TensorFlow.js's where it has one;
 * "stock": TensorFlow.js's; "composed": the primitive that would call it is made of other operations there.
 */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendName } from "../backends/backend.ts";
import type { Mask } from "../data/random.ts";

export type Origin = "ours" | "stock" | "composed";
type Row = { readonly [B in BackendName]: Origin };

const rowOf = (elsewhere: Origin, ours: readonly BackendName[]): Row => {
  const origin = (name: BackendName): Origin => (ours.includes(name) ? "ours" : elsewhere);
  return { tensorflow: origin("tensorflow"), webgpu: origin("webgpu"), wasm: origin("wasm"), cpu: origin("cpu") };
};
/** A kernel that TensorFlow.js has, replaced on some backends; one that it lacks, added on some. */
const replacedOn = (...ours: readonly BackendName[]): Row => rowOf("stock", ours);
const addedOn = (...ours: readonly BackendName[]): Row => rowOf("composed", ours);

export const kernels = {
  Conv2D: replacedOn("tensorflow", "wasm"),
  Conv2DBackpropFilter: replacedOn("tensorflow", "webgpu", "wasm"),
  Conv2DBackpropInput: replacedOn("tensorflow", "wasm"),
  FusedConv2D: replacedOn("tensorflow", "wasm"),
  DepthwiseConv2dNative: replacedOn("tensorflow", "wasm"),
  DepthwiseConv2dNativeBackpropFilter: replacedOn("tensorflow", "webgpu", "wasm"),
  DepthwiseConv2dNativeBackpropInput: replacedOn("tensorflow", "wasm"),
  MaxPool: replacedOn("tensorflow", "wasm"),
  MaxPoolGrad: replacedOn("tensorflow", "webgpu", "wasm"),
  AvgPool: replacedOn("wasm"),
  AvgPoolGrad: replacedOn("wasm"),
  BatchMatMul: replacedOn("wasm"),
  _FusedMatMul: replacedOn("wasm"),
  Add: replacedOn("webgpu", "wasm"),
  PadV2: replacedOn("webgpu"),
  Identity: replacedOn("wasm"),
  Sum: replacedOn("webgpu", "wasm"),
  Relu: replacedOn("webgpu", "wasm"),
  Relu6: replacedOn("wasm"),
  Tanh: replacedOn("wasm"),
  Concat: replacedOn("wasm"),
  Pack: replacedOn("wasm"),
  SplitV: replacedOn("wasm"),
  Unpack: replacedOn("wasm"),
  Slice: replacedOn("wasm"),
  Cast: replacedOn("wasm"),
  Fill: replacedOn("wasm"),
  ZerosLike: replacedOn("wasm"),
  OnesLike: replacedOn("wasm"),
  Transpose: replacedOn("wasm"),

  CnnConv2D: addedOn("wasm"),
  CnnConv2DInputGradient: addedOn("wasm"),
  CnnConv2DFilterGradient: addedOn("wasm"),
  CnnGroupedConv2D: addedOn("tensorflow", "webgpu"),
  CnnGroupedConv2DInputGradient: addedOn("tensorflow", "webgpu"),
  CnnGroupedConv2DFilterGradient: addedOn("tensorflow", "webgpu"),
  CnnDepthwiseConv2D: addedOn("wasm"),
  CnnDepthwiseConv2DInputGradient: addedOn("wasm"),
  CnnDepthwiseConv2DFilterGradient: addedOn("wasm"),
  CnnActivation: addedOn("wasm"),
  CnnActivationGradient: addedOn("wasm"),
  CnnReluGradient: addedOn("webgpu", "wasm"),
  CnnTanhGradient: addedOn("webgpu", "wasm"),
  CnnBatchNormTraining: addedOn("tensorflow", "webgpu", "wasm"),
  CnnBatchNormTrainingGradient: addedOn("tensorflow", "webgpu", "wasm"),
  CnnScaleChannels: addedOn("webgpu", "wasm"),
  CnnDropout: addedOn("webgpu", "wasm"),
  CnnSoftmaxCrossEntropy: addedOn("tensorflow", "webgpu", "wasm"),
} as const satisfies { readonly [name: string]: Row };

export type KernelName = keyof typeof kernels;

/**
 * What batch norm in training takes, on any backend. It gives y and what its gradient needs; the running statistics are moved
 * where they lie, or are two more outputs on a backend whose tensors never change.
 */
export interface BatchNormInputs {
  readonly x: TensorInfo;
  readonly runningMean: TensorInfo;
  readonly runningVariance: TensorInfo;
  readonly weight?: TensorInfo;
  readonly bias?: TensorInfo;
}

/** What its gradient takes: y for backends that cannot tell from the rest where the activation is open. */
export interface BatchNormGradientInputs {
  readonly dy: TensorInfo;
  readonly x: TensorInfo;
  readonly y: TensorInfo;
  readonly statistics: TensorInfo;
}

export interface BatchNormAttributes {
  readonly eps: number;
  readonly momentum: number;
  /** What follows, which the same kernels compute. */
  readonly activation: "none" | "relu" | "relu6";
}

/** Dropout's mask: place i of a sample has the draw (first + sample) · places + i mod places of `dropoutDraws`. */
export interface DropoutAttributes extends Mask {
  /** Draws for each sample: all its values, its channels, or one. */
  readonly places: number;
  /** The place of the first sample in the whole batch. */
  readonly first: number;
  /** Draws of 24 bits below this zero their value. */
  readonly threshold: number;
  /** What the others are multiplied with. */
  readonly scale: number;
}
