/** eˣ and tanh x for four numbers at once: without the tables of the standard library, which would need a data segment. */

import { multiplyAdd } from "./lanes";

// eˣ = 2ᵏ · eʳ with k whole and |r| ≤ ln 2 / 2.

/** 1.5 · 2²³: a number added to it is rounded to a whole one, which then stands in the last bits. */
const rounder: f32 = 12582912;

/** k + rounder. */
// @ts-ignore: decorator
@inline
function exponent(x: v128): v128 {
  return multiplyAdd(x, f32x4.splat(1.44269504088896341), f32x4.splat(rounder));
}

// @ts-ignore: decorator
@inline
function remainder(x: v128, exponent: v128): v128 {
  const k = f32x4.sub(exponent, f32x4.splat(rounder));
  // ln 2 in two parts, the first exact, so that the rest keeps all its digits.
  return multiplyAdd(k, f32x4.splat(2.12194440e-4), multiplyAdd(k, f32x4.splat(-0.693359375), x));
}

/** 2ᵏ. */
// @ts-ignore: decorator
@inline
function power(exponent: v128): v128 {
  return i32x4.add(i32x4.shl(exponent, 23), i32x4.splat(127 << 23));
}

/** (eʳ − 1 − r) / r² (Cephes). */
// @ts-ignore: decorator
@inline
function curve(r: v128): v128 {
  let p = multiplyAdd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  return multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
}

/** The smaller of x and 88, whose power is still finite; NaN stays. */
// @ts-ignore: decorator
@inline
function bounded(x: v128): v128 {
  return f32x4.pmin(x, f32x4.splat(88));
}

/** eˣ to about one unit in the last place, 0 below the normal range; NaN stays, and from 88 on it is e⁸⁸. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const b = bounded(x), n = exponent(b), r = remainder(b, n);
  const y = multiplyAdd(curve(r), f32x4.mul(r, r), f32x4.add(r, f32x4.splat(1)));
  return v128.andnot(f32x4.mul(y, power(n)), f32x4.lt(x, f32x4.splat(-87.3)));
}

/**
 * tanh x to less than three units in the last place, from e = e²ˣ − 1: e / (e + 2) near 0, where that keeps all digits, beyond
 * 1 − 2 / (e + 2), which is right to half a unit where tanh is almost 1: the gradient 1 − tanh² lives there.
 */
// @ts-ignore: decorator
@inline
export function tanhOf(x: v128): v128 {
  const size = f32x4.abs(x), b = bounded(f32x4.add(size, size)), n = exponent(b), r = remainder(b, n), scale = power(n);
  const e = multiplyAdd(multiplyAdd(curve(r), f32x4.mul(r, r), r), scale, f32x4.sub(scale, f32x4.splat(1)));
  const rest = f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(2)));
  const near = f32x4.mul(e, f32x4.mul(rest, f32x4.splat(0.5))), far = f32x4.sub(f32x4.splat(1), rest);
  return v128.or(v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(0.55))), v128.and(x, i32x4.splat(i32.MIN_VALUE)));
}
