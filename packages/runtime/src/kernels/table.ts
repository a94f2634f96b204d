/**
 * Which kernels are ours, backend by backend. "ours": a kernel of this package, replacing TensorFlow.js's where it has one;
 * "stock": TensorFlow.js's; "composed": the primitive that would call it is made of other operations there.
 */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendName } from "../backends/backend.ts";

export type Origin = "ours" | "stock" | "composed";
type Row = { readonly [B in BackendName]: Origin };

const replaced = { tensorflow: "stock", wasm: "ours", cpu: "stock" } as const satisfies Row;
const added = { tensorflow: "composed", wasm: "ours", cpu: "composed" } as const satisfies Row;

export const kernels = {
  Conv2D: replaced,
  Conv2DBackpropFilter: replaced,
  Conv2DBackpropInput: replaced,
  FusedConv2D: replaced,
  DepthwiseConv2dNative: replaced,
  DepthwiseConv2dNativeBackpropFilter: replaced,
  DepthwiseConv2dNativeBackpropInput: replaced,
  MaxPool: replaced,
  MaxPoolGrad: replaced,
  AvgPool: replaced,
  AvgPoolGrad: replaced,
  BatchMatMul: replaced,
  _FusedMatMul: replaced,
  Add: replaced,
  Identity: replaced,
  Sum: replaced,
  Relu: replaced,
  Relu6: replaced,
  Tanh: replaced,

  CnnConv2D: added,
  CnnConv2DInputGradient: added,
  CnnConv2DFilterGradient: added,
  CnnDepthwiseConv2D: added,
  CnnDepthwiseConv2DInputGradient: added,
  CnnDepthwiseConv2DFilterGradient: added,
  CnnActivation: added,
  CnnActivationGradient: added,
  CnnReluGradient: added,
  CnnTanhGradient: added,
  CnnBatchNormTraining: added,
  CnnBatchNormTrainingGradient: added,
  CnnScaleChannels: added,
  CnnSoftmaxCrossEntropy: added,
} as const satisfies { readonly [name: string]: Row };

export type KernelName = keyof typeof kernels;

/** What batch norm in training takes, on any backend: the running statistics are moved where they lie. */
export interface BatchNormInputs {
  readonly x: TensorInfo;
  readonly runningMean: TensorInfo;
  readonly runningVariance: TensorInfo;
  readonly weight?: TensorInfo;
  readonly bias?: TensorInfo;
}

export interface BatchNormAttributes {
  readonly eps: number;
  readonly momentum: number;
}
