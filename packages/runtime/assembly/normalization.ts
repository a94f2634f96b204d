/**
 * Batch normalisation over the rows of x [rows][channels], that is over batch and positions. Statistics of float32
 * sums, shifted by the first row so that large means do not cancel, in blocks so that rounding stays that of short sums.
 */

import { load, store } from "./lanes";
import { touch } from "./touch";

const blockRows: i32 = 64;

/** What follows, by the numbers that `src/kernels/wasm/normalization.ts` gives. */
const none = 0, relu = 1, relu6 = 2;

/** Adds Σ (x − shift) and Σ (x − shift)² of a block of rows to two rows of sums. */
// @ts-ignore: decorator
@inline
function addMoments(x: usize, row: usize, rows: i32, shift: v128, sums: usize, squares: usize, lanes: i32): void {
  let sum = f32x4.splat(0), square = f32x4.splat(0);
  for (let i = rows; i > 0; i--) {
    const d = f32x4.sub(load(x, lanes), shift);
    sum = f32x4.add(sum, d);
    square = f32x4.add(square, f32x4.mul(d, d));
    x += row;
  }
  store(sums, f32x4.add(load(sums, lanes), sum), lanes);
  store(squares, f32x4.add(load(squares, lanes), square), lanes);
}

// @ts-ignore: decorator
@inline
function finishMoments(x: usize, mean: usize, variance: usize, scale: f32, lanes: i32): void {
  const d = f32x4.mul(load(mean, lanes), f32x4.splat(scale));
  const v = f32x4.sub(f32x4.mul(load(variance, lanes), f32x4.splat(scale)), f32x4.mul(d, d));
  store(mean, f32x4.add(load(x, lanes), d), lanes);
  store(variance, f32x4.pmax(v, f32x4.splat(0)), lanes);
}

/** Mean and (biased) variance of each channel. */
export function batchMoments(x: usize, rows: i32, channels: i32, mean: usize, variance: usize): void {
  const row = (channels as usize) << 2;
  memory.fill(mean, 0, row);
  memory.fill(variance, 0, row);
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i), first = x + i * row;
    touch(first, block * row);
    let c = 0;
    for (; c + 4 <= channels; c += 4) addMoments(first + (c << 2), row, block, v128.load(x + (c << 2)), mean + (c << 2), variance + (c << 2), 4);
    for (; c < channels; c++) addMoments(first + (c << 2), row, block, v128.load32_zero(x + (c << 2)), mean + (c << 2), variance + (c << 2), 1);
  }
  const scale: f32 = 1 / (rows as f32);
  let c = 0;
  for (; c + 4 <= channels; c += 4) finishMoments(x + (c << 2), mean + (c << 2), variance + (c << 2), scale, 4);
  for (; c < channels; c++) finishMoments(x + (c << 2), mean + (c << 2), variance + (c << 2), scale, 1);
}

/** x · scale + offset, as every routine here computes it: an activation behind it is open or closed everywhere alike. */
// @ts-ignore: decorator
@inline
function scaled(x: v128, scale: v128, offset: v128): v128 {
  return f32x4.add(f32x4.mul(x, scale), offset);
}

// @ts-ignore: decorator
@inline
function scaleLanes(x: usize, scale: usize, offset: usize, y: usize, activation: i32, lanes: i32): void {
  let value = scaled(load(x, lanes), load(scale, lanes), load(offset, lanes));
  // In this order pmax and pmin keep a NaN of the left operand.
  if (activation != none) value = f32x4.pmax(value, f32x4.splat(0));
  if (activation == relu6) value = f32x4.pmin(value, f32x4.splat(6));
  store(y, value, lanes);
}

// @ts-ignore: decorator
@inline
function scaleRows(x: usize, rows: i32, channels: i32, scale: usize, offset: usize, y: usize, activation: i32): void {
  for (let i = rows; i > 0; i--) {
    let c: usize = 0;
    for (; (c as i32) + 4 <= channels; c += 4) scaleLanes(x + (c << 2), scale + (c << 2), offset + (c << 2), y + (c << 2), activation, 4);
    for (; (c as i32) < channels; c++) scaleLanes(x + (c << 2), scale + (c << 2), offset + (c << 2), y + (c << 2), activation, 1);
    x += (channels as usize) << 2;
    y += (channels as usize) << 2;
  }
}

/** y = x · scale + offset, channel by channel, and the activation of it. */
export function scaleChannels(x: usize, rows: i32, channels: i32, scale: usize, offset: usize, y: usize, activation: i32): void {
  if (activation == relu) scaleRows(x, rows, channels, scale, offset, y, relu);
  else if (activation == relu6) scaleRows(x, rows, channels, scale, offset, y, relu6);
  else scaleRows(x, rows, channels, scale, offset, y, none);
}

/** The gradient that the activation behind x · scale + offset lets through. */
// @ts-ignore: decorator
@inline
function passed(dy: v128, x: v128, scale: v128, offset: v128, activation: i32): v128 {
  if (activation == none) return dy;
  const value = scaled(x, scale, offset), low = f32x4.le(value, f32x4.splat(0));
  return v128.andnot(dy, activation == relu6 ? v128.or(low, f32x4.ge(value, f32x4.splat(6))) : low);
}

/** Adds Σ dy and Σ dy · (x − mean) of a block of rows to two rows of sums. */
// @ts-ignore: decorator
@inline
function addGradients(dy: usize, x: usize, row: usize, rows: i32, mean: v128, scale: usize, offset: usize, activation: i32, sums: usize, products: usize, lanes: i32): void {
  const factor = load(scale, lanes), shift = load(offset, lanes);
  let sum = f32x4.splat(0), product = f32x4.splat(0);
  for (let i = rows; i > 0; i--) {
    const value = load(x, lanes);
    const d = passed(load(dy, lanes), value, factor, shift, activation);
    sum = f32x4.add(sum, d);
    product = f32x4.add(product, f32x4.mul(d, f32x4.sub(value, mean)));
    dy += row;
    x += row;
  }
  store(sums, f32x4.add(load(sums, lanes), sum), lanes);
  store(products, f32x4.add(load(products, lanes), product), lanes);
}

// @ts-ignore: decorator
@inline
function sumGradients(dy: usize, x: usize, rows: i32, channels: i32, mean: usize, scale: usize, offset: usize, activation: i32, sums: usize, products: usize): void {
  const row = (channels as usize) << 2;
  memory.fill(sums, 0, row);
  memory.fill(products, 0, row);
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i), start = i * row;
    touch(dy + start, block * row);
    touch(x + start, block * row);
    let c: usize = 0;
    for (; c + 16 <= row; c += 16)
      addGradients(dy + start + c, x + start + c, row, block, v128.load(mean + c), scale + c, offset + c, activation, sums + c, products + c, 4);
    for (; c < row; c += 4)
      addGradients(dy + start + c, x + start + c, row, block, v128.load32_zero(mean + c), scale + c, offset + c, activation, sums + c, products + c, 1);
  }
}

/**
 * sums = Σ dy and products = Σ dy · (x − mean), channel by channel: all that the gradients need of the rows. dy is
 * that of the activation behind x · scale + offset.
 */
export function batchGradientSums(dy: usize, x: usize, rows: i32, channels: i32, mean: usize, scale: usize, offset: usize, activation: i32, sums: usize, products: usize): void {
  if (activation == relu) sumGradients(dy, x, rows, channels, mean, scale, offset, relu, sums, products);
  else if (activation == relu6) sumGradients(dy, x, rows, channels, mean, scale, offset, relu6, sums, products);
  else sumGradients(dy, x, rows, channels, mean, scale, offset, none, sums, products);
}

// @ts-ignore: decorator
@inline
function combineLanes(dy: usize, x: usize, scale: usize, offset: usize, activation: i32, b: usize, c: usize, dx: usize, lanes: i32): void {
  const value = load(x, lanes);
  const factor = load(scale, lanes);
  const d = passed(load(dy, lanes), value, factor, load(offset, lanes), activation);
  store(dx, f32x4.add(f32x4.mul(d, factor), f32x4.add(f32x4.mul(value, load(b, lanes)), load(c, lanes))), lanes);
}

// @ts-ignore: decorator
@inline
function combineRows(dy: usize, x: usize, rows: i32, channels: i32, scale: usize, offset: usize, activation: i32, b: usize, c: usize, dx: usize): void {
  const row = (channels as usize) << 2;
  for (let i = rows; i > 0; i--) {
    let j: usize = 0;
    for (; j + 16 <= row; j += 16) combineLanes(dy + j, x + j, scale + j, offset + j, activation, b + j, c + j, dx + j, 4);
    for (; j < row; j += 4) combineLanes(dy + j, x + j, scale + j, offset + j, activation, b + j, c + j, dx + j, 1);
    dy += row;
    x += row;
    dx += row;
  }
}

/** dx = dy · scale + x · b + c, channel by channel; dy as in `batchGradientSums`. */
export function combineChannels(dy: usize, x: usize, rows: i32, channels: i32, scale: usize, offset: usize, activation: i32, b: usize, c: usize, dx: usize): void {
  if (activation == relu) combineRows(dy, x, rows, channels, scale, offset, relu, b, c, dx);
  else if (activation == relu6) combineRows(dy, x, rows, channels, scale, offset, relu6, b, c, dx);
  else combineRows(dy, x, rows, channels, scale, offset, none, b, c, dx);
}

/** scale = weight / √(variance + eps) and offset = bias − mean · scale; no weight is 1, no bias 0. */
export function batchNormCoefficients(channels: i32, mean: usize, variance: usize, weight: usize, bias: usize, eps: f32, scale: usize, offset: usize): void {
  for (let c: usize = 0; c < (channels as usize) << 2; c += 4) {
    const factor = (weight ? f32.load(weight + c) : 1) / sqrt<f32>(f32.load(variance + c) + eps);
    f32.store(scale + c, factor);
    f32.store(offset + c, (bias ? f32.load(bias + c) : 0) - f32.load(mean + c) * factor);
  }
}

/**
 * From the sums of `batchGradientSums`: makes `products` the gradient of the weight, and b and c such that
 * dx = dy · scale + x · b + c.
 */
export function batchGradientCoefficients(rows: i32, channels: i32, mean: usize, variance: usize, scale: usize, eps: f32, sums: usize, products: usize, b: usize, c: usize): void {
  const share: f32 = 1 / (rows as f32);
  for (let i: usize = 0; i < (channels as usize) << 2; i += 4) {
    const inverse: f32 = 1 / sqrt<f32>(f32.load(variance + i) + eps);
    const dWeight = f32.load(products + i) * inverse;
    const slope = -f32.load(scale + i) * share * dWeight * inverse;
    f32.store(products + i, dWeight);
    f32.store(b + i, slope);
    f32.store(c + i, -f32.load(scale + i) * share * f32.load(sums + i) - slope * f32.load(mean + i));
  }
}

/** Moves running statistics towards a batch's, by a share of `momentum`; the running variance is the unbiased one. */
export function moveStatistics(rows: i32, channels: i32, mean: usize, variance: usize, runningMean: usize, runningVariance: usize, momentum: f32): void {
  const keep: f32 = 1 - momentum, unbiased: f32 = (rows as f32) / ((rows - 1) as f32);
  for (let i: usize = 0; i < (channels as usize) << 2; i += 4) {
    f32.store(runningMean + i, f32.load(runningMean + i) * keep + f32.load(mean + i) * momentum);
    f32.store(runningVariance + i, f32.load(runningVariance + i) * keep + f32.load(variance + i) * unbiased * momentum);
  }
}
