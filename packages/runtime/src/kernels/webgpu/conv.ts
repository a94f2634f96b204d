/**
 * The gradient of a convolution's filter on webgpu. TensorFlow.js gives each weight one thread that runs through batch and
 * pixels; this is a product of matrices in tiles, split over the pixels where there are too few tiles to fill a GPU.
 */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat } from "../kernel.ts";
import { convInfo, type Shape4D, type StockConv2D } from "../stock.ts";
import { eachElement, groupsFor, kernel, type Program, reads, writes } from "./recorder.ts";

/** 64 taps (of kernel row, kernel column, channel) times 64 filters a workgroup, 4 times 4 a thread, 16 pixels at a time. */
const filterGradient = {
  name: "convFilterGradient",
  buffers: [...reads("x", "dy"), ...writes("dw")],
  parameters: {
    height: "u32", width: "u32", channels: "u32", outHeight: "u32", outWidth: "u32", filters: "u32", kernelWidth: "u32",
    strideHeight: "u32", strideWidth: "u32", top: "u32", left: "u32", taps: "u32", pixels: "u32", pixelsEach: "u32",
  },
  code: `
var<workgroup> a: array<f32, 1024>;
var<workgroup> b: array<f32, 1024>;
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) li: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let tx = li % 16u;
  let ty = li / 16u;
  var sums: array<vec4<f32>, 4>;
  for (var i = 0; i < 4; i++) { sums[i] = vec4<f32>(0.0); }
  // Each thread loads one column of both tiles: its tap and its filter stay the same.
  let column = li % 64u;
  let line = li / 64u;
  let tap = group.x * 64u + column;
  let hasTap = tap < p.taps;
  let c = tap % p.channels;
  let kx = i32((tap / p.channels) % p.kernelWidth);
  let ky = i32(tap / p.channels / p.kernelWidth);
  let filter_ = group.y * 64u + column;
  let hasFilter = filter_ < p.filters;
  let end = min(p.pixels, (group.z + 1u) * p.pixelsEach);
  for (var start = group.z * p.pixelsEach; start < end; start += 16u) {
    for (var r = line; r < 16u; r += 4u) {
      let pixel = start + r;
      var av = 0.0;
      var bv = 0.0;
      if (pixel < end) {
        let ox = pixel % p.outWidth;
        let oy = (pixel / p.outWidth) % p.outHeight;
        let image = pixel / p.outWidth / p.outHeight;
        let y = i32(oy * p.strideHeight) + ky - i32(p.top);
        let z = i32(ox * p.strideWidth) + kx - i32(p.left);
        if (hasTap && y >= 0 && y < i32(p.height) && z >= 0 && z < i32(p.width)) { av = x[((image * p.height + u32(y)) * p.width + u32(z)) * p.channels + c]; }
        if (hasFilter) { bv = dy[pixel * p.filters + filter_]; }
      }
      a[r * 64u + column] = av;
      b[r * 64u + column] = bv;
    }
    workgroupBarrier();
    for (var r = 0u; r < 16u; r++) {
      let at = r * 64u + tx * 4u;
      let values = vec4<f32>(b[at], b[at + 1u], b[at + 2u], b[at + 3u]);
      for (var i = 0u; i < 4u; i++) { sums[i] += a[r * 64u + ty * 4u + i] * values; }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    let k = group.x * 64u + ty * 4u + i;
    if (k >= p.taps) { continue; }
    for (var j = 0u; j < 4u; j++) {
      let o = group.y * 64u + tx * 4u + j;
      if (o < p.filters) { dw[(group.z * p.taps + k) * p.filters + o] = sums[i][j]; }
    }
  }
}`,
} satisfies Program;

/** Adds what several workgroups or threads found of the same sums. */
export const sumParts = {
  name: "sumParts",
  buffers: [...reads("parts"), ...writes("sum")],
  parameters: { size: "u32", parts: "u32" },
  code: eachElement(`
  var s = 0.0;
  for (var k = 0u; k < p.parts; k++) { s += parts[k * p.size + i]; }
  sum[i] = s;`),
} satisfies Program;

/** Workgroups that fill a large GPU. */
const wanted = 512;

export const convKernels = [
  kernel<{ x: TensorInfo; dy: TensorInfo }, StockConv2D & { filterShape: Shape4D }>("Conv2DBackpropFilter", (recorder, { x, dy }, attributes) => {
    if (attributes.dataFormat === "NCHW" || !isFloat(x, dy)) return "stock";
    const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
    const info = convInfo(x.shape, attributes.filterShape, attributes);
    const filters = info.outChannels, taps = info.filterHeight * info.filterWidth * channels, pixels = batch * info.outHeight * info.outWidth;
    const tiles = [Math.ceil(taps / 64), Math.ceil(filters / 64)] as const;
    const splits = Math.max(1, Math.min(Math.ceil(pixels / 256), Math.floor(wanted / (tiles[0] * tiles[1]))));
    const pixelsEach = Math.ceil(pixels / splits / 16) * 16, parts = Math.ceil(pixels / pixelsEach);
    const sum = recorder.output(attributes.filterShape);
    const result = parts === 1 ? sum : recorder.output([parts, taps, filters]);
    const sizes = {
      height, width, channels, outHeight: info.outHeight, outWidth: info.outWidth, filters, kernelWidth: info.filterWidth,
      strideHeight: info.strideHeight, strideWidth: info.strideWidth, top: info.padInfo.top, left: info.padInfo.left, taps, pixels, pixelsEach,
    };
    recorder.run(filterGradient, [x, dy, result], sizes, [...tiles, parts]);
    if (result !== sum) {
      recorder.run(sumParts, [result, sum], { size: taps * filters, parts }, groupsFor(taps * filters));
      recorder.free(result);
    }
    return sum;
  }),
];
