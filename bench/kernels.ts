/**
 * Our kernels against TensorFlow.js's own on wasm, one by one:
 *
 *     node --import tsx --conditions=@cnn-lang/source bench/kernels.ts
 *
 * Rivals take turns within one run, since the machine's speed changes; read the ratios.
 */

import * as tf from "@tensorflow/tfjs-core";
import { registerGradients } from "../packages/runtime/src/backends/backend.ts";
import { selectBackend } from "../packages/runtime/src/backends/select.ts";
import { wasmKernels } from "../packages/runtime/src/kernels/wasm/install.ts";
import { median, milliseconds } from "./row.ts";


// The stock kernels, before ours replace them.
await import("@tensorflow/tfjs-backend-wasm");
await registerGradients();
const stock = new Map(wasmKernels.map(({ name }) => [name as string, tf.getKernel(name, "wasm")]));
await selectBackend("wasm");

type Call = { readonly inputs: Record<string, tf.Tensor>; readonly attrs: tf.NamedAttrMap };

/** A kernel on the data that a layer of SimpleCNN, MobileNet or LeNet-5 gives it. */
function convCalls(size: number, channels: number, filters: number, kernel: number, stride: number): [string, Call][] {
  const attrs = { strides: [stride, stride], pad: kernel >> 1, dataFormat: "NHWC", dilations: [1, 1] };
  const x = tf.randomNormal([32, size, size, channels]), filter = tf.randomNormal([kernel, kernel, channels, filters]);
  const out = Math.ceil(size / stride), dy = tf.randomNormal([32, out, out, filters]);
  return [
    ["Conv2D", { inputs: { x, filter }, attrs }],
    ["Conv2DBackpropInput", { inputs: { dy, filter }, attrs: { ...attrs, inputShape: x.shape } }],
    ["Conv2DBackpropFilter", { inputs: { x, dy }, attrs: { ...attrs, filterShape: filter.shape } }],
  ];
}

function poolCalls(name: "MaxPool" | "AvgPool", size: number, channels: number): [string, Call][] {
  const attrs = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
  const x = tf.randomNormal([32, size, size, channels]), y = tf.randomNormal([32, size / 2, size / 2, channels]);
  return [
    [name, { inputs: { x }, attrs }],
    [`${name}Grad`, { inputs: { dy: y, input: x, output: y }, attrs }],
  ];
}

function matmulCalls(M: number, N: number, K: number): [string, Call][] {
  const [x, w, dy] = [tf.randomNormal([1, M, K]), tf.randomNormal([1, K, N]), tf.randomNormal([1, M, N])];
  return [
    ["BatchMatMul", { inputs: { a: x, b: w }, attrs: { transposeA: false, transposeB: false } }],
    ["BatchMatMul", { inputs: { a: dy, b: w }, attrs: { transposeA: false, transposeB: true } }],
    ["BatchMatMul", { inputs: { a: x, b: dy }, attrs: { transposeA: true, transposeB: false } }],
  ];
}

const x = tf.randomNormal([32, 32, 32, 32]);
const depthwise = { strides: [1, 1], pad: 1, dilations: [1, 1] };
const mapFilter = tf.randomNormal([3, 3, 32, 1]);
const groups: [string, [string, Call][]][] = [
  ["conv 3x3, 32x32, 3 → 32", convCalls(32, 3, 32, 3, 1)],
  ["conv 3x3, 16x16, 32 → 64", convCalls(16, 32, 64, 3, 1)],
  ["conv 3x3 stride 2, 16x16, 64 → 128", convCalls(16, 64, 128, 3, 2)],
  ["conv 1x1, 16x16, 64 → 128", convCalls(16, 64, 128, 1, 1)],
  [
    "depthwise 3x3, 32x32, 32",
    [
      ["DepthwiseConv2dNative", { inputs: { x, filter: mapFilter }, attrs: depthwise }],
      ["DepthwiseConv2dNativeBackpropInput", { inputs: { dy: x, filter: mapFilter }, attrs: { ...depthwise, inputShape: x.shape } }],
      ["DepthwiseConv2dNativeBackpropFilter", { inputs: { x, dy: x }, attrs: { ...depthwise, filterShape: mapFilter.shape } }],
    ],
  ],
  ["pool 2x2, 32x32, 32", [...poolCalls("MaxPool", 32, 32), ...poolCalls("AvgPool", 32, 32)]],
  ["dense 2048 → 256: y, dx, dw", matmulCalls(32, 256, 2048)],
  ["dense 84 → 10: y, dx, dw", matmulCalls(32, 10, 84)],
  [
    "1 M values",
    [
      ["Relu", { inputs: { x }, attrs: {} }],
      ["Tanh", { inputs: { x }, attrs: {} }],
      ["Identity", { inputs: { x }, attrs: {} }],
      ["Sum", { inputs: { x }, attrs: { axis: [0, 1, 2], keepDims: false } }],
    ],
  ],
];

const wasm = tf.backend();
const run = (kernel: tf.KernelConfig, { inputs, attrs }: Call): number => {
  let result: tf.TensorInfo | tf.TensorInfo[] = [];
  const time = milliseconds(() => {
    result = kernel.kernelFunc({ inputs, attrs, backend: wasm });
  });
  for (const { dataId } of [result].flat()) wasm.disposeData(dataId);
  return time;
};

console.log("Milliseconds of ours, and how many times faster than TensorFlow.js's own kernel on wasm, batch 32\n");
for (const [title, calls] of groups) {
  for (const [name, call] of calls) {
    const [own, other] = [tf.getKernel(name, "wasm"), stock.get(name)];
    if (!own) throw new Error(`There is no kernel ${name}.`);
    const rounds = Array.from({ length: 9 }, () => [run(own, call), other ? run(other, call) : Number.NaN] as const).slice(2);
    const [ours, theirs] = [median(rounds.map(([a]) => a)), median(rounds.map(([, b]) => b))];
    console.log(`${title.padEnd(36)} ${name.padEnd(36)} ${ours.toFixed(3).padStart(8)} ${(other ? `${(theirs / ours).toFixed(1)}x` : "no rival").padStart(9)}`);
  }
}
