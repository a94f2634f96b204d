/** Norms: values are brought to mean 0 and variance 1 over some axes, then scaled and shifted by learned weights. */

import { shapeProblems } from "../codes/shapes.ts";
import { countElements, printShape } from "../shapes/shape.ts";
import { groupProblem } from "./groups.ts";
import { layer, refuse, type WeightFacts } from "./operator.ts";
import { needsMap } from "./sliding.ts";
import { affineWeights, ones, zeros } from "./weights.ts";

export interface BatchNormAttributes {
  readonly eps: number;
  /** running = (1 − momentum)·running + momentum·batch. */
  readonly momentum: number;
  readonly affine: boolean;
}
export interface LayerNormAttributes {
  readonly eps: number;
  /** `channels`: at each position on its own; `all`: over the whole of an image. */
  readonly over: "channels" | "all";
  readonly affine: boolean;
}
export interface GroupNormAttributes {
  readonly groups: number;
  readonly eps: number;
  readonly affine: boolean;
}
export interface InstanceNormAttributes {
  readonly eps: number;
  readonly affine: boolean;
}
export interface LocalResponseNormAttributes {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

const eps = { kind: "real", minimum: 0, maximum: 1, exclusive: "both", default: 1e-5, doc: "Added to the variance, so that nothing is divided by 0." } as const;
const affine = (fallback: boolean) =>
  ({ kind: "boolean", default: fallback, doc: "Whether learned weights scale and shift the result." }) as const;

/** A norm mixes values but no windows slide: for receptive fields it works point by point. */
const norm = { macs: 0, window: "pointwise", keeps: "input" } as const;

export const normalization = {
  batchnorm: layer({
    doc: `Batch normalisation: y = (x − mean) / √(variance + eps) · weight + bias, channel by channel, over the batch while
training and with running statistics afterwards (Ioffe and Szegedy 2015; torch.nn.BatchNorm2d).`,
    signature: {
      eps,
      momentum: { kind: "real", minimum: 0, maximum: 1, default: 0.1, doc: "How much the running statistics move with each batch." },
      affine: affine(true),
    },
    infer({ eps, momentum, affine }, input) {
      return {
        ...norm,
        attributes: { eps, momentum, affine },
        outputShape: input,
        weights: [...(affine ? affineWeights([input.channels]) : []), ...runningStatistics(input.channels)],
      };
    },
  }),

  layernorm: layer({
    doc: `Layer normalisation: y = (x − mean) / √(variance + eps) · weight + bias, over the channels of each position, or over
all of an image with over=all (Ba et al. 2016; torch.nn.LayerNorm, Keras's default axis).`,
    signature: {
      eps,
      over: { kind: "word", words: ["channels", "all"], default: "channels", doc: "What one mean is taken over." },
      affine: affine(true),
    },
    infer({ eps, over, affine }, input) {
      const shape = over === "all" ? [input.channels, ...input.axes] : [input.channels];
      return { ...norm, attributes: { eps, over, affine }, outputShape: input, weights: affine ? affineWeights(shape) : [] };
    },
  }),

  groupnorm: layer({
    doc: `Group normalisation: y = (x − mean) / √(variance + eps) · weight + bias, over each group of channels of one image
(Wu and He 2018; torch.nn.GroupNorm).`,
    signature: {
      groups: { kind: "count", minimum: 1, unit: "groups", doc: "How many groups the channels form." },
      eps,
      affine: affine(true),
    },
    infer({ groups, eps, affine }, input) {
      const problem = groupProblem(groups, input.channels, "channels");
      if (problem) return refuse<GroupNormAttributes>(problem);
      return {
        ...norm,
        attributes: { groups, eps, affine },
        outputShape: input,
        weights: affine ? affineWeights([input.channels]) : [],
      };
    },
  }),

  instancenorm: layer({
    doc: `Instance normalisation: y = (x − mean) / √(variance + eps), each channel of one image on its own; never with running
statistics (Ulyanov et al. 2016; torch.nn.InstanceNorm2d).`,
    signature: { eps, affine: affine(false) },
    infer({ eps, affine }, input) {
      if (input.axes.length === 0) return refuse<InstanceNormAttributes>(needsMap("instancenorm", input));
      const facts = {
        ...norm,
        attributes: { eps, affine },
        outputShape: input,
        weights: affine ? affineWeights([input.channels]) : [],
      };
      if (countElements(input) > input.channels) return facts;
      return refuse({ finding: shapeProblems.oneValueNormalized({ operator: "instancenorm", input: printShape(input) }), at: 0, about: "size" }, facts);
    },
  }),

  localresponsenorm: layer({
    doc: `Local response normalisation: y = x / (k + alpha/size · Σ x²)^beta, the sum over \`size\` neighbouring channels
(Krizhevsky et al. 2012, AlexNet; torch.nn.LocalResponseNorm, which divides alpha by size where the paper does not).`,
    signature: {
      size: { kind: "count", minimum: 1, unit: "channels", default: 5, doc: "How many neighbouring channels are summed." },
      alpha: { kind: "real", default: 1e-4, doc: "Factor of the sum; the paper's alpha times size." },
      beta: { kind: "real", default: 0.75, doc: "The exponent." },
      k: { kind: "real", default: 1, doc: "Added to the sum; the paper takes 2." },
    },
    infer({ size, alpha, beta, k }, input) {
      if (input.axes.length === 0) return refuse<LocalResponseNormAttributes>(needsMap("localresponsenorm", input));
      return { ...norm, attributes: { size, alpha, beta, k }, outputShape: input, weights: [] };
    },
  }),
};

const runningStatistics = (channels: number): readonly WeightFacts[] => [
  { leaf: "running_mean", shape: [channels], kind: "buffer", initializer: zeros },
  { leaf: "running_var", shape: [channels], kind: "buffer", initializer: ones },
  { leaf: "num_batches_tracked", shape: [], kind: "buffer", initializer: zeros, dtype: "int64" },
];
