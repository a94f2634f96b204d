/** Activations that TensorFlow.js makes of many passes, in one; and their derivatives, which at corners are PyTorch's. */

import { exp } from "./exponential";
import { load, store } from "./lanes";

/** Their numbers, as `src/kernels/wasm/activations.ts` gives them. */
const relu6 = 0, silu = 1, hardSigmoid = 2, hardSwish = 3;

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline
function clamp(x: v128): v128 {
  // In this order pmax and pmin keep a NaN.
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(6));
}

/** 1 where x is neither ≤ low nor ≥ high. */
// @ts-ignore: decorator
@inline
function between(x: v128, low: f32, high: f32, value: v128): v128 {
  return v128.andnot(value, v128.or(f32x4.le(x, f32x4.splat(low)), f32x4.ge(x, f32x4.splat(high))));
}

// @ts-ignore: decorator
@inline
function value(kind: i32, x: v128): v128 {
  if (kind == relu6) return clamp(x);
  if (kind == silu) return f32x4.mul(x, sigmoid(x));
  const gate = f32x4.mul(clamp(f32x4.add(x, f32x4.splat(3))), f32x4.splat(1.0 / 6));
  return kind == hardSigmoid ? gate : f32x4.mul(x, gate);
}

// @ts-ignore: decorator
@inline
function slope(kind: i32, x: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == relu6) return between(x, 0, 6, one);
  if (kind == hardSigmoid) return between(x, -3, 3, f32x4.splat(1.0 / 6));
  if (kind == silu) {
    const s = sigmoid(x);
    return f32x4.mul(s, f32x4.add(one, f32x4.mul(x, f32x4.sub(one, s))));
  }
  const middle = f32x4.add(f32x4.mul(x, f32x4.splat(1.0 / 3)), f32x4.splat(0.5));
  const right = v128.bitselect(one, middle, f32x4.gt(x, f32x4.splat(3)));
  return v128.andnot(right, f32x4.lt(x, f32x4.splat(-3)));
}

// @ts-ignore: decorator
@inline
function forward(kind: i32, x: usize, y: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    store(y, value(kind, load(x, 4)), 4);
    x += 16;
    y += 16;
  }
  for (; count > 0; count--) {
    store(y, value(kind, load(x, 1)), 1);
    x += 4;
    y += 4;
  }
}

// @ts-ignore: decorator
@inline
function backward(kind: i32, dy: usize, x: usize, dx: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    store(dx, f32x4.mul(load(dy, 4), slope(kind, load(x, 4))), 4);
    dy += 16;
    x += 16;
    dx += 16;
  }
  for (; count > 0; count--) {
    store(dx, f32x4.mul(load(dy, 1), slope(kind, load(x, 1))), 1);
    dy += 4;
    x += 4;
    dx += 4;
  }
}

/** y = f(x). */
export function activation(kind: i32, x: usize, y: usize, count: i32): void {
  if (kind == relu6) forward(relu6, x, y, count);
  else if (kind == silu) forward(silu, x, y, count);
  else if (kind == hardSigmoid) forward(hardSigmoid, x, y, count);
  else forward(hardSwish, x, y, count);
}

/** dx = dy · f′(x). */
export function activationGradient(kind: i32, dy: usize, x: usize, dx: usize, count: i32): void {
  if (kind == relu6) backward(relu6, dy, x, dx, count);
  else if (kind == silu) backward(silu, dy, x, dx, count);
  else if (kind == hardSigmoid) backward(hardSigmoid, dy, x, dx, count);
  else backward(hardSwish, dy, x, dx, count);
}
