/** Which backend computes, and which of its kernels are ours. */

import * as tf from "@tensorflow/tfjs-core";
import { tmpdir } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { backendNames } from "../../packages/runtime/src/backends/backend.ts";
import { backends, selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { isWasmBackend } from "../../packages/runtime/src/kernels/wasm/insides.ts";
import { kernels } from "../../packages/runtime/src/kernels/table.ts";
import { installWasmKernels, setExact } from "../../packages/runtime/src/wasm.ts";
import { cnn } from "../helpers/cli.ts";
import { startWebgpu } from "../helpers/webgpu.ts";

const test = suite("backends");

test("auto takes the first that works and says why not the ones before", async () => {
  const order = ["tensorflow", "webgpu", "wasm"] as const;
  const probes = await Promise.all(order.map((name) => backends[name].probe()));
  const first = probes.findIndex((probe) => probe.usable && probe.slow === undefined);
  const selection = await selectBackend("auto");
  assert.ok(selection.ok);
  assert.is(selection.ok && selection.name, order[first]);
  assert.equal(selection.rejected.map(({ name }) => name), order.slice(0, first));
  for (const { name, reason } of selection.rejected) assert.ok(reason.length > 10, name);
});

test("a backend asked for by name is taken", async () => {
  for (const name of ["cpu", "wasm"]) {
    const selection = await selectBackend(name);
    assert.ok(selection.ok);
    assert.is(tf.getBackend(), name);
  }
});

test("an unknown name is answered with the known ones", async () => {
  const selection = await selectBackend("cuda");
  assert.equal(selection, { ok: false, message: 'There is no backend "cuda"; there are auto, tensorflow, webgpu, wasm, cpu.', rejected: [] });
});

test("one that cannot be used says why and what would mend it", async () => {
  const probe = await backends.tensorflow.probe();
  if (probe.usable) return;
  const selection = await selectBackend("tensorflow");
  assert.ok(!selection.ok);
  assert.match(selection.ok ? "" : selection.message, /The backend tensorflow cannot be used: ./);
});

test("every backend has gradients", async () => {
  for (const name of ["cpu", "wasm"]) {
    await selectBackend(name);
    const dx = tf.tidy(() => tf.grad((x: tf.Tensor) => tf.sum(tf.square(x)))(tf.tensor1d([1, 2])).dataSync());
    assert.equal([...dx], [2, 4]);
  }
});

(startWebgpu ? test : test.skip)("the built command finds webgpu where it works", () => {
  const { stdout, code } = cnn("doctor", tmpdir());
  assert.is(code, 0);
  assert.match(stdout, /^webgpu .*, through WebGPU with this package's kernels/m);
});

test("the table says which kernels are ours", async () => {
  for (const backend of backendNames) {
    if (!(await backends[backend].probe()).usable) continue;
    await selectBackend(backend);
    for (const [name, row] of Object.entries(kernels)) {
      const there = tf.getKernel(name, backend) !== undefined;
      assert.is(there, row[backend] !== "composed", `${name} on ${backend} is ${row[backend]}`);
    }
  }
});

test("installing twice changes nothing", async () => {
  await selectBackend("wasm");
  const before = tf.getKernel("Conv2D", "wasm");
  assert.equal(await installWasmKernels(), { installed: true });
  assert.is(tf.getKernel("Conv2D", "wasm"), before);
});

test("what is not TensorFlow.js 4.22's wasm backend is recognised", () => {
  assert.ok(isWasmBackend(tf.backend()));
  assert.not(isWasmBackend({}));
  assert.not(isWasmBackend({ dataIdMap: new Map(), makeOutput() {}, incRef() {}, wasm: { _malloc() {}, _free() {}, HEAPU8: new Uint8Array(), asm: {} } }));
});

test("the kernels need the wasm backend", async () => {
  await selectBackend("cpu");
  const installation = await installWasmKernels();
  assert.equal(installation, { installed: false, reason: 'the current backend is "cpu", not "wasm"' });
});

test("exactness gives the same bits as a machine without multiply-add", async () => {
  await selectBackend("wasm");
  const multiply = (): Float32Array => tf.tidy(() => Float32Array.from(tf.matMul(tf.tensor2d([0.1, 0.2, 0.3], [1, 3]), tf.tensor2d([0.4, 0.5, 0.6], [3, 1])).dataSync()));
  setExact(true);
  const [f] = [Math.fround];
  const [a, b] = [[0.1, 0.2, 0.3].map(f), [0.4, 0.5, 0.6].map(f)];
  let sum = 0;
  a.forEach((value, i) => (sum = f(sum + f(value * (b[i] ?? 0)))));
  assert.is(multiply()[0], sum);
  setExact(false);
});

test.run();
