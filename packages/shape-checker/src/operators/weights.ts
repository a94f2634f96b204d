/** Weights by kind, with PyTorch's default initial values. */

import type { Initializer } from "../model/model.ts";
import type { WeightFacts } from "./operator.ts";

export const product = (numbers: readonly number[]): number => numbers.reduce((all, n) => all * n, 1);

/** PyTorch's default: uniform in ±1/√fan_in for kernel and bias (`torch.nn.init.kaiming_uniform_`, a = √5). */
export const kaimingUniform = (fanIn: number): Initializer => ({ kind: "uniform", bound: 1 / Math.sqrt(fanIn) });

export const constant = (value: number): Initializer => ({ kind: "constant", value });

export const parameter = (leaf: string, shape: readonly number[], initializer: Initializer): WeightFacts => ({
  leaf,
  shape,
  kind: "parameter",
  initializer,
});

/**
 * `weight` of the given shape and, with `bias`, one number for each of its `outputs`. fan_in counts `shape[1]` and the
 * kernel positions, for transposed convolutions too, where `shape[1]` is the outputs of a group.
 */
export function filterWeights(shape: readonly number[], outputs: number, bias: boolean): readonly WeightFacts[] {
  const initializer = kaimingUniform(product(shape.slice(1)));
  const weight = parameter("weight", shape, initializer);
  return bias ? [weight, parameter("bias", [outputs], initializer)] : [weight];
}

export const ones = constant(1);
export const zeros = constant(0);

/** What a norm scales and shifts by: `weight` 1 and `bias` 0. */
export const affineWeights = (shape: readonly number[]): readonly WeightFacts[] => [parameter("weight", shape, ones), parameter("bias", shape, zeros)];
