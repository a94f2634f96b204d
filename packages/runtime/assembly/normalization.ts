/**
 * Batch normalisation over the rows of x [rows][channels], that is over batch and positions. Statistics of float32
 * sums, shifted by the first row so that large means do not cancel, in blocks so that rounding stays that of short sums.
 */

import { load, store } from "./lanes";

const blockRows: i32 = 64;

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
    let c = 0;
    for (; c + 4 <= channels; c += 4) addMoments(first + (c << 2), row, block, v128.load(x + (c << 2)), mean + (c << 2), variance + (c << 2), 4);
    for (; c < channels; c++) addMoments(first + (c << 2), row, block, v128.load32_zero(x + (c << 2)), mean + (c << 2), variance + (c << 2), 1);
  }
  const scale: f32 = 1 / (rows as f32);
  let c = 0;
  for (; c + 4 <= channels; c += 4) finishMoments(x + (c << 2), mean + (c << 2), variance + (c << 2), scale, 4);
  for (; c < channels; c++) finishMoments(x + (c << 2), mean + (c << 2), variance + (c << 2), scale, 1);
}

/** y = x · scale + offset, channel by channel. */
export function scaleChannels(x: usize, rows: i32, channels: i32, scale: usize, offset: usize, y: usize): void {
  for (let i = rows; i > 0; i--) {
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      v128.store(y, f32x4.add(f32x4.mul(v128.load(x), v128.load(scale + (c << 2))), v128.load(offset + (c << 2))));
      x += 16;
      y += 16;
    }
    for (; c < channels; c++) {
      f32.store(y, f32.load(x) * f32.load(scale + (c << 2)) + f32.load(offset + (c << 2)));
      x += 4;
      y += 4;
    }
  }
}

/** Adds Σ dy and Σ dy · (x − mean) of a block of rows to two rows of sums. */
// @ts-ignore: decorator
@inline
function addGradients(dy: usize, x: usize, row: usize, rows: i32, mean: v128, sums: usize, products: usize, lanes: i32): void {
  let sum = f32x4.splat(0), product = f32x4.splat(0);
  for (let i = rows; i > 0; i--) {
    const d = load(dy, lanes);
    sum = f32x4.add(sum, d);
    product = f32x4.add(product, f32x4.mul(d, f32x4.sub(load(x, lanes), mean)));
    dy += row;
    x += row;
  }
  store(sums, f32x4.add(load(sums, lanes), sum), lanes);
  store(products, f32x4.add(load(products, lanes), product), lanes);
}

/** sums = Σ dy and products = Σ dy · (x − mean), channel by channel: all that the gradients need of the rows. */
export function batchGradientSums(dy: usize, x: usize, rows: i32, channels: i32, mean: usize, sums: usize, products: usize): void {
  const row = (channels as usize) << 2;
  memory.fill(sums, 0, row);
  memory.fill(products, 0, row);
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i), offset = i * row;
    let c = 0;
    for (; c + 4 <= channels; c += 4)
      addGradients(dy + offset + (c << 2), x + offset + (c << 2), row, block, v128.load(mean + (c << 2)), sums + (c << 2), products + (c << 2), 4);
    for (; c < channels; c++)
      addGradients(dy + offset + (c << 2), x + offset + (c << 2), row, block, v128.load32_zero(mean + (c << 2)), sums + (c << 2), products + (c << 2), 1);
  }
}

/** dx = dy · a + x · b + c, channel by channel. */
export function combineChannels(dy: usize, x: usize, rows: i32, channels: i32, a: usize, b: usize, c: usize, dx: usize): void {
  for (let i = rows; i > 0; i--) {
    let j = 0;
    for (; j + 4 <= channels; j += 4) {
      const t = f32x4.mul(v128.load(dy), v128.load(a + (j << 2)));
      v128.store(dx, f32x4.add(t, f32x4.add(f32x4.mul(v128.load(x), v128.load(b + (j << 2))), v128.load(c + (j << 2)))));
      dy += 16;
      x += 16;
      dx += 16;
    }
    for (; j < channels; j++) {
      f32.store(dx, f32.load(dy) * f32.load(a + (j << 2)) + f32.load(x) * f32.load(b + (j << 2)) + f32.load(c + (j << 2)));
      dy += 4;
      x += 4;
      dx += 4;
    }
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
