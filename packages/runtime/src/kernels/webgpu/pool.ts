/** The gradient of max-pooling on webgpu: one thread an input value, so that nothing is added twice at a time. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../kernel.ts";
import { poolInfo, type StockPool } from "../stock.ts";
import { eachElement, groupsFor, kernel, type Program, reads, writes } from "./recorder.ts";

/** Takes the gradient of each window in which this value is the first of the largest. */
const maxPoolGradient = {
  name: "maxPoolGradient",
  buffers: [...reads("x", "dy"), ...writes("dx")],
  parameters: {
    size: "u32", height: "u32", width: "u32", channels: "u32", outHeight: "u32", outWidth: "u32",
    kernelHeight: "u32", kernelWidth: "u32", strideHeight: "u32", strideWidth: "u32", top: "u32", left: "u32",
  },
  code: eachElement(`
  let c = i % p.channels;
  let column = (i / p.channels) % p.width;
  let row = (i / (p.channels * p.width)) % p.height;
  let image = i / (p.channels * p.width * p.height);
  let start = image * p.height * p.width * p.channels + c;
  // The windows that this value lies in; in padded coordinates window o reaches from o · stride.
  let y = row + p.top;
  let z = column + p.left;
  let firstRow = select(0u, (y - p.kernelHeight) / p.strideHeight + 1u, y >= p.kernelHeight);
  let firstColumn = select(0u, (z - p.kernelWidth) / p.strideWidth + 1u, z >= p.kernelWidth);
  var sum = 0.0;
  for (var oy = firstRow; oy < p.outHeight && oy * p.strideHeight <= y; oy++) {
    for (var ox = firstColumn; ox < p.outWidth && ox * p.strideWidth <= z; ox++) {
      var found = false;
      var largest = 0.0;
      var place = 0u;
      for (var ky = 0u; ky < p.kernelHeight; ky++) {
        let r = oy * p.strideHeight + ky;
        if (r < p.top || r >= p.top + p.height) { continue; }
        for (var kx = 0u; kx < p.kernelWidth; kx++) {
          let q = ox * p.strideWidth + kx;
          if (q < p.left || q >= p.left + p.width) { continue; }
          let at = start + ((r - p.top) * p.width + q - p.left) * p.channels;
          if (!found || x[at] > largest) { found = true; largest = x[at]; place = at; }
        }
      }
      if (place == i) { sum += dy[((image * p.outHeight + oy) * p.outWidth + ox) * p.channels + c]; }
    }
  }
  dx[i] = sum;`),
} satisfies Program;

export const poolKernels = [
  kernel<{ dy: TensorInfo; input: TensorInfo }, StockPool>("MaxPoolGrad", (recorder, { dy, input }, attributes) => {
    const [, height = 1, width = 1, channels = 1] = input.shape;
    const pool = poolInfo(input.shape, attributes);
    const dx = recorder.output(input.shape), size = sizeOf(input);
    const sizes = {
      size, height, width, channels, outHeight: pool.outHeight, outWidth: pool.outWidth,
      kernelHeight: pool.filterHeight, kernelWidth: pool.filterWidth, strideHeight: pool.strideHeight, strideWidth: pool.strideWidth,
      top: pool.padInfo.top, left: pool.padInfo.left,
    };
    recorder.run(maxPoolGradient, [input, dy, dx], sizes, groupsFor(size));
    return dx;
  }),
];
