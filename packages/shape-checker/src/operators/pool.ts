/** Pools that slide a window: the maximum or the mean of each. */

import { shapeProblems } from "../codes/shapes.ts";
import type { Shape } from "../shapes/shape.ts";
import { overhang, type Window } from "../shapes/window.ts";
import { layer, refuse, type Facts, type Pairs, type Problem } from "./operator.ts";
import { dilationParameter, kernelParameter, slide, type Slid, type Sliding } from "./sliding.ts";

export interface MaxPoolAttributes {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  /** Counts as minus infinity. */
  readonly padding: Pairs;
  /** With `ceil`, how far the last window hangs over the padded end on each axis; else 0. */
  readonly overhang: readonly number[];
  readonly dilation: readonly number[];
  readonly ceil: boolean;
}

export interface AvgPoolAttributes {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: Pairs;
  /** With `ceil`, how far the last window hangs over the padded end on each axis; never counted in the mean. */
  readonly overhang: readonly number[];
  readonly ceil: boolean;
  /** Whether the mean counts padding as zeros; false with `pad=same`. */
  readonly countPadding: boolean;
}

const stride = { kind: "size", minimum: 1, default: { of: "kernel" }, doc: "How far the window moves; its own size unless given." } as const;
const pad = {
  kind: "padding",
  same: true,
  default: 0,
  doc: "Border around the map, at most half the kernel: a number, a size, before/after pairs, or `same`.",
} as const;
const ceil = { kind: "boolean", default: false, doc: "Also take a last window that hangs over the end." } as const;

export const pool = {
  maxpool: layer({
    doc: `The largest value of each window, channel by channel; out = floor((in + before + after − dilation·(kernel − 1) − 1) /
stride) + 1, rounded up with ceil=true, where a window starting in the far padding is dropped (torch.nn.MaxPool2d).`,
    signature: { kernel: kernelParameter, stride, pad, dilation: dilationParameter, ceil },
    infer(args, input) {
      const { kernel, dilation } = args;
      const slid = slidePool("maxpool", args, input, args.ceil);
      if ("finding" in slid) return refuse<MaxPoolAttributes>(slid);
      const attributes = { kernel, stride: args.stride, padding: slid.padding, overhang: overhangs(slid, input), dilation, ceil: args.ceil };
      return pooled(attributes, slid, input, "input", args.pad);
    },
  }),

  avgpool: layer({
    doc: `The mean of each window, channel by channel; out = floor((in + before + after − kernel) / stride) + 1. Padding counts
as zeros unless count_padding=false or pad=same (torch.nn.AvgPool2d).`,
    signature: {
      kernel: kernelParameter,
      stride,
      pad,
      ceil,
      count_padding: { kind: "boolean", default: true, doc: "Whether the mean counts padding as zeros." },
    },
    infer(args, input) {
      const slid = slidePool("avgpool", { ...args, dilation: args.kernel.map(() => 1) }, input, args.ceil);
      if ("finding" in slid) return refuse<AvgPoolAttributes>(slid);
      const attributes = {
        kernel: args.kernel,
        stride: args.stride,
        padding: slid.padding,
        overhang: overhangs(slid, input),
        ceil: args.ceil,
        countPadding: args.count_padding && args.pad !== "same",
      };
      return pooled(attributes, slid, input, "nothing", args.pad);
    },
  }),
};

const slidePool = (operator: string, args: Sliding, input: Shape, up: boolean): Slid | Problem =>
  slide(operator, args, input, up ? "ceil" : "floor");

const overhangs = (slid: Slid, input: Shape): readonly number[] => slid.window.map((w, axis) => overhang(input.axes[axis] ?? 0, w));

function pooled<A>(attributes: A, slid: Slid, input: Shape, keeps: Facts<A>["keeps"], pad: Pairs | "same") {
  const facts: Facts<A> = {
    attributes,
    outputShape: { channels: input.channels, axes: slid.axes },
    weights: [],
    macs: 0,
    window: slid.window,
    keeps,
  };
  const problem = pad === "same" ? undefined : paddingProblem(keeps === "input" ? "maxpool" : "avgpool", slid.window);
  return problem ? refuse(problem, facts) : facts;
}

function paddingProblem(operator: string, window: readonly Window[]): Problem | undefined {
  const bad = window.find(({ size, before, after }) => Math.max(before, after) > size / 2);
  if (!bad) return undefined;
  const largest = Math.floor(Math.min(...window.map(({ size }) => size)) / 2);
  return {
    finding: shapeProblems.paddingTooWide({ operator, padding: Math.max(bad.before, bad.after), kernel: bad.size }),
    at: "pad",
    about: "nothing",
    fixes: [{ title: `take half the kernel: pad=${largest}`, set: "pad", text: `${largest}` }],
  };
}
