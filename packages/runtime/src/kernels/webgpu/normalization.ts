/** Batch norm in training on webgpu: two dispatches forward, two backward. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../kernel.ts";
import type { BatchNormAttributes, BatchNormGradientInputs, BatchNormInputs } from "../table.ts";
import { kernel, type Program, reads, type Recorder, writes } from "./recorder.ts";
import { balanced, gridOf, rowwise, rowwiseParameters, slicesOf } from "./reduce.ts";

/** Keeps a slice's two sums, until all slices are added up. */
const keepParts = `
  addUp(li);
  if (line == 0u && inside) {
    parts[group.y * 2u * p.channels + c] = left[li];
    parts[(group.y * 2u + 1u) * p.channels + c] = right[li];
  }`;

/**
 * Sums of distances from the first row, and of their squares: large means do not cancel. Where x is still to get its bias, `before`, that is
 * added on the way, and kept behind the parts for whoever has no buffer left to be given it.
 */
const moments = {
  name: "batchNormMoments",
  buffers: [...reads("x", "before"), ...writes("parts")],
  parameters: { ...rowwiseParameters, hasBefore: "u32" },
  code: rowwise(`
  var sum = 0.0;
  var square = 0.0;
  if (inside) {
    var shift = 0.0;
    if (p.hasBefore == 1u) { shift = before[c]; }
    if (group.y == 0u && line == 0u) { parts[2u * p.slices * p.channels + c] = shift; }
    let origin = x[c] + shift;
    for (var r = first; r < end; r += 8u) { let d = x[r * p.channels + c] + shift - origin; sum += d; square += d * d; }
  }
  left[li] = sum; right[li] = square;${keepParts}`),
} satisfies Program;

/** Adds up the parts of all slices. */
const total = `
  var sum = 0.0;
  var square = 0.0;
  if (inside) { for (var s = line; s < p.slices; s += 8u) { sum += parts[s * 2u * p.channels + c]; square += parts[(s * 2u + 1u) * p.channels + c]; } }
  left[li] = sum; right[li] = square;
  addUp(li);
  if (!inside) { return; }
  let n = f32(p.rows);`;

/** Every workgroup adds up all parts for its channels; the first slice's writes what is kept of them. */
const apply = {
  name: "batchNormApply",
  buffers: [...reads("x", "parts", "weight", "bias"), ...writes("y", "statistics", "runningMean", "runningVariance")],
  parameters: { ...rowwiseParameters, eps: "f32", momentum: "f32", hasWeight: "u32", hasBias: "u32", activation: "u32" },
  code: rowwise(`${total}
  let shift = parts[2u * p.slices * p.channels + c];
  let distance = left[lane] / n;
  let mean = x[c] + shift + distance;
  let variance = max(right[lane] / n - distance * distance, 0.0);
  var scale = inverseSqrt(variance + p.eps);
  if (p.hasWeight == 1u) { scale *= weight[c]; }
  var offset = -mean * scale;
  if (p.hasBias == 1u) { offset += bias[c]; }
  if (group.y == 0u && line == 0u) {
    statistics[c] = mean;
    statistics[p.channels + c] = variance;
    statistics[2u * p.channels + c] = scale;
    statistics[3u * p.channels + c] = offset;
    runningMean[c] = runningMean[c] * (1.0 - p.momentum) + mean * p.momentum;
    runningVariance[c] = runningVariance[c] * (1.0 - p.momentum) + variance * (n / (n - 1.0)) * p.momentum;
  }
  for (var r = first; r < end; r += 8u) {
    let value = (x[r * p.channels + c] + shift) * scale + offset;
    y[r * p.channels + c] = select(select(value, 0.0, p.activation > 0u && value <= 0.0), 6.0, p.activation == 2u && value >= 6.0);
  }`),
} satisfies Program;

/** The gradient that the activation lets through: it is open where its input, computed as before, is neither at 0 or below nor, for relu6, at 6 or above. */
const passed = `
fn passed(i: u32, c: u32, value: f32) -> f32 {
  let normal = value * statistics[2u * p.channels + c] + statistics[3u * p.channels + c];
  return select(dy[i], 0.0, (p.activation > 0u && normal <= 0.0) || (p.activation == 2u && normal >= 6.0));
}
fn shiftOf(c: u32) -> f32 {
  if (p.hasBefore == 1u) { return before[c]; }
  return 0.0;
}`;

const gradientSums = {
  name: "batchNormGradientSums",
  buffers: [...reads("dy", "x", "before", "statistics"), ...writes("parts")],
  parameters: { ...rowwiseParameters, activation: "u32", hasBefore: "u32" },
  code: passed + rowwise(`
  var sum = 0.0;
  var product = 0.0;
  if (inside) {
    let mean = statistics[c];
    let shift = shiftOf(c);
    for (var r = first; r < end; r += 8u) { let i = r * p.channels + c; let value = x[i] + shift; let d = passed(i, c, value); sum += d; product += d * (value - mean); }
  }
  left[li] = sum; right[li] = product;${keepParts}`),
} satisfies Program;

/** dx = scale · (dy − mean of dy − x̂ · mean of dy · x̂), x̂ being x normalised. */
const gradient = {
  name: "batchNormGradient",
  buffers: [...reads("dy", "x", "before", "statistics", "parts"), ...writes("dx", "dWeight", "dBias")],
  parameters: { ...rowwiseParameters, eps: "f32", activation: "u32", hasBefore: "u32" },
  code: passed + rowwise(`${total}
  let mean = statistics[c];
  let inverse = inverseSqrt(statistics[p.channels + c] + p.eps);
  let scale = statistics[2u * p.channels + c];
  let weightGradient = right[lane] * inverse;
  if (group.y == 0u && line == 0u) { dWeight[c] = weightGradient; dBias[c] = left[lane]; }
  let a = left[lane] / n;
  let b = weightGradient * inverse / n;
  let shift = shiftOf(c);
  for (var r = first; r < end; r += 8u) { let i = r * p.channels + c; let value = x[i] + shift; dx[i] = scale * (passed(i, c, value) - a - (value - mean) * b); }`),
} satisfies Program;

/** What is normalised: x, or where that still waits for its bias, what it is added to. */
function inputOf(recorder: Recorder, x: TensorInfo): { readonly given: TensorInfo; readonly before: TensorInfo; readonly hasBefore: number } {
  const origin = recorder.originOf(x);
  if (origin?.kind === "biased" && sizeOf(origin.bias) === x.shape.at(-1)) return { given: origin.x, before: origin.bias, hasBefore: 1 };
  return { given: x, before: x, hasBefore: 0 };
}

/** In the order in which the shaders number them. */
const activations: readonly BatchNormAttributes["activation"][] = ["none", "relu", "relu6"];

export const normalizationKernels = [
  kernel<BatchNormInputs, BatchNormAttributes>("CnnBatchNormTraining", (recorder, { x, weight, bias, runningMean, runningVariance }, { eps, momentum, activation }) => {
    const channels = x.shape.at(-1) ?? 1, rows = sizeOf(x) / channels, slices = slicesOf(rows, channels);
    const { given, before, hasBefore } = inputOf(recorder, x);
    const y = recorder.output(x.shape), statistics = recorder.output([4, channels]), parts = recorder.output([2 * slices.slices + 1, channels]);
    const sizes = { channels, rows, ...slices }, grid = gridOf(channels, slices);
    recorder.run(moments, [given, before, parts], { ...sizes, hasBefore }, grid);
    const flags = { hasWeight: Number(weight !== undefined), hasBias: Number(bias !== undefined), activation: activations.indexOf(activation) };
    recorder.run(apply, [given, parts, weight ?? given, bias ?? given, y, statistics, runningMean, runningVariance], { ...sizes, eps, momentum, ...flags }, grid);
    recorder.free(parts);
    return [y, statistics];
  }),

  kernel<BatchNormGradientInputs, BatchNormAttributes>("CnnBatchNormTrainingGradient", (recorder, { dy, x, statistics }, { eps, activation }) => {
    const channels = x.shape.at(-1) ?? 1, rows = sizeOf(x) / channels, slices = slicesOf(rows, channels);
    const { given, before, hasBefore } = inputOf(recorder, x);
    const dx = recorder.output(x.shape), dWeight = recorder.output([channels]), dBias = recorder.output([channels]);
    const parts = recorder.output([slices.slices, 2, channels]);
    const sizes = { channels, rows, ...slices, activation: activations.indexOf(activation), hasBefore }, grid = gridOf(channels, slices);
    recorder.run(gradientSums, [dy, given, before, statistics, parts], sizes, grid);
    recorder.run(gradient, [dy, given, before, statistics, parts, dx, dWeight, dBias], { ...sizes, eps }, grid);
    balanced.add(dx.dataId);
    recorder.free(parts);
    return [dx, dWeight, dBias];
  }),
];
