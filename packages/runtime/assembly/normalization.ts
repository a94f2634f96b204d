/**
 * Batch normalisation over the rows of x [rows][channels], that is over batch and positions. Statistics of float32
 * sums, shifted by the first row so that large means do not cancel, in blocks so that rounding stays that of short sums.
 */

import { load, loadNext, store, storeBoth, wide } from "./lanes";
import { touch } from "./touch";

const blockRows: i32 = 64;

/** What follows, by the numbers that `src/kernels/wasm/normalization.ts` gives. */
const none = 0, relu6 = 2;

/** Where an activation behind begins to let values through; NaN, which no value is below, for none. */
// @ts-ignore: decorator
@inline
function lowest(activation: i32): v128 {
  return f32x4.splat(activation == none ? NaN : 0);
}

/** Where it ends; NaN, which no value is above, where it does not. */
// @ts-ignore: decorator
@inline
function highest(activation: i32): v128 {
  return f32x4.splat(activation == relu6 ? 6 : NaN);
}

/** Adds Σ (x − shift) and Σ (x − shift)² of a block of rows to two rows of sums. */
// @ts-ignore: decorator
@inline
function addMoments(x: usize, row: usize, rows: i32, shift: usize, sums: usize, squares: usize, lanes: i32): void {
  const first = load(shift, lanes), next = lanes == 8 ? loadNext(shift) : first;
  let sum = f32x4.splat(0), square = f32x4.splat(0), nextSum = f32x4.splat(0), nextSquare = f32x4.splat(0);
  for (let i = rows; i > 0; i--) {
    const d = f32x4.sub(load(x, lanes), first);
    sum = f32x4.add(sum, d);
    square = f32x4.add(square, f32x4.mul(d, d));
    if (lanes == 8) {
      const e = f32x4.sub(loadNext(x), next);
      nextSum = f32x4.add(nextSum, e);
      nextSquare = f32x4.add(nextSquare, f32x4.mul(e, e));
    }
    x += row;
  }
  addBoth(sums, sum, nextSum, lanes);
  addBoth(squares, square, nextSquare, lanes);
}

/** Adds to a row of sums. */
// @ts-ignore: decorator
@inline
function addBoth(sums: usize, sum: v128, next: v128, lanes: i32): void {
  const total = f32x4.add(load(sums, lanes), sum);
  storeBoth(sums, total, lanes == 8 ? f32x4.add(loadNext(sums), next) : next, lanes);
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
    let c: usize = 0;
    for (; c + 32 <= row; c += 32) addMoments(first + c, row, block, x + c, mean + c, variance + c, 8);
    for (; c + 16 <= row; c += 16) addMoments(first + c, row, block, x + c, mean + c, variance + c, 4);
    for (; c < row; c += 4) addMoments(first + c, row, block, x + c, mean + c, variance + c, 1);
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
function activated(value: v128, low: v128, high: v128): v128 {
  // In this order pmax and pmin keep a NaN of the left operand, and leave it where the right one is NaN.
  return f32x4.pmin(f32x4.pmax(value, low), high);
}

// @ts-ignore: decorator
@inline
function scaleLanes(x: usize, scale: usize, offset: usize, y: usize, low: v128, high: v128, lanes: i32): void {
  const first = activated(scaled(load(x, lanes), load(scale, lanes), load(offset, lanes)), low, high);
  storeBoth(y, first, lanes == 8 ? activated(scaled(loadNext(x), loadNext(scale), loadNext(offset)), low, high) : first, lanes);
}

/** y = x · scale + offset, channel by channel, and the activation of it. */
export function scaleChannels(x: usize, rows: i32, channels: i32, scale: usize, offset: usize, y: usize, activation: i32): void {
  const row = (channels as usize) << 2, low = lowest(activation), high = highest(activation);
  for (let i = rows; i > 0; i--) {
    let c: usize = 0;
    for (; c + 32 <= row; c += 32) scaleLanes(x + c, scale + c, offset + c, y + c, low, high, 8);
    for (; c + 16 <= row; c += 16) scaleLanes(x + c, scale + c, offset + c, y + c, low, high, 4);
    for (; c < row; c += 4) scaleLanes(x + c, scale + c, offset + c, y + c, low, high, 1);
    x += row;
    y += row;
  }
}

/** The gradient that the activation behind x · scale + offset lets through. */
// @ts-ignore: decorator
@inline
function passed(dy: v128, x: v128, scale: v128, offset: v128, low: v128, high: v128): v128 {
  const value = scaled(x, scale, offset);
  return v128.andnot(dy, v128.or(f32x4.le(value, low), f32x4.ge(value, high)));
}

/** Adds Σ dy and Σ dy · (x − mean) of a block of rows to two rows of sums; without `bounds` no value is below `low` or above `high`. */
// @ts-ignore: decorator
@inline
function addGradients(dy: usize, x: usize, row: usize, rows: i32, mean: usize, scale: usize, offset: usize, bounds: bool, low: v128, high: v128, sums: usize, products: usize, lanes: i32): void {
  const center = load(mean, lanes), factor = load(scale, lanes), shift = load(offset, lanes);
  const nextCenter = lanes == 8 ? loadNext(mean) : center, nextFactor = lanes == 8 ? loadNext(scale) : factor, nextShift = lanes == 8 ? loadNext(offset) : shift;
  let sum = f32x4.splat(0), product = f32x4.splat(0), nextSum = f32x4.splat(0), nextProduct = f32x4.splat(0);
  for (let i = rows; i > 0; i--) {
    const value = load(x, lanes);
    const d = bounds ? passed(load(dy, lanes), value, factor, shift, low, high) : load(dy, lanes);
    sum = f32x4.add(sum, d);
    product = f32x4.add(product, f32x4.mul(d, f32x4.sub(value, center)));
    if (lanes == 8) {
      const nextValue = loadNext(x);
      const e = bounds ? passed(loadNext(dy), nextValue, nextFactor, nextShift, low, high) : loadNext(dy);
      nextSum = f32x4.add(nextSum, e);
      nextProduct = f32x4.add(nextProduct, f32x4.mul(e, f32x4.sub(nextValue, nextCenter)));
    }
    dy += row;
    x += row;
  }
  addBoth(sums, sum, nextSum, lanes);
  addBoth(products, product, nextProduct, lanes);
}

// @ts-ignore: decorator
@inline
function sumGradients(dy: usize, x: usize, rows: i32, channels: i32, mean: usize, scale: usize, offset: usize, bounds: bool, activation: i32, sums: usize, products: usize): void {
  const row = (channels as usize) << 2, low = lowest(activation), high = highest(activation);
  memory.fill(sums, 0, row);
  memory.fill(products, 0, row);
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i), start = i * row;
    touch(dy + start, block * row);
    touch(x + start, block * row);
    let c: usize = 0;
    // In vectors of four, what stays from row to row takes more registers than there are.
    for (; wide && c + 32 <= row; c += 32) addGradients(dy + start + c, x + start + c, row, block, mean + c, scale + c, offset + c, bounds, low, high, sums + c, products + c, 8);
    for (; c + 16 <= row; c += 16) addGradients(dy + start + c, x + start + c, row, block, mean + c, scale + c, offset + c, bounds, low, high, sums + c, products + c, 4);
    for (; c < row; c += 4) addGradients(dy + start + c, x + start + c, row, block, mean + c, scale + c, offset + c, bounds, low, high, sums + c, products + c, 1);
  }
}

/**
 * sums = Σ dy and products = Σ dy · (x − mean), channel by channel: all that the gradients need of the rows. dy is
 * that of the activation behind x · scale + offset.
 */
export function batchGradientSums(dy: usize, x: usize, rows: i32, channels: i32, mean: usize, scale: usize, offset: usize, activation: i32, sums: usize, products: usize): void {
  // Bounds that nothing exceeds cost time in vectors of four; in vectors of eight, two loops would keep the engine from joining either.
  if (!wide && activation == none) sumGradients(dy, x, rows, channels, mean, scale, offset, false, activation, sums, products);
  else sumGradients(dy, x, rows, channels, mean, scale, offset, true, activation, sums, products);
}

// @ts-ignore: decorator
@inline
function combined(dy: v128, x: v128, scale: v128, offset: v128, low: v128, high: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(passed(dy, x, scale, offset, low, high), scale), f32x4.add(f32x4.mul(x, b), c));
}

// @ts-ignore: decorator
@inline
function combineLanes(dy: usize, x: usize, scale: usize, offset: usize, low: v128, high: v128, b: usize, c: usize, dx: usize, lanes: i32): void {
  const first = combined(load(dy, lanes), load(x, lanes), load(scale, lanes), load(offset, lanes), low, high, load(b, lanes), load(c, lanes));
  storeBoth(dx, first, lanes == 8 ? combined(loadNext(dy), loadNext(x), loadNext(scale), loadNext(offset), low, high, loadNext(b), loadNext(c)) : first, lanes);
}

/** dx = dy · scale + x · b + c, channel by channel; dy as in `batchGradientSums`. */
export function combineChannels(dy: usize, x: usize, rows: i32, channels: i32, scale: usize, offset: usize, activation: i32, b: usize, c: usize, dx: usize): void {
  const row = (channels as usize) << 2, low = lowest(activation), high = highest(activation);
  for (let i = rows; i > 0; i--) {
    let j: usize = 0;
    for (; j + 32 <= row; j += 32) combineLanes(dy + j, x + j, scale + j, offset + j, low, high, b + j, c + j, dx + j, 8);
    for (; j + 16 <= row; j += 16) combineLanes(dy + j, x + j, scale + j, offset + j, low, high, b + j, c + j, dx + j, 4);
    for (; j < row; j += 4) combineLanes(dy + j, x + j, scale + j, offset + j, low, high, b + j, c + j, dx + j, 1);
    dy += row;
    x += row;
    dx += row;
  }
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
