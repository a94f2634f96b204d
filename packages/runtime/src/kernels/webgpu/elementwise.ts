/** Biases, relu, its gradient and that of tanh, sums over leading axes (the gradient of every bias) and dropout on webgpu. */

import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { dropoutDraws } from "../../data/random.ts";
import { isFloat, sizeOf } from "../kernel.ts";
import type { DropoutAttributes } from "../table.ts";
import { eachElement, groupsFor, kernel, type Program, reads, writes } from "./recorder.ts";
import { balanced, gridOf, rowwise, rowwiseParameters, slicesOf } from "./reduce.ts";

const relu = {
  name: "relu",
  buffers: [...reads("x"), ...writes("y")],
  parameters: { size: "u32" },
  code: eachElement("y[i] = select(x[i], 0.0, x[i] <= 0.0);"),
} satisfies Program;

const tanhGradient = {
  name: "tanhGradient",
  buffers: [...reads("dy", "y"), ...writes("dx")],
  parameters: { size: "u32" },
  code: eachElement("dx[i] = dy[i] * (1.0 - y[i] * y[i]);"),
} satisfies Program;

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

/** A dropout's mask is a hash, as `data/random.ts` makes it: equal on every backend, and never stored. */
const mask = { sample: "u32", places: "u32", first: "u32", low: "u32", high: "u32", threshold: "u32", scale: "f32" } as const;
const dropped = `
fn mix(word: u32) -> u32 {
  var h = (word ^ (word >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}
fn dropped(value: f32, i: u32) -> f32 {
  if (p.threshold == 0u) { return value; }
  let element = (p.first + i / p.sample) * p.places + i % p.places;
  let draw = mix(mix(element + p.low) ^ p.high) >> 8u;
  return select(value * p.scale, 0.0, draw < p.threshold);
}`;

/** Dropout, behind a relu or not. */
const dropout = {
  name: "dropout",
  buffers: [...reads("x"), ...writes("y")],
  parameters: { size: "u32", relu: "u32", ...mask },
  code: `${dropped}${eachElement("y[i] = dropped(select(x[i], 0.0, p.relu == 1u && x[i] <= 0.0), i);")}`,
} satisfies Program;

/** The gradient of a relu, whose input or output is `gate`, with a dropout behind it or not. */
const reluGradient = {
  name: "reluGradient",
  buffers: [...reads("dy", "gate"), ...writes("dx")],
  parameters: { size: "u32", ...mask },
  code: `${dropped}${eachElement("dx[i] = select(0.0, dropped(dy[i], i), gate[i] > 0.0);")}`,
} satisfies Program;

type MaskNumbers = Readonly<Record<keyof typeof mask, number>>;
const noMask: MaskNumbers = { sample: 1, places: 1, first: 0, low: 0, high: 0, threshold: 0, scale: 1 };

/** The numbers of a mask over a tensor, and of the same one in another step. */
function maskOf({ places, first, threshold, scale, ...facts }: DropoutAttributes, { shape }: TensorInfo): { readonly numbers: MaskNumbers; readonly later: (step: number) => Pick<MaskNumbers, "low" | "high"> } {
  const later = (step: number): Pick<MaskNumbers, "low" | "high"> => {
    const [low, high] = dropoutDraws({ ...facts, step }).words;
    return { low, high };
  };
  return { numbers: { sample: util.sizeFromShape(shape.slice(1)), places, first, threshold, scale, ...later(facts.step) }, later };
}

/** A bias, with a relu behind it or not. */
const addRepeated = {
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

  kernel<{ x: TensorInfo }, object>("Relu", (recorder, { x }) => {
    if (!isFloat(x)) return "stock";
    const y = recorder.output(x.shape), size = sizeOf(x);
    return recorder.defer(y, { kind: "relu", x }, () => {
      const before = recorder.originOf(x);
      if (before?.kind === "biased") recorder.run(addRepeated, [before.x, before.bias, y], { size, period: sizeOf(before.bias), relu: 1 }, groupsFor(size));
      else recorder.run(relu, [x, y], { size }, groupsFor(size));
    });
  }),

  kernel<{ dy: TensorInfo; y: TensorInfo }, object>("CnnReluGradient", (recorder, { dy, y }) => {
    const dx = recorder.output(y.shape), size = sizeOf(y), [behind, before] = [recorder.originOf(dy), recorder.originOf(y)];
    const gate = before?.kind === "relu" ? before.x : y;
    if (behind?.kind === "dropout") {
      const { numbers, later } = maskOf(behind.attributes, behind.x);
      recorder.run(reluGradient, [behind.x, gate, dx], { size, ...numbers }, groupsFor(size), later);
    } else recorder.run(reluGradient, [dy, gate, dx], { size, ...noMask }, groupsFor(size));
    return dx;
  }),

  kernel<{ dy: TensorInfo; y: TensorInfo }, object>("CnnTanhGradient", (recorder, { dy, y }) => {
    const dx = recorder.output(y.shape), size = sizeOf(y);
    recorder.run(tanhGradient, [dy, y, dx], { size }, groupsFor(size));
    return dx;
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

  kernel<{ x: TensorInfo }, DropoutAttributes>("CnnDropout", (recorder, { x }, attributes) => {
    const y = recorder.output(x.shape), size = sizeOf(x);
    return recorder.defer(y, { kind: "dropout", x, attributes }, () => {
      const before = recorder.originOf(x), isRelu = before?.kind === "relu";
      const { numbers, later } = maskOf(attributes, x);
      recorder.run(dropout, [isRelu ? before.x : x, y], { size, relu: Number(isRelu), ...numbers }, groupsFor(size), later);
    });
  }),
];
