/** Convolutions: conv, depthwise, separable. Filters slide over the map; the output size is `shapes/window.ts`'s. */

import { countElements, type Shape } from "../shapes/shape.ts";
import { mirrorProblem } from "./border.ts";
import { groupProblem } from "./groups.ts";
import { layer, refuse, type Facts, type Pairs } from "./operator.ts";
import { dilationParameter, kernelParameter, paddingParameter, slide, strideParameter, type Slid } from "./sliding.ts";
import { filterWeights, kaimingUniform, parameter, product } from "./weights.ts";

/** What code generation reads of `conv` and of `depthwise`, which is a convolution with as many groups as channels. */
export interface ConvAttributes {
  readonly filters: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: Pairs;
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly bias: boolean;
  readonly mode: "zeros" | "reflect" | "replicate" | "circular";
}

export interface SeparableAttributes {
  readonly filters: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: Pairs;
  readonly dilation: readonly number[];
  /** Of the pointwise half; the depthwise half has none. */
  readonly bias: boolean;
}

const filters = { kind: "count", minimum: 1, unit: "filters", doc: "Output channels." } as const;
const bias = { kind: "boolean", default: true, doc: "Whether each filter adds a number of its own." } as const;

export const conv = {
  conv: layer({
    doc: `Convolution in one, two or three dimensions, by the flow. Each filter is a weighted sum over the kernel's window in
all channels of its group; out = floor((in + before + after − dilation·(kernel − 1) − 1) / stride) + 1 (torch.nn.Conv2d).`,
    signature: {
      filters,
      kernel: kernelParameter,
      stride: strideParameter,
      pad: paddingParameter,
      dilation: dilationParameter,
      groups: { kind: "count", minimum: 1, unit: "groups", default: 1, doc: "Channels are convolved in this many separate groups." },
      bias,
      mode: {
        kind: "word",
        words: ["zeros", "reflect", "replicate", "circular"],
        default: "zeros",
        doc: "What the padding holds.",
      },
    },
    infer(args, input) {
      const slid = slide("conv", args, input);
      const mirrored = "finding" in slid ? undefined : mirrorProblem(args.mode, slid.padding, input);
      const problems = [
        groupProblem(args.groups, input.channels, "input channels", args.filters) ??
          groupProblem(args.groups, args.filters, "filters", input.channels),
        "finding" in slid ? slid : mirrored,
      ].filter((problem) => problem !== undefined);
      if ("finding" in slid || problems.length > 0) return refuse<ConvAttributes>(problems);
      const { kernel, stride, dilation, groups, mode } = args;
      return convolved(
        { filters: args.filters, kernel, stride, padding: slid.padding, dilation, groups, bias: args.bias, mode },
        input,
        slid,
      );
    },
  }),

  depthwise: layer({
    doc: `Depthwise convolution: every channel is convolved on its own, with \`multiplier\` filters. The same as conv with as
many groups as channels (Howard et al. 2017, MobileNets; torch.nn.Conv2d(groups=in_channels)).`,
    signature: {
      kernel: kernelParameter,
      stride: strideParameter,
      pad: paddingParameter,
      dilation: dilationParameter,
      multiplier: { kind: "count", minimum: 1, unit: "filters a channel", default: 1, doc: "Output channels for each input channel." },
      bias,
    },
    infer(args, input) {
      const slid = slide("depthwise", args, input);
      if ("finding" in slid) return refuse<ConvAttributes>(slid);
      const { kernel, stride, dilation } = args;
      const groups = input.channels;
      return convolved(
        { filters: groups * args.multiplier, kernel, stride, padding: slid.padding, dilation, groups, bias: args.bias, mode: "zeros" },
        input,
        slid,
      );
    },
  }),

  separable: layer({
    doc: `Depthwise separable convolution: a depthwise convolution without bias, then a 1x1 convolution to \`filters\` channels
with nothing between (Chollet 2017, Xception; Keras's SeparableConv2D).`,
    signature: {
      filters,
      kernel: kernelParameter,
      stride: strideParameter,
      pad: paddingParameter,
      dilation: dilationParameter,
      bias,
    },
    infer(args, input) {
      const slid = slide("separable", args, input);
      if ("finding" in slid) return refuse<SeparableAttributes>(slid);
      const { channels } = input;
      const outputShape = { channels: args.filters, axes: slid.axes };
      const positions = product(slid.axes);
      const depthwise = [channels, 1, ...args.kernel];
      const pointwise = [args.filters, channels, ...args.kernel.map(() => 1)];
      const bias = parameter("pointwise.bias", [args.filters], kaimingUniform(channels));
      return {
        attributes: {
          filters: args.filters,
          kernel: args.kernel,
          stride: args.stride,
          padding: slid.padding,
          dilation: args.dilation,
          bias: args.bias,
        },
        outputShape,
        weights: [
          parameter("depthwise.weight", depthwise, kaimingUniform(product(args.kernel))),
          parameter("pointwise.weight", pointwise, kaimingUniform(channels)),
          ...(args.bias ? [bias] : []),
        ],
        macs: positions * (product(depthwise) + product(pointwise)),
        window: slid.window,
        // Between the halves lies a map of the output's size, which the pointwise half needs.
        keeps: "both",
      };
    },
  }),
};

/** The facts of a convolution that fits: weight `[filters, channels / groups, kernel…]`. */
function convolved(attributes: ConvAttributes, input: Shape, slid: Slid): Facts<ConvAttributes> {
  const { filters, groups, kernel } = attributes;
  const outputShape = { channels: filters, axes: slid.axes };
  const weightShape = [filters, input.channels / groups, ...kernel];
  return {
    attributes,
    outputShape,
    weights: filterWeights(weightShape, filters, attributes.bias),
    macs: countElements(outputShape) * product(weightShape.slice(1)),
    window: slid.window,
    keeps: "input",
  };
}
