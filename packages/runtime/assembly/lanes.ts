/**
 * Channels in groups of eight, of four, or one by one: the same text serves all. Every function takes `lanes`, 8, 4 or 1, as a
 * constant that disappears when it is inlined; with 1 only the first lane is read and written. With 8 there are two vectors, and
 * `load` and `store` mean the first: two sums at a time wait less for each other, and an engine may join both into one of eight.
 */

/** Whether the module is for engines that join two vectors into one of eight; scripts/build-kernels.mjs gives the constant. */
// @ts-ignore: not declared
export const wide: bool = WIDE != 0;

// @ts-ignore: decorator
@inline
export function load(address: usize, lanes: i32): v128 {
  return lanes == 1 ? v128.load32_zero(address) : v128.load(address);
}

/** The second vector. */
// @ts-ignore: decorator
@inline
export function loadNext(address: usize): v128 {
  return v128.load(address, 16);
}

// @ts-ignore: decorator
@inline
export function store(address: usize, value: v128, lanes: i32): void {
  if (lanes == 1) v128.store_lane<f32>(address, value, 0);
  else v128.store(address, value);
}

/** Stores the first vector and, with eight lanes, the second. */
// @ts-ignore: decorator
@inline
export function storeBoth(address: usize, value: v128, next: v128, lanes: i32): void {
  store(address, value, lanes);
  if (lanes == 8) v128.store(address, next, 16);
}

/** x · y + z; rounded once where the module is built with relaxed SIMD and the processor can, else twice. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(x: v128, y: v128, z: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, z);
  return f32x4.add(z, f32x4.mul(x, y));
}

/** Stores the first `count` (1 to 8) of eight values. */
export function storeSome(address: usize, low: v128, high: v128, count: i32): void {
  if (count >= 4) {
    v128.store(address, low);
    address += 16;
    count -= 4;
    low = high;
  }
  if (count > 0) v128.store_lane<f32>(address, low, 0);
  if (count > 1) v128.store_lane<f32>(address, low, 1, 4);
  if (count > 2) v128.store_lane<f32>(address, low, 2, 8);
}

/** Loads the first `count` of four values; the rest are 0. */
export function loadSome(address: usize, count: i32): v128 {
  if (count >= 4) return v128.load(address);
  let v = f32x4.splat(0);
  if (count > 0) v = v128.load_lane<f32>(address, v, 0);
  if (count > 1) v = v128.load_lane<f32>(address, v, 1, 4);
  if (count > 2) v = v128.load_lane<f32>(address, v, 2, 8);
  return v;
}
