/** Biases, the gradients of relu and tanh, sums over leading axes (the gradient of every bias) and dropout on webgpu. */

import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { dropoutDraws } from "../../data/random.ts";
import { isFloat, sizeOf } from "../kernel.ts";
import type { DropoutAttributes } from "../table.ts";
import { eachElement, groupsFor, kernel, type Program, reads, writes } from "./recorder.ts";
import { balanced, gridOf, rowwise, rowwiseParameters, slicesOf } from "./reduce.ts";

const slope = (name: string, dx: string): Program<"size"> => ({
  name,
  buffers: [...reads("dy", "y"), ...writes("dx")],
  parameters: { size: "u32" },
  code: eachElement(`dx[i] = ${dx};`),
});

const slopes = [
  ["CnnReluGradient", slope("reluGradient", "select(0.0, dy[i], y[i] > 0.0)")],
  ["CnnTanhGradient", slope("tanhGradient", "dy[i] * (1.0 - y[i] * y[i])")],
] as const;

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

/** The mask is a hash, as `data/random.ts` makes it: equal on every backend, and never stored. */
const dropout = {
  name: "dropout",
  buffers: [...reads("x"), ...writes("y")],
  parameters: { size: "u32", sample: "u32", places: "u32", first: "u32", low: "u32", high: "u32", threshold: "u32", scale: "f32" },
  code: `
fn mix(word: u32) -> u32 {
  var h = (word ^ (word >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}
${eachElement(`
  let element = (p.first + i / p.sample) * p.places + i % p.places;
  let draw = mix(mix(element + p.low) ^ p.high) >> 8u;
  y[i] = select(x[i] * p.scale, 0.0, draw < p.threshold);`)}`,
} satisfies Program;

const addRepeated = {
  name: "addRepeated",
  buffers: [...reads("x", "b"), ...writes("y")],
  parameters: { size: "u32", period: "u32" },
  code: eachElement("y[i] = x[i] + b[i % p.period];"),
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
    recorder.run(addRepeated, [a, b, y], { size, period }, groupsFor(size));
    return y;
  }),

  // x · scale + offset: batch norm with the running statistics.
  kernel<{ x: TensorInfo; scale: TensorInfo; offset: TensorInfo }, object>("CnnScaleChannels", (recorder, { x, scale, offset }) => {
    const y = recorder.output(x.shape), size = sizeOf(x);
    recorder.run(scaleChannels, [x, scale, offset, y], { size, period: x.shape.at(-1) ?? 1 }, groupsFor(size));
    return y;
  }),

  ...slopes.map(([name, program]) =>
    kernel<{ dy: TensorInfo; y: TensorInfo }, object>(name, (recorder, { dy, y }) => {
      const dx = recorder.output(y.shape), size = sizeOf(y);
      recorder.run(program, [dy, y, dx], { size }, groupsFor(size));
      return dx;
    }),
  ),

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

  kernel<{ x: TensorInfo }, DropoutAttributes>("CnnDropout", (recorder, { x }, { places, first, threshold, scale, ...mask }) => {
    const y = recorder.output(x.shape), size = sizeOf(x);
    const words = (step: number): { low: number; high: number } => {
      const [low, high] = dropoutDraws({ ...mask, step }).words;
      return { low, high };
    };
    recorder.run(dropout, [x, y], { size, sample: size / (x.shape[0] ?? 1), places, first, threshold, scale, ...words(mask.step) }, groupsFor(size), words);
    return y;
  }),
];
