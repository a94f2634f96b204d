/**
 * The gradients of our own kernels, and of TensorFlow.js's for which we have shorter ones. They name kernels only, so
 * they hold on every backend that has those.
 */

import { clone, getGradient, mul, registerGradient, scalar, sum, type GradConfig, type NamedAttrMap, type Scalar, type Tensor } from "@tensorflow/tfjs-core";
import { hasKernel, runKernel, runKernelForAll } from "./run.ts";
import type { KernelName } from "./table.ts";

/** The data of numbers that are 1, as they were made: whoever is given one need not multiply with it. */
const ones = new WeakSet<object>();

/** What a loss's gradient begins with: 1. */
export function gradientOfLoss(): Scalar {
  const one = scalar(1);
  ones.add(one.dataId);
  return one;
}

/** The gradients of TensorFlow.js that we have shortened. */
const ours = new WeakSet<GradConfig>();

/** Registers all of them; again where a package of TensorFlow.js, imported since, has put its own in their place. */
export function registerOwnGradients(): void {
  for (const kernelName of ["CnnConv2D", "CnnGroupedConv2D", "CnnDepthwiseConv2D"] as const) {
    registerGradient({
      kernelName,
      inputsToSave: ["x", "filter"],
      gradFunc(dy, [x, filter], attributes) {
        if (Array.isArray(dy) || !x || !filter) throw new Error(`${kernelName} has one output and saves x and filter.`);
        const shared: NamedAttrMap = attributes;
        return {
          x: () => runKernel(`${kernelName}InputGradient`, { dy, filter }, { ...shared, inputShape: x.shape }),
          filter: () => runKernel(`${kernelName}FilterGradient`, { x, dy }, { ...shared, filterShape: filter.shape }),
          bias: () => sum(dy, [0, 1, 2]),
        };
      },
    });
  }
  registerGradient({
    kernelName: "CnnActivation",
    inputsToSave: ["x"],
    gradFunc(dy, [x], attributes) {
      if (Array.isArray(dy) || !x) throw new Error("CnnActivation has one output and saves x.");
      return { x: () => runKernel("CnnActivationGradient", { dy, x }, { ...attributes }) };
    },
  });
  registerGradient({
    kernelName: "CnnBatchNormTraining",
    inputsToSave: ["x"],
    outputsToSave: [true, true],
    gradFunc(dys, [x, y, statistics], attributes) {
      const dy = Array.isArray(dys) ? dys[0] : dys;
      if (!dy || !x || !y || !statistics) throw new Error("CnnBatchNormTraining saves x, y and the statistics.");
      // At once: each of the functions below runs in a tidy of its own.
      const [dx, dWeight, dBias] = runKernelForAll("CnnBatchNormTrainingGradient", { dy, x, y, statistics }, { ...attributes });
      if (!dx || !dWeight || !dBias) throw new Error("CnnBatchNormTrainingGradient has three outputs.");
      return { x: () => dx, weight: () => dWeight, bias: () => dBias };
    },
  });
  registerGradient({
    kernelName: "CnnScaleChannels",
    inputsToSave: ["x", "scale"],
    gradFunc(dy, [x, scale]) {
      if (Array.isArray(dy) || !x || !scale) throw new Error("CnnScaleChannels has one output and saves x and scale.");
      const leading = x.shape.map((_, axis) => axis).slice(0, -1);
      return { x: () => mul(dy, scale), scale: () => sum(mul(dy, x), leading), offset: () => sum(dy, leading) };
    },
  });
  registerGradient({
    kernelName: "CnnSoftmaxCrossEntropy",
    outputsToSave: [false, true],
    gradFunc(dys, [gradient]) {
      const dy = Array.isArray(dys) ? dys[0] : dys;
      if (!dy || !gradient) throw new Error("CnnSoftmaxCrossEntropy saves its gradient.");
      return { logits: () => (ones.has(dy.dataId) ? clone(gradient) : mul(dy, gradient)) };
    },
  });
  registerGradient({
    kernelName: "CnnDropout",
    gradFunc(dy, _, attributes) {
      if (Array.isArray(dy)) throw new Error("CnnDropout has one output.");
      return { x: () => runKernel("CnnDropout", { x: dy }, { ...attributes }) };
    },
  });
  shorten("Relu", "CnnReluGradient");
  shorten("Tanh", "CnnTanhGradient");
}

/** Makes a gradient one kernel where the backend has it; elsewhere, and for other types, it is what it was before. */
function shorten(name: "Relu" | "Tanh", own: KernelName): void {
  const before = getGradient(name);
  if (!before || ours.has(before)) return;
  const shorter: GradConfig = {
    ...before,
    gradFunc(dy, saved, attributes) {
      const [y] = saved;
      if (Array.isArray(dy) || !y || y.dtype !== "float32" || !hasKernel(own)) return before.gradFunc(dy, saved, attributes);
      return { x: (): Tensor => runKernel(own, { dy, y }) };
    },
  };
  ours.add(shorter);
  registerGradient(shorter);
}
