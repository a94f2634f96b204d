/** Biases, sums over leading axes (the gradient of every bias), and batch norm with the running statistics on webgpu. */

import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat, sizeOf } from "../kernel.ts";
import { eachElement, groupsFor, kernel, type Program, reads, writes } from "./recorder.ts";
import { balanced, gridOf, rowwise, rowwiseParameters, slicesOf } from "./reduce.ts";

/** The sums over a slice of the rows, one row of results a slice. */
const sumRows = {
  name: "sumRows",
  buffers: [...reads("x"), ...writes("sums")],
  parameters: rowwiseParameters,
  code: rowwise(`
  var sum = 0.0;
  if (inside) { for (var r = first; r < end; r += 8u) { sum += x[r * p.channels + c]; } }
  left[li] = sum;
  addUp(li);
  if (line == 0u && inside) { sums[group.y * p.channels + c] = left[li]; }`),
} satisfies Program;

/** A bias, with a relu behind it or not. */
export const addRepeated = {
  name: "addRepeated",
  buffers: [...reads("x", "b"), ...writes("y")],
  parameters: { size: "u32", period: "u32", relu: "u32" },
  code: eachElement(`
  let sum = x[i] + b[i % p.period];
  y[i] = select(sum, 0.0, p.relu == 1u && sum <= 0.0);`),
} satisfies Program;

const scaleChannels = {
  name: "scaleChannels",
  buffers: [...reads("x", "scale", "offset"), ...writes("y")],
  parameters: { size: "u32", period: "u32" },
  code: eachElement("y[i] = x[i] * scale[i % p.period] + offset[i % p.period];"),
} satisfies Program;

export const elementwiseKernels = [
  // Biases: a vector that repeats along the last axis. TensorFlow.js's own fails at five axes.
  kernel<{ a: TensorInfo; b: TensorInfo }, object>("Add", (recorder, { a, b }) => {
    const [period] = b.shape;
    if (!isFloat(a, b) || b.shape.length !== 1 || period === undefined || period < 2 || period !== a.shape.at(-1)) return "stock";
    const y = recorder.output(a.shape), size = sizeOf(a);
    return recorder.defer(y, { kind: "biased", x: a, bias: b }, () => recorder.run(addRepeated, [a, b, y], { size, period, relu: 0 }, groupsFor(size)));
  }),

  // x · scale + offset: batch norm with the running statistics.
  kernel<{ x: TensorInfo; scale: TensorInfo; offset: TensorInfo }, object>("CnnScaleChannels", (recorder, { x, scale, offset }) => {
    const y = recorder.output(x.shape), size = sizeOf(x);
    recorder.run(scaleChannels, [x, scale, offset, y], { size, period: x.shape.at(-1) ?? 1 }, groupsFor(size));
    return y;
  }),

  kernel<{ x: TensorInfo }, { axis: number | number[]; keepDims: boolean }>("Sum", (recorder, { x }, { axis, keepDims }) => {
    const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
    const leading = axes.every((value, index) => value === index);
    if (!isFloat(x) || !leading || axes.length === 0 || axes.length === x.shape.length || sizeOf(x) === 0) return "stock";
    const kept = x.shape.slice(axes.length), channels = kept.reduce((all, n) => all * n, 1), rows = sizeOf(x) / channels;
    const slices = slicesOf(rows, channels), shape = keepDims ? [...axes.map(() => 1), ...kept] : kept;
    if (balanced.has(x.dataId) && kept.length === 1) return recorder.zeros(shape);
    const sum = recorder.output(shape);
    if (slices.slices === 1) {
      recorder.run(sumRows, [x, sum], { channels, rows, ...slices }, gridOf(channels, slices));
      return sum;
    }
    const parts = recorder.output([slices.slices, channels]);
    recorder.run(sumRows, [x, parts], { channels, rows, ...slices }, gridOf(channels, slices));
    const last = { slices: 1, rowsEach: slices.slices };
    recorder.run(sumRows, [parts, sum], { channels, rows: slices.slices, ...last }, gridOf(channels, last));
    recorder.free(parts);
    return sum;
  }),
];
