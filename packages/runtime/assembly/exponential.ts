/** eˣ for four numbers at once: without the tables of the standard library, which would need a data segment. */

import { multiplyAdd } from "./lanes";

/** eˣ to about one unit in the last place (Cephes), 0 below the normal range; NaN stays, and from 88 on it is e⁸⁸. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const k = f32x4.nearest(f32x4.mul(f32x4.min(x, f32x4.splat(88)), f32x4.splat(1.44269504088896341)));
  // ln 2 in two parts, the first exact, so that the rest keeps all its digits.
  const r = multiplyAdd(k, f32x4.splat(2.12194440e-4), multiplyAdd(k, f32x4.splat(-0.693359375), f32x4.min(x, f32x4.splat(88))));
  let p = multiplyAdd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
  p = multiplyAdd(p, f32x4.mul(r, r), f32x4.add(r, f32x4.splat(1)));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return v128.andnot(f32x4.mul(p, power), f32x4.lt(x, f32x4.splat(-87.3)));
}
