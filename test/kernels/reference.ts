/** Plain loops in float64: what the kernels are compared with. Maps are NHWC, filters HWIO. */

import * as assert from "uvu/assert";

export interface Sliding {
  readonly strides: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
  readonly dilations: readonly [number, number];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((all, n) => all * n, 1);

/** Numbers between −1 and 1 that are the same at every run. */
export function noise(count: number, seed = 1): Float32Array {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Visits every product of a convolution: the positions in x, in the filter `[h, w, channels / groups, filters]` and in y. */
export function eachProduct(
  [batch = 1, height = 1, width = 1, channels = 1]: readonly number[],
  [kernelHeight = 1, kernelWidth = 1, inGroup = 1, filters = 1]: readonly number[],
  [, outHeight = 1, outWidth = 1]: readonly number[],
  { strides, padding, dilations }: Sliding,
  visit: (x: number, filter: number, y: number) => void,
): void {
  const outGroup = filters / (channels / inGroup);
  for (let n = 0; n < batch; n += 1)
    for (let oy = 0; oy < outHeight; oy += 1)
      for (let ox = 0; ox < outWidth; ox += 1)
        for (let i = 0; i < kernelHeight; i += 1)
          for (let j = 0; j < kernelWidth; j += 1) {
            const row = oy * strides[0] - padding[0][0] + i * dilations[0];
            const column = ox * strides[1] - padding[1][0] + j * dilations[1];
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (let o = 0; o < filters; o += 1)
              for (let c = 0; c < inGroup; c += 1)
                visit(
                  ((n * height + row) * width + column) * channels + Math.floor(o / outGroup) * inGroup + c,
                  ((i * kernelWidth + j) * inGroup + c) * filters + o,
                  ((n * outHeight + oy) * outWidth + ox) * filters + o,
                );
          }
}

/** The size of a convolution's output. */
export function outShapeOf(
  [batch = 1, height = 1, width = 1]: readonly number[],
  [kernelHeight = 1, kernelWidth = 1, , filters = 1]: readonly number[],
  { strides, padding, dilations }: Sliding,
): number[] {
  const size = (length: number, kernel: number, axis: 0 | 1): number =>
    Math.floor((length + padding[axis][0] + padding[axis][1] - dilations[axis] * (kernel - 1) - 1) / strides[axis]) + 1;
  return [batch, size(height, kernelHeight, 0), size(width, kernelWidth, 1), filters];
}

/** Fails unless all values agree to `tolerance` of the largest; NaN and infinities must stand where they are expected. */
export function close(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.is(actual.length, expected.length, `${what}: as many values`);
  let largest = 1e-30;
  for (let i = 0; i < expected.length; i += 1) if (Number.isFinite(expected[i])) largest = Math.max(largest, Math.abs(expected[i] ?? 0));
  for (let i = 0; i < expected.length; i += 1) {
    const [a = 0, e = 0] = [actual[i], expected[i]];
    if (!Object.is(a, e) && !(Math.abs(a - e) <= tolerance * largest)) assert.unreachable(`${what}[${i}]: ${a}, not ${e} (largest ${largest})`);
  }
}
