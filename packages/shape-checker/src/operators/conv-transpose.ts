/** Transposed convolution: the convolution in which input and output have changed places. */

import { shapeProblems } from "../codes/shapes.ts";
import { axisName, countElements, printShape } from "../shapes/shape.ts";
import { explainOutputSize, outputSize, type Window } from "../shapes/window.ts";
import { groupProblem } from "./groups.ts";
import { layer, refuse, type Pairs, type Problem } from "./operator.ts";
import { dilationParameter, kernelParameter, needsMap, paddingOf, strideParameter } from "./sliding.ts";
import { filterWeights, product } from "./weights.ts";

export interface ConvTransposeAttributes {
  readonly filters: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  /** What is cut away from the output's borders. */
  readonly padding: Pairs;
  /** Added behind the output, one number an axis. */
  readonly outputPadding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly bias: boolean;
}

export const convTranspose = {
  conv_transpose: layer({
    doc: `Transposed convolution: each input position adds the kernel, scaled, to the output at \`stride\` steps;
out = (in − 1)·stride − before − after + dilation·(kernel − 1) + output_pad + 1 (torch.nn.ConvTranspose2d).`,
    signature: {
      filters: { kind: "count", minimum: 1, unit: "filters", doc: "Output channels." },
      kernel: kernelParameter,
      stride: { ...strideParameter, doc: "How far apart neighbouring inputs lie in the output." },
      pad: { kind: "padding", same: false, default: 0, doc: "How much is cut from the output's borders: a number, a size, or before/after pairs." },
      output_pad: { kind: "size", minimum: 0, default: 0, doc: "Rows and columns added behind the output; smaller than stride or dilation." },
      dilation: dilationParameter,
      groups: { kind: "count", minimum: 1, unit: "groups", default: 1, doc: "Channels are convolved in this many separate groups." },
      bias: { kind: "boolean", default: true, doc: "Whether each filter adds a number of its own." },
    },
    infer(args, input) {
      const { filters, kernel, stride, dilation, groups, bias } = args;
      if (input.axes.length === 0) return refuse<ConvTransposeAttributes>(needsMap("conv_transpose", input));
      const window = input.axes.map((_, axis): Window => {
        const [before, after] = args.pad[axis] ?? [0, 0];
        return {
          size: kernel[axis] ?? 1,
          stride: stride[axis] ?? 1,
          before,
          after,
          dilation: dilation[axis] ?? 1,
          rounding: "floor",
          transposed: { outputPadding: args.output_pad[axis] ?? 0 },
        };
      });
      const axes = window.map((w, axis) => outputSize(input.axes[axis] ?? 0, w));
      const bad = axes.findIndex((n) => n < 1);
      const badWindow = window[bad];
      const eaten: Problem | undefined = badWindow && {
        finding: shapeProblems.paddingEatsOutput({
          input: printShape(input),
          axis: axisName(input, bad),
          arithmetic: explainOutputSize(input.axes[bad] ?? 0, badWindow),
        }),
        at: "pad",
        about: "size",
        fixes: [{ title: "cut nothing away: pad=0", set: "pad", text: "0" }],
      };
      const problems = [
        groupProblem(groups, input.channels, "input channels", filters) ?? groupProblem(groups, filters, "filters", input.channels),
        outputPaddingProblem(window) ?? eaten,
      ].filter((problem) => problem !== undefined);
      if (problems.length > 0) return refuse<ConvTransposeAttributes>(problems);
      const weightShape = [input.channels, filters / groups, ...kernel];
      return {
        attributes: {
          filters,
          kernel,
          stride,
          padding: paddingOf(window),
          outputPadding: args.output_pad,
          dilation,
          groups,
          bias,
        },
        outputShape: { channels: filters, axes },
        weights: filterWeights(weightShape, filters, bias),
        macs: countElements(input) * product(weightShape.slice(1)),
        window,
        keeps: "input",
      };
    },
  }),
};

function outputPaddingProblem(window: readonly Window[]): Problem | undefined {
  const bad = window.find(({ stride, dilation, transposed }) => (transposed?.outputPadding ?? 0) >= Math.max(stride, dilation));
  if (!bad?.transposed) return undefined;
  const { stride, dilation, transposed } = bad;
  const largest = Math.max(stride, dilation) - 1;
  return {
    finding: shapeProblems.outputPadTooLarge({ outputPad: transposed.outputPadding, stride, dilation }),
    at: "output_pad",
    about: "nothing",
    fixes: [{ title: `take the largest: output_pad=${largest}`, set: "output_pad", text: `${largest}` }],
  };
}
