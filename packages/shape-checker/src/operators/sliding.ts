/** What convolutions and pools share: a kernel that slides over a map, and what to say where it cannot. */

import { shapeProblems } from "../codes/shapes.ts";
import { axisName, printShape, printSize, type Shape } from "../shapes/shape.ts";
import { explainOutputSize, extent, largestKernel, outputSize, samePadding, type Window } from "../shapes/window.ts";
import type { FixRequest, Pairs, Problem } from "./operator.ts";

export const strideParameter = {
  kind: "size",
  minimum: 1,
  default: 1,
  doc: "How far the kernel moves from one output to the next.",
} as const;
export const paddingParameter = {
  kind: "padding",
  same: true,
  default: 0,
  doc: "Zeros around the map: a number, a size, before/after pairs, or `same` for ceil(input / stride).",
} as const;
export const dilationParameter = {
  kind: "size",
  minimum: 1,
  default: 1,
  doc: "The distance between the kernel's taps.",
} as const;
export const kernelParameter = { kind: "size", minimum: 1, doc: "The kernel's size: `3`, `3x3`, `1x7`." } as const;

export interface Sliding {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly pad: Pairs | "same";
  readonly dilation: readonly number[];
}

/** Where a kernel slides: its window on each axis, the sizes it gives, and the padding with `same` resolved. */
export interface Slid {
  readonly window: readonly Window[];
  readonly axes: readonly number[];
  readonly padding: Pairs;
}

export const paddingOf = (window: readonly Window[]): Pairs => window.map(({ before, after }) => [before, after]);

/** The problem of an operator on maps where a vector flows. */
export const needsMap = (operator: string, input: Shape): Problem => ({
  finding: shapeProblems.needsMap({ operator, input: printShape(input) }),
  at: 0,
});

/** Slides a kernel over a map; a problem where it cannot. */
export function slide(operator: string, args: Sliding, input: Shape, rounding: Window["rounding"] = "floor"): Slid | Problem {
  if (input.axes.length === 0) return needsMap(operator, input);
  const window = input.axes.map((n, axis): Window => {
    const [size, stride, dilation] = [args.kernel[axis] ?? 1, args.stride[axis] ?? 1, args.dilation[axis] ?? 1];
    const [before, after] = args.pad === "same" ? samePadding(n, size, stride, dilation) : (args.pad[axis] ?? [0, 0]);
    return { size, stride, before, after, dilation, rounding };
  });
  const axes = window.map((w, axis) => outputSize(input.axes[axis] ?? 0, w));
  const bad = axes.findIndex((n) => n < 1);
  const badWindow = window[bad];
  if (!badWindow) return { window, axes, padding: paddingOf(window) };
  const finding = shapeProblems.kernelTooLarge({
    kernel: printSize(args.kernel),
    input: printShape(input),
    axis: axisName(input, bad),
    arithmetic: explainOutputSize(input.axes[bad] ?? 0, badWindow),
  });
  return { finding, at: "kernel", about: "size", fixes: [...fittingPadding(window, input), ...fittingKernel(window, input)] };
}

/** Offers the symmetric padding that keeps an odd kernel's size, where that is one number. */
function fittingPadding(window: readonly Window[], input: Shape): readonly FixRequest[] {
  const needed = window.map((w) => (extent(w) - 1) / 2);
  const [first] = needed;
  if (first === undefined || !Number.isInteger(first) || needed.some((n) => n !== first)) return [];
  const fits = window.every((w, axis) => outputSize(input.axes[axis] ?? 0, { ...w, before: first, after: first }) >= 1);
  return fits ? [{ title: `pad the map: pad=${first}`, set: "pad", text: `${first}` }] : [];
}

/** Offers the kernel cut down to the padded map. */
function fittingKernel(window: readonly Window[], input: Shape): readonly FixRequest[] {
  const sizes = window.map((w, axis) => Math.min(w.size, largestKernel(input.axes[axis] ?? 0, w)));
  const text = printSize(sizes);
  return sizes.every((n) => n >= 1) ? [{ title: `take a smaller kernel: ${text}`, set: "kernel", text }] : [];
}
