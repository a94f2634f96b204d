/**
 * Winograd's transforms for kernels of three taps, F(2, 3) and F(4, 3): convolution becomes a product in the transformed
 * domain, of n = m + 2 values for m outputs. Each is a small constant matrix, written out; a square tile is transformed along
 * its rows, then along its columns. `m` (2 or 4), `kind` and `lanes` are constants after inlining.
 */

import { load, multiplyAdd, store } from "./lanes";

/** n inputs → n values. */
export const input = 0;
/** n values → m outputs. */
export const output = 1;
/** m output gradients → n values: the transpose of `output`. */
export const gradient = 2;
/** 3 taps → n values. */
export const filter = 3;
/** n values → 3 taps: the transpose of `filter`. */
export const taps = 4;

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline
function times(factor: f32, a: v128): v128 {
  return f32x4.mul(f32x4.splat(factor), a);
}

/** a + factor · b. */
// @ts-ignore: decorator
@inline
function plus(a: v128, factor: f32, b: v128): v128 {
  return multiplyAdd(f32x4.splat(factor), b, a);
}

/** One transform of values `fromStride` apart; `offset` is added to each result. */
// @ts-ignore: decorator
@inline
function transformLine(kind: i32, m: i32, from: usize, fromStride: usize, fromLanes: i32, to: usize, toStride: usize, toLanes: i32, offset: v128): void {
  const x0 = load(from, fromLanes), x1 = load(from + fromStride, fromLanes);
  if (kind == input) {
    const x2 = load(from + 2 * fromStride, fromLanes), x3 = load(from + 3 * fromStride, fromLanes);
    if (m == 2) {
      store(to, sub(x0, x2), toLanes);
      store(to + toStride, add(x1, x2), toLanes);
      store(to + 2 * toStride, sub(x2, x1), toLanes);
      store(to + 3 * toStride, sub(x1, x3), toLanes);
    } else {
      const x4 = load(from + 4 * fromStride, fromLanes), x5 = load(from + 5 * fromStride, fromLanes);
      const a = plus(x4, -4, x2), b = plus(x3, -4, x1), c = sub(x4, x2), d = times(2, sub(x3, x1));
      store(to, plus(plus(x4, -5, x2), 4, x0), toLanes);
      store(to + toStride, add(a, b), toLanes);
      store(to + 2 * toStride, sub(a, b), toLanes);
      store(to + 3 * toStride, add(c, d), toLanes);
      store(to + 4 * toStride, sub(c, d), toLanes);
      store(to + 5 * toStride, plus(plus(x5, -5, x3), 4, x1), toLanes);
    }
  } else if (kind == output) {
    const x2 = load(from + 2 * fromStride, fromLanes), x3 = load(from + 3 * fromStride, fromLanes);
    if (m == 2) {
      store(to, add(add(add(x0, x1), x2), offset), toLanes);
      store(to + toStride, add(sub(sub(x1, x2), x3), offset), toLanes);
    } else {
      const x4 = load(from + 4 * fromStride, fromLanes), x5 = load(from + 5 * fromStride, fromLanes);
      const a = add(x1, x2), b = sub(x1, x2), c = add(x3, x4), d = sub(x3, x4);
      store(to, add(add(add(x0, a), c), offset), toLanes);
      store(to + toStride, add(plus(b, 2, d), offset), toLanes);
      store(to + 2 * toStride, add(plus(a, 4, c), offset), toLanes);
      store(to + 3 * toStride, add(add(plus(b, 8, d), x5), offset), toLanes);
    }
  } else if (kind == gradient) {
    if (m == 2) {
      store(to, x0, toLanes);
      store(to + toStride, add(x0, x1), toLanes);
      store(to + 2 * toStride, sub(x0, x1), toLanes);
      store(to + 3 * toStride, f32x4.neg(x1), toLanes);
    } else {
      const x2 = load(from + 2 * fromStride, fromLanes), x3 = load(from + 3 * fromStride, fromLanes);
      const a = add(x0, x2), b = add(x1, x3), c = plus(x0, 4, x2), d = plus(times(2, x1), 8, x3);
      store(to, x0, toLanes);
      store(to + toStride, add(a, b), toLanes);
      store(to + 2 * toStride, sub(a, b), toLanes);
      store(to + 3 * toStride, add(c, d), toLanes);
      store(to + 4 * toStride, sub(c, d), toLanes);
      store(to + 5 * toStride, x3, toLanes);
    }
  } else if (kind == filter) {
    const x2 = load(from + 2 * fromStride, fromLanes);
    if (m == 2) {
      const a = times(0.5, add(x0, x2)), b = times(0.5, x1);
      store(to, x0, toLanes);
      store(to + toStride, add(a, b), toLanes);
      store(to + 2 * toStride, sub(a, b), toLanes);
      store(to + 3 * toStride, x2, toLanes);
    } else {
      const a = times(-1.0 / 6, add(x0, x2)), b = times(1.0 / 6, x1);
      const c = plus(times(1.0 / 24, x0), 1.0 / 6, x2), d = times(1.0 / 12, x1);
      store(to, times(0.25, x0), toLanes);
      store(to + toStride, sub(a, b), toLanes);
      store(to + 2 * toStride, add(a, b), toLanes);
      store(to + 3 * toStride, add(c, d), toLanes);
      store(to + 4 * toStride, sub(c, d), toLanes);
      store(to + 5 * toStride, x2, toLanes);
    }
  } else {
    const x2 = load(from + 2 * fromStride, fromLanes), x3 = load(from + 3 * fromStride, fromLanes);
    if (m == 2) {
      const a = times(0.5, add(x1, x2));
      store(to, add(x0, a), toLanes);
      store(to + toStride, times(0.5, sub(x1, x2)), toLanes);
      store(to + 2 * toStride, add(a, x3), toLanes);
    } else {
      const x4 = load(from + 4 * fromStride, fromLanes), x5 = load(from + 5 * fromStride, fromLanes);
      const a = times(-1.0 / 6, add(x1, x2)), b = add(x3, x4);
      store(to, plus(plus(a, 0.25, x0), 1.0 / 24, b), toLanes);
      store(to + toStride, plus(times(1.0 / 6, sub(x2, x1)), 1.0 / 12, sub(x3, x4)), toLanes);
      store(to + 2 * toStride, add(plus(a, 1.0 / 6, b), x5), toLanes);
    }
  }
}

/** How many values one line of a transform reads and makes. */
// @ts-ignore: decorator
@inline
function inputs(kind: i32, m: i32): i32 {
  return kind == gradient ? m : kind == filter ? 3 : m + 2;
}

// @ts-ignore: decorator
@inline
function results(kind: i32, m: i32): i32 {
  return kind == output ? m : kind == taps ? 3 : m + 2;
}

/** Bytes of the memory between the two passes. */
export const middleBytes: usize = 6 * 6 * 16;
const middleRow: usize = 6 * 16;

/** Transforms a square tile of four channels or one; all strides in bytes. */
// @ts-ignore: decorator
@inline
export function transform(kind: i32, m: i32, from: usize, fromRow: usize, fromPixel: usize, to: usize, toRow: usize, toPixel: usize, offset: v128, middle: usize, lanes: i32): void {
  for (let i = 0; i < inputs(kind, m); i++) transformLine(kind, m, from + i * fromRow, fromPixel, lanes, middle + i * middleRow, 16, 4, f32x4.splat(0));
  for (let j = 0; j < results(kind, m); j++) transformLine(kind, m, middle + j * 16, middleRow, 4, to + j * toPixel, toRow, lanes, offset);
}
