/** Activations on wasm that are made of several operations elsewhere, forward and backward in one pass each. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat, sizeOf } from "../kernel.ts";
import { kernel } from "./heap.ts";

/** In the order in which `assembly/activations.ts` numbers them. */
export const activations = ["relu6", "silu", "hardSigmoid", "hardSwish"] as const;
export type Activation = (typeof activations)[number];

interface Attributes {
  readonly activation: Activation;
}

export const activationKernels = [
  kernel<{ x: TensorInfo }, object>("Relu6", (heap, { x }) => {
    if (!isFloat(x)) return "stock";
    const y = heap.output(x.shape);
    heap.call("activation", activations.indexOf("relu6"), heap.address(x), heap.address(y), sizeOf(x));
    return y;
  }),

  kernel<{ x: TensorInfo }, Attributes>("CnnActivation", (heap, { x }, { activation }) => {
    const y = heap.output(x.shape);
    heap.call("activation", activations.indexOf(activation), heap.address(x), heap.address(y), sizeOf(x));
    return y;
  }),

  kernel<{ dy: TensorInfo; x: TensorInfo }, Attributes>("CnnActivationGradient", (heap, { dy, x }, { activation }) => {
    const dx = heap.output(x.shape);
    heap.call("activationGradient", activations.indexOf(activation), heap.address(dy), heap.address(x), heap.address(dx), sizeOf(x));
    return dx;
  }),
];
