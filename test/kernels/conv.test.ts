/** Convolutions and their gradients on wasm against plain loops: odd sizes, strides, dilation, padding, groups. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { runKernel } from "../../packages/runtime/src/kernels/run.ts";
import { setExact } from "../../packages/runtime/src/wasm.ts";
import { close, eachProduct, noise, outShapeOf, sizeOf, type Sliding } from "./reference.ts";

const test = suite("convolution kernels");
test.before(async () => {
  const selection = await selectBackend("wasm");
  assert.ok(selection.ok && selection.warnings.length === 0);
});

interface Given extends Partial<Sliding> {
  readonly x: readonly [number, number, number, number];
  readonly filter: readonly [number, number, number, number];
}

const tensor = (values: Float32Array, shape: readonly number[]): tf.Tensor => tf.tensor(values, [...shape]);

/** A float32 sum of some thousand products is off by some 1e-6 of its largest values. */
const rounding = 3e-6;

/** Runs forward and both gradients and compares each with the sum that defines it. */
function verify({ x, filter, strides = [1, 1], padding = [[0, 0], [0, 0]], dilations = [1, 1] }: Given, kind: "CnnConv2D" | "CnnDepthwiseConv2D" = "CnnConv2D", tolerance = rounding): void {
  const sliding: Sliding = { strides, padding, dilations };
  const y = outShapeOf(x, filter, sliding);
  const [xs, filters, bias, dys] = [noise(sizeOf(x), 1), noise(sizeOf(filter), 2), noise(filter[3], 3), noise(sizeOf(y), 4)];
  const expected = { y: new Float64Array(sizeOf(y)), dx: new Float64Array(sizeOf(x)), dFilter: new Float64Array(sizeOf(filter)) };
  const deep = kind === "CnnConv2D";
  if (deep) expected.y.forEach((_, i) => (expected.y[i] = bias[i % bias.length] ?? 0));
  eachProduct(x, filter, y, sliding, (xi, fi, yi) => {
    expected.y[yi] = (expected.y[yi] ?? 0) + (xs[xi] ?? 0) * (filters[fi] ?? 0);
    expected.dx[xi] = (expected.dx[xi] ?? 0) + (dys[yi] ?? 0) * (filters[fi] ?? 0);
    expected.dFilter[fi] = (expected.dFilter[fi] ?? 0) + (dys[yi] ?? 0) * (xs[xi] ?? 0);
  });
  const channels = x[3];
  const filterShape = deep ? filter : [filter[0], filter[1], channels, filter[3] / channels];
  const attributes = { strides: [...strides], padding: padding.map((pair) => [...pair]), dilations: [...dilations], ...(deep && { groups: channels / filter[2] }) };
  tf.tidy(() => {
    const inputs = [tensor(xs, x), tensor(filters, filterShape), ...(deep ? [tensor(bias, [bias.length])] : [])];
    const forward = (...[map, weights, offset]: tf.Tensor[]): tf.Tensor =>
      runKernel(kind, { x: map ?? tf.scalar(0), filter: weights ?? tf.scalar(0), ...(offset && { bias: offset }) }, attributes);
    const name = JSON.stringify({ x, filter, ...attributes });
    close(`${name} y`, forward(...inputs).dataSync(), expected.y, tolerance);
    const [dx, dFilter, dBias] = tf.grads(forward)(inputs, tensor(dys, y));
    close(`${name} dx`, dx?.dataSync() ?? [], expected.dx, tolerance);
    close(`${name} dFilter`, dFilter?.dataSync() ?? [], expected.dFilter, tolerance);
    if (dBias) {
      const sums = new Float64Array(bias.length);
      dys.forEach((dy, i) => (sums[i % sums.length] = (sums[i % sums.length] ?? 0) + dy));
      close(`${name} dBias`, dBias.dataSync(), sums, tolerance);
    }
  });
}

const same = (kernel: number): Sliding["padding"] => [[(kernel - 1) >> 1, kernel >> 1], [(kernel - 1) >> 1, kernel >> 1]];

test("channels and sizes that fill no tile", () => {
  for (const channels of [1, 3, 5, 8, 13])
    for (const filters of [1, 2, 7, 8, 12, 17])
      verify({ x: [2, 7, 9, channels], filter: [3, 3, channels, filters], padding: same(3) });
});

test("widths from 1 to 9, with and without a border", () => {
  for (let width = 1; width <= 9; width += 1) {
    verify({ x: [2, 5, width, 4], filter: [3, 1, 4, 8] });
    verify({ x: [1, width, 5, 4], filter: [1, 3, 4, 8], padding: [[0, 0], [1, 1]] });
  }
});

test("kernels of many sizes", () => {
  for (const kernel of [1, 2, 3, 4, 5, 7, 11]) verify({ x: [1, 12, 13, 3], filter: [kernel, kernel, 3, 6], padding: same(kernel) });
  verify({ x: [3, 6, 6, 10], filter: [6, 6, 10, 20] });
});

test("strides, also where the last windows do not fit", () => {
  for (const stride of [2, 3, 4])
    for (const size of [9, 10, 11]) verify({ x: [2, size, size, 3], filter: [3, 3, 3, 5], strides: [stride, stride], padding: same(3) });
  verify({ x: [2, 8, 9, 4], filter: [1, 1, 4, 6], strides: [2, 2] });
  verify({ x: [2, 8, 9, 4], filter: [3, 2, 4, 6], strides: [1, 2] });
  verify({ x: [2, 9, 9, 16], filter: [3, 3, 16, 24], strides: [2, 2], padding: same(3) });
});

test("padding that differs on every side, and padding wider than the kernel", () => {
  verify({ x: [2, 6, 5, 3], filter: [3, 3, 3, 4], padding: [[0, 2], [1, 0]] });
  verify({ x: [2, 6, 5, 3], filter: [2, 2, 3, 4], padding: [[3, 4], [2, 3]] });
  verify({ x: [2, 6, 5, 3], filter: [3, 3, 3, 4], padding: [[2, 0], [0, 2]], strides: [2, 2] });
});

test("dilation", () => {
  verify({ x: [2, 11, 12, 3], filter: [3, 3, 3, 5], dilations: [2, 2], padding: [[2, 2], [2, 2]] });
  verify({ x: [2, 11, 12, 3], filter: [3, 3, 3, 5], dilations: [1, 3], padding: [[1, 1], [3, 3]] });
  verify({ x: [2, 11, 12, 3], filter: [3, 2, 3, 5], dilations: [3, 2], strides: [2, 2] });
});

test("groups", () => {
  verify({ x: [2, 6, 7, 8], filter: [3, 3, 2, 12], padding: same(3) });
  verify({ x: [2, 6, 7, 6], filter: [3, 3, 3, 10], padding: same(3), strides: [2, 2] });
  verify({ x: [2, 6, 7, 6], filter: [1, 1, 2, 9] });
  verify({ x: [2, 9, 9, 6], filter: [3, 3, 2, 9], dilations: [2, 2] });
});

test("many small images and big filters; one big image", () => {
  verify({ x: [9, 2, 2, 64], filter: [3, 3, 64, 72], padding: same(3) });
  verify({ x: [1, 40, 150, 3], filter: [3, 3, 3, 8], padding: same(3) });
});

/** Winograd's transforms lose about a digit: PyTorch's own do, too. */
const winograd = 3e-5;

test("Winograd: sizes that fill tiles of 4, of 2, and neither, channels that fill no panel", () => {
  for (const [height, width] of [[4, 4], [8, 8], [2, 2], [7, 7], [5, 9], [6, 12], [13, 4], [1, 16]] as const)
    verify({ x: [3, height, width, 17], filter: [3, 3, 17, 21], padding: same(3) }, "CnnConv2D", winograd);
  verify({ x: [2, 9, 10, 16], filter: [3, 3, 16, 16] }, "CnnConv2D", winograd);
  verify({ x: [2, 9, 10, 16], filter: [3, 3, 16, 24], padding: [[2, 3], [0, 2]] }, "CnnConv2D", winograd);
  verify({ x: [40, 4, 4, 16], filter: [3, 3, 16, 16], padding: same(3) }, "CnnConv2D", winograd);
});

test("exactness forbids Winograd", () => {
  setExact(true);
  verify({ x: [2, 8, 8, 32], filter: [3, 3, 32, 32], padding: same(3) }, "CnnConv2D", 1e-6);
  setExact(false);
});

test("depthwise: channels, multipliers, strides, dilation", () => {
  for (const channels of [1, 3, 4, 6, 8, 11]) verify({ x: [2, 7, 6, channels], filter: [3, 3, 1, channels], padding: same(3) }, "CnnDepthwiseConv2D");
  verify({ x: [2, 7, 6, 5], filter: [3, 3, 1, 10], padding: same(3) }, "CnnDepthwiseConv2D");
  verify({ x: [2, 7, 8, 8], filter: [5, 3, 1, 8], padding: [[2, 2], [0, 1]], strides: [2, 2] }, "CnnDepthwiseConv2D");
  for (const width of [1, 2, 3, 4, 5, 8]) verify({ x: [2, 6, width, 6], filter: [3, 3, 1, 6], padding: same(3) }, "CnnDepthwiseConv2D");
  for (const size of [7, 8, 9]) verify({ x: [2, size, size, 6], filter: [3, 3, 1, 6], padding: [[1, 1], [0, 2]], strides: [2, 2] }, "CnnDepthwiseConv2D");
  verify({ x: [1, 9, 9, 4], filter: [3, 3, 1, 4], padding: [[2, 2], [2, 2]], dilations: [2, 2] }, "CnnDepthwiseConv2D");
});

test("NaN and infinity reach exactly the outputs whose windows see them", () => {
  tf.tidy(() => {
    const x = noise(2 * 5 * 5 * 3);
    x[0] = Number.NaN;
    x[74] = Number.POSITIVE_INFINITY;
    const y = tf.conv2d(tf.tensor4d(x, [2, 5, 5, 3]), tf.ones([3, 3, 3, 4]), 1, "same").dataSync();
    const at = (row: number, column: number) => y[(row * 5 + column) * 4];
    assert.ok([at(0, 0), at(0, 1), at(1, 0), at(1, 1)].every(Number.isNaN));
    assert.ok(Number.isFinite(at(0, 2)) && Number.isFinite(at(2, 0)));
    assert.is(at(4, 4), Number.POSITIVE_INFINITY);
    assert.ok(y.slice(100).every(Number.isFinite), "the second image is untouched");
  });
});

test.run();
