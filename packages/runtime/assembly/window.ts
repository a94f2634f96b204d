/**
 * What a sliding window does, as the kernels read it: 32-bit integers in linear memory in this order, written by
 * `src/kernels/wasm/window.ts`. Padding after the map follows from the output's size.
 */
@unmanaged
export class Window {
  batch: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  top: i32;
  left: i32;
  groups: i32;
  /** Whether only the direct sum will do. */
  exact: i32;
  /** Whether the packed filter is kept for further calls. */
  kept: i32;
}

/** Bytes of `Window`, rounded up. */
export const windowBytes: usize = 80;

/** The first tap of a window at `origin` that lies inside the map. */
// @ts-ignore: decorator
@inline
export function firstTap(origin: i32, dilation: i32): i32 {
  return origin >= 0 ? 0 : (dilation - 1 - origin) / dilation;
}

/** The tap after the last inside a map of `size`. */
// @ts-ignore: decorator
@inline
export function endTap(origin: i32, dilation: i32, taps: i32, size: i32): i32 {
  return min(taps, (size - origin + dilation - 1) / dilation);
}
