/** Convolutions: conv, depthwise, separable. Filters slide over the map; the output size is `shapes/window.ts`'s. */

import { shapeProblems } from "../codes/shapes.ts";
import type { Initializer } from "../model/model.ts";
import { countElements, printShape, printSize, type Shape } from "../shapes/shape.ts";
import { explainOutputSize, extent, outputSize, samePadding, type Window } from "../shapes/window.ts";
import {
  layer,
  refuse,
  type FixRequest,
  type Pairs,
  type Problem,
  type WeightFacts,
} from "./operator.ts";

/** What code generation reads of any convolution. */
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

const stride = { kind: "size", minimum: 1, default: 1, doc: "How far the kernel moves from one output to the next." } as const;
const padding = {
  kind: "padding",
  same: true,
  default: 0,
  doc: "Zeros around the map: a number, a size, before/after pairs, or `same` for ceil(input / stride).",
} as const;
const dilation = { kind: "size", minimum: 1, default: 1, doc: "The distance between the kernel's taps." } as const;
const bias = { kind: "boolean", default: true, doc: "Whether each filter adds a number of its own." } as const;
const kernel = { kind: "size", minimum: 1, doc: "The kernel's size: `3`, `3x3`, `1x7`." } as const;

export const conv = {
  conv: layer({
    doc: `Convolution in one, two or three dimensions, by the flow. Each filter is a weighted sum over the kernel's window in
all channels of its group; out = floor((in + before + after − dilation·(kernel − 1) − 1) / stride) + 1 (torch.nn.Conv2d).`,
    signature: {
      filters: { kind: "count", minimum: 1, unit: "filters", doc: "Output channels." },
      kernel,
      stride,
      pad: padding,
      dilation,
      groups: { kind: "count", minimum: 1, unit: "groups", default: 1, doc: "Channels are convolved in this many separate groups." },
      bias,
      mode: {
        kind: "word",
        words: ["zeros", "reflect", "replicate", "circular"],
        default: "zeros",
        doc: "What the padding holds.",
      },
    },
    infer(args, input: Shape) {
      const problems = groupProblems(args.groups, input.channels, args.filters);
      const slid = slide("conv", args, input, problems);
      if (slid === undefined) return refuse<ConvAttributes>(problems);
      const { filters, groups } = args;
      const outputShape = { channels: filters, axes: slid.axes };
      const weightShape = [filters, input.channels / groups, ...args.kernel];
      return {
        attributes: { filters, kernel: args.kernel, stride: args.stride, padding: slid.padding, dilation: args.dilation, groups, bias: args.bias, mode: args.mode },
        outputShape,
        weights: filterWeights("", weightShape, args.bias),
        macs: countElements(outputShape) * product(weightShape.slice(1)),
        window: slid.window,
        keeps: "input",
      };
    },
  }),
};

const product = (numbers: readonly number[]): number => numbers.reduce((all, n) => all * n, 1);

/** PyTorch's default: uniform in ±1/√fan_in for kernel and bias (`torch.nn.init.kaiming_uniform_`, a = √5). */
export const kaimingUniform = (fanIn: number): Initializer => ({ kind: "uniform", bound: 1 / Math.sqrt(fanIn) });

/** `weight` of the given shape and, with `bias`, one number for each of its filters. */
export function filterWeights(prefix: string, shape: readonly number[], bias: boolean): readonly WeightFacts[] {
  const initializer = kaimingUniform(product(shape.slice(1)));
  const weight: WeightFacts = { leaf: `${prefix}weight`, shape, kind: "parameter", initializer };
  return bias ? [weight, { leaf: `${prefix}bias`, shape: shape.slice(0, 1), kind: "parameter", initializer }] : [weight];
}

interface Sliding {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly pad: Pairs | "same";
  readonly dilation: readonly number[];
}

/** The window and output axes of a sliding kernel; adds a problem and gives nothing where it cannot slide. */
export function slide(operator: string, args: Sliding, input: Shape, problems: Problem[]) {
  if (input.axes.length === 0) {
    problems.push({ finding: shapeProblems.needsMap({ operator, input: printShape(input) }), at: 0 });
    return undefined;
  }
  const padding: Pairs = input.axes.map((n, axis) => {
    const [size, step, spread] = [args.kernel[axis] ?? 1, args.stride[axis] ?? 1, args.dilation[axis] ?? 1];
    return args.pad === "same" ? samePadding(n, size, step, spread) : (args.pad[axis] ?? [0, 0]);
  });
  const window: readonly Window[] = padding.map(([before, after], axis) => ({
    size: args.kernel[axis] ?? 1,
    stride: args.stride[axis] ?? 1,
    before,
    after,
    dilation: args.dilation[axis] ?? 1,
    rounding: "floor",
  }));
  const axes = window.map((w, axis) => outputSize(input.axes[axis] ?? 0, w));
  const bad = axes.findIndex((n) => n < 1);
  const badWindow = window[bad];
  if (badWindow) {
    const finding = shapeProblems.kernelTooLarge({
      kernel: printSize(args.kernel),
      input: printShape(input),
      arithmetic: explainOutputSize(input.axes[bad] ?? 0, badWindow),
    });
    problems.push({ finding, at: "kernel", fixes: fittingPadding(window, input) });
  }
  return problems.length > 0 ? undefined : { axes, window, padding };
}

/** Offers the symmetric padding that keeps an odd kernel's size, where that is one number. */
function fittingPadding(window: readonly Window[], input: Shape): readonly FixRequest[] {
  const needed = window.map((w) => (extent(w) - 1) / 2);
  const [first] = needed;
  if (first === undefined || !Number.isInteger(first) || needed.some((n) => n !== first)) return [];
  const fits = window.every((w, axis) => outputSize(input.axes[axis] ?? 0, { ...w, before: first, after: first }) >= 1);
  return fits ? [{ title: `pad the map: pad=${first}`, set: "pad", text: `${first}` }] : [];
}

function groupProblems(groups: number, channels: number, filters: number): Problem[] {
  const problems: Problem[] = [];
  if (channels % groups !== 0) {
    problems.push({ finding: shapeProblems.groupsDoNotDivide({ groups, channels, what: "input channels" }), at: "groups" });
  }
  if (filters % groups !== 0) {
    problems.push({ finding: shapeProblems.groupsDoNotDivide({ groups, channels: filters, what: "filters" }), at: "groups" });
  }
  return problems;
}
