/** Matrix products on wasm with every combination of transposes, in sizes that fill no block, against plain loops. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { close, noise } from "./reference.ts";

const test = suite("matrix product kernels");
test.before(async () => {
  const selection = await selectBackend("wasm");
  assert.ok(selection.ok && selection.warnings.length === 0);
});

/** A[M][K] · B[K][N] in float64. */
function product(a: (i: number, k: number) => number, b: (k: number, j: number) => number, M: number, N: number, K: number): Float64Array {
  const c = new Float64Array(M * N);
  for (let i = 0; i < M; i += 1)
    for (let j = 0; j < N; j += 1) for (let k = 0; k < K; k += 1) c[i * N + j] = (c[i * N + j] ?? 0) + a(i, k) * b(k, j);
  return c;
}

function verify(M: number, N: number, K: number): void {
  for (const transposeA of [false, true])
    for (const transposeB of [false, true]) {
      const [as, bs] = [noise(M * K, 7), noise(K * N, 8)];
      const a = (i: number, k: number): number => as[transposeA ? k * M + i : i * K + k] ?? 0;
      const b = (k: number, j: number): number => bs[transposeB ? j * K + k : k * N + j] ?? 0;
      tf.tidy(() => {
        const left = tf.tensor2d(as, transposeA ? [K, M] : [M, K]), right = tf.tensor2d(bs, transposeB ? [N, K] : [K, N]);
        const name = `${M}x${K} · ${K}x${N} ${transposeA} ${transposeB}`;
        close(name, tf.matMul(left, right, transposeA, transposeB).dataSync(), product(a, b, M, N, K), 2e-6);
      });
    }
}

test("all transposes, small and odd sizes", () => {
  for (const [M, N, K] of [[1, 1, 1], [1, 10, 84], [3, 5, 7], [4, 8, 16], [32, 10, 84], [13, 17, 1], [5, 1, 9], [2, 9, 300]] as const) verify(M, N, K);
});

test("sizes above the blocks", () => verify(260, 70, 520));

test("batches, and one matrix for a whole batch", () => {
  tf.tidy(() => {
    const [as, bs] = [noise(3 * 2 * 4, 1), noise(3 * 4 * 5, 2)];
    const each = (n: number, shared: boolean): Float64Array =>
      product((i, k) => as[n * 8 + i * 4 + k] ?? 0, (k, j) => bs[(shared ? 0 : n * 20) + k * 5 + j] ?? 0, 2, 5, 4);
    const all = (shared: boolean): number[] => [0, 1, 2].flatMap((n) => [...each(n, shared)]);
    const a = tf.tensor3d(as, [3, 2, 4]);
    close("batch", tf.matMul(a, tf.tensor3d(bs, [3, 4, 5])).dataSync(), all(false), 1e-6);
    close("shared", tf.matMul(a, tf.tensor3d(bs.slice(0, 20), [1, 4, 5])).dataSync(), all(true), 1e-6);
  });
});

test("a dense layer: bias, relu, and all gradients", () => {
  tf.tidy(() => {
    const [B, K, N] = [6, 11, 5];
    const [xs, ws, bias, dys] = [noise(B * K, 1), noise(K * N, 2), noise(N, 3), noise(B * N, 4)];
    const plain = product((i, k) => xs[i * K + k] ?? 0, (k, j) => ws[k * N + j] ?? 0, B, N, K).map((value, i) => value + (bias[i % N] ?? 0));
    const inputs = [tf.tensor2d(xs, [B, K]), tf.tensor2d(ws, [K, N]), tf.tensor1d(bias)] as const;
    const dense = (...[a = inputs[0], b = inputs[1], offset]: tf.Tensor[]): tf.Tensor => tf.fused.matMul({ a, b, ...(offset && { bias: offset }) });
    close("y", dense(...inputs).dataSync(), plain, 1e-6);
    close("relu", tf.fused.matMul({ a: inputs[0], b: inputs[1], bias: inputs[2], activation: "relu" }).dataSync(), plain.map((value) => Math.max(0, value)), 1e-6);
    const [dx, dw, db] = tf.grads(dense)([...inputs], tf.tensor2d(dys, [B, N]));
    close("dx", dx?.dataSync() ?? [], product((i, k) => dys[i * N + k] ?? 0, (k, j) => ws[j * N + k] ?? 0, B, K, N), 1e-6);
    close("dw", dw?.dataSync() ?? [], product((i, k) => xs[k * K + i] ?? 0, (k, j) => dys[k * N + j] ?? 0, K, N, B), 1e-6);
    close("db", db?.dataSync() ?? [], [...bias.keys()].map((j) => dys.reduce((sum, dy, i) => sum + (i % N === j ? dy : 0), 0)), 1e-6);
  });
});

test("NaN stays in its row", () => {
  tf.tidy(() => {
    const y = tf.matMul(tf.tensor2d([1, 2, Number.NaN, 4], [2, 2]), tf.ones([2, 3])).dataSync();
    assert.equal([...y], [3, 3, 3, Number.NaN, Number.NaN, Number.NaN]);
  });
});

test.run();
