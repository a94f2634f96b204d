/** Convolutions with groups on each backend that computes all groups at once, against plain loops: many pixels, strides, uneven borders. */

import * as tf from "@tensorflow/tfjs-core";
import { conv } from "../../packages/runtime/src/nn.ts";
import { suiteOn } from "../helpers/backends.ts";
import { close, eachProduct, noise, outShapeOf, sizeOf } from "./reference.ts";

/** A float32 sum of some thousand products is off by some 1e-6 of its largest values. */
const rounding = 3e-6;

for (const backend of ["wasm", "webgpu", "tensorflow"] as const) {
  const { all, test } = await suiteOn("convolutions with groups", backend);

  for (const [x, filter, stride, padding] of [
    [[2, 19, 17, 8], [3, 3, 2, 12], [1, 1], [[1, 1], [1, 1]]],
    [[3, 16, 15, 6], [3, 2, 3, 4], [2, 3], [[0, 2], [1, 0]]],
    [[2, 21, 20, 6], [3, 5, 1, 12], [2, 1], [[1, 2], [2, 2]]], // a channel a group: depthwise
    [[1, 24, 23, 64], [1, 1, 2, 32], [2, 1], [[0, 0], [0, 0]]],
  ] as const) {
    const groups = x[3] / filter[2];
    test(`${x.join("x")} in ${groups} groups, ${filter[3]} filters of ${filter[0]}x${filter[1]}`, async () => {
      const sliding = { strides: stride, padding, dilations: [1, 1] } as const;
      const out = outShapeOf(x, filter, sliding);
      const [xs, weights, dys] = [noise(sizeOf(x), 1), noise(sizeOf(filter), 2), noise(sizeOf(out), 3)];
      const expected = { y: new Float64Array(sizeOf(out)), dx: new Float64Array(sizeOf(x)), dFilter: new Float64Array(sizeOf(filter)) };
      const add = (to: Float64Array, at: number, a: number | undefined, b: number | undefined): void => void (to[at] = (to[at] ?? 0) + (a ?? 0) * (b ?? 0));
      eachProduct(x, filter, out, sliding, (xi, fi, yi) => {
        add(expected.y, yi, xs[xi], weights[fi]);
        add(expected.dx, xi, dys[yi], weights[fi]);
        add(expected.dFilter, fi, dys[yi], xs[xi]);
      });
      const inputs = [tf.tensor(xs, [...x]), tf.tensor(weights, [...filter])];
      const convolve = (...[map, own]: tf.Tensor[]): tf.Tensor => conv(map ?? tf.scalar(0), own ?? tf.scalar(0), { strides: stride, padding, groups });
      const y = convolve(...inputs);
      const [dx, dFilter] = tf.grads(convolve)(inputs, tf.tensor(dys, [...out]));
      close("y", await y.data(), expected.y, rounding);
      close("dx", (await dx?.data()) ?? [], expected.dx, rounding);
      close("dFilter", (await dFilter?.data()) ?? [], expected.dFilter, rounding);
    });
  }

  all.run();
}
