/** Products with wider tiles against those with narrow ones: the same bits, whichever an engine runs faster. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { relaxed } from "../../packages/runtime/src/kernels/wasm/binary.generated.ts";
import { hasRelaxedSimd, type Heap, type Routines, routinesOf } from "../../packages/runtime/src/kernels/wasm/heap.ts";
import { currentHeap } from "../../packages/runtime/src/kernels/wasm/install.ts";
import { widen } from "../../packages/runtime/src/kernels/wasm/wide.ts";
import { wide } from "../../packages/runtime/src/kernels/wasm/wide.generated.ts";
import { runKernel, runKernelForAll } from "../../packages/runtime/src/kernels/run.ts";
import { noise, outShapeOf, sizeOf, type Sliding } from "./reference.ts";

const test = suite("wide products");
let heap: Heap, narrower: Routines, wider: Routines;
test.before(async () => {
  assert.ok((await selectBackend("wasm")).ok && hasRelaxedSimd());
  const found = currentHeap();
  assert.ok(found);
  [heap, narrower, wider] = [found, await routinesOf(relaxed, found.memory), await routinesOf(wide, found.memory)];
});
test.after(() => widen(heap));

const tensor = (shape: readonly number[], seed: number): tf.Tensor => tf.tensor(noise(sizeOf(shape), seed), [...shape]);

/** Compares the bits of what is computed with both. */
function sameBits(name: string, compute: () => readonly tf.Tensor[]): void {
  const [expected, found] = [narrower, wider].map((routines) => {
    heap.replace(routines);
    const results = compute();
    const bits = results.map((result) => [...new Uint32Array(result.dataSync().slice().buffer)]);
    tf.dispose([...results]);
    return bits;
  });
  assert.equal(found, expected, name);
}

test("the wider ones are other functions", () => {
  assert.is.not(wider.get("matmul"), narrower.get("matmul"));
});

test("matrix products, rows and columns around the tiles' sizes", () => {
  for (const M of [1, 2, 5, 6, 7, 11, 12, 13, 20]) {
    for (const N of [1, 7, 8, 9, 15, 16, 17, 24, 33]) {
      for (const K of [1, 5, 300]) {
        for (const [transposeA, transposeB] of [[false, false], [true, false], [false, true]] as const) {
          const left = tensor(transposeA ? [K, M] : [M, K], 1), right = tensor(transposeB ? [N, K] : [K, N], 2);
          sameBits(`${M}x${K} · ${K}x${N} ${transposeA} ${transposeB}`, () => [tf.matMul(left, right, transposeA, transposeB)]);
          tf.dispose([left, right]);
        }
      }
    }
  }
});

test("dense layers with a bias, in inference, too", () => {
  for (const [M, N, K] of [[1, 10, 84], [7, 17, 20], [32, 120, 400], [3, 9, 700]] as const) {
    const [a, b, bias] = [tf.tensor2d(noise(M * K, 1), [M, K]), tf.tensor2d(noise(K * N, 2), [K, N]), tensor([N], 3)];
    sameBits(`${M}x${K} · ${K}x${N} + bias`, () => [tf.fused.matMul({ a, b, bias, transposeA: false, transposeB: false })]);
    tf.dispose([a, b, bias]);
  }
});

test("convolutions and their gradients: direct, Winograd's, strided, dilated, grouped", () => {
  const once: Sliding = { strides: [1, 1], padding: [[0, 0], [0, 0]], dilations: [1, 1] };
  const cases: readonly (Partial<Sliding> & { readonly x: readonly number[]; readonly filter: readonly number[] })[] = [
    { x: [2, 9, 7, 3], filter: [3, 3, 3, 6] },
    { x: [2, 9, 7, 3], filter: [5, 5, 3, 20] },
    { x: [3, 12, 13, 16], filter: [3, 3, 16, 40] },
    { x: [3, 12, 13, 24], filter: [3, 3, 24, 17], padding: [[1, 1], [1, 1]] },
    { x: [2, 11, 11, 9], filter: [3, 3, 9, 18], strides: [2, 2], padding: [[1, 1], [1, 1]] },
    { x: [2, 11, 11, 9], filter: [3, 2, 9, 10], dilations: [2, 1] },
    { x: [1, 8, 8, 36], filter: [3, 3, 18, 34], padding: [[1, 1], [1, 1]] },
    { x: [2, 5, 5, 12], filter: [1, 1, 12, 25] },
  ];
  for (const { x, filter, ...given } of cases) {
    const { strides, padding, dilations } = { ...once, ...given };
    const attributes = { strides: [...strides], padding: padding.map((pair) => [...pair]), dilations: [...dilations], groups: (x[3] ?? 1) / (filter[2] ?? 1) };
    const [map, weights, bias] = [tensor(x, 1), tensor(filter, 2), tensor([filter[3] ?? 1], 3)];
    const dy = tensor(outShapeOf(x, filter, { strides, padding, dilations }), 4);
    const forward = (...[map, filter, bias]: tf.Tensor[]): tf.Tensor => runKernel("CnnConv2D", { x: map ?? dy, filter: filter ?? dy, bias: bias ?? dy }, attributes);
    sameBits(JSON.stringify({ x, filter, ...attributes }), () => tf.tidy(() => [forward(map, weights, bias), ...tf.grads(forward)([map, weights, bias], dy)]));
    tf.dispose([map, weights, bias, dy]);
  }
});

test("gradients of batch norm, with and without an activation", () => {
  for (const shape of [[3, 5, 5, 8], [2, 9, 8, 24], [70, 13], [2, 3, 3, 44]]) {
    for (const activation of ["none", "relu", "relu6"]) {
      const channels = shape.at(-1) ?? 1;
      const [dy, x, statistics] = [tensor(shape, 1), tensor(shape, 2), tf.abs(tensor([4, channels], 3))];
      sameBits(`${shape} ${activation}`, () => runKernelForAll("CnnBatchNormTrainingGradient", { dy, x, statistics }, { eps: 1e-5, momentum: 0.1, activation }));
      tf.dispose([dy, x, statistics]);
    }
  }
});

test.run();
