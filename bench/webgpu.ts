/**
 * What a training step of SimpleCNN asks of a graphics card, and what it costs the processor, counted and timed on Dawn's null
 * device, which computes nothing:
 *
 *     node --import tsx --conditions=@cnn-lang/source bench/webgpu.ts
 *
 * Emitted code with this package's kernels against a plain TensorFlow.js loop with its own optimizer, on its own kernels.
 */

import * as tf from "@tensorflow/tfjs-core";
import { openGpu, startOn } from "../packages/runtime/src/backends/webgpu.ts";
import { currentRecorder } from "../packages/runtime/src/kernels/webgpu/install.ts";
import { prepare } from "./network.ts";
import { median, type Row, spreadOf, tell } from "./row.ts";

interface StepCost {
  readonly dispatches: number;
  readonly submits: number;
  /** Bytes written to the card. */
  readonly uploaded: number;
  /** Times on the processor, in milliseconds. */
  readonly host: readonly number[];
}

const counts = { dispatches: 0, submits: 0, uploaded: 0 };

/** Counts every call of a method. */
function watch(prototype: object, method: string, count: (args: readonly unknown[]) => void): void {
  const original: unknown = Reflect.get(prototype, method);
  if (typeof original !== "function") throw new Error(`There is no ${method}.`);
  Reflect.set(prototype, method, function (this: unknown, ...args: unknown[]) {
    count(args);
    return Reflect.apply(original, this, args);
  });
}

function watchDevice(device: GPUDevice): void {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  watch(Object.getPrototypeOf(pass), "dispatchWorkgroups", () => (counts.dispatches += 1));
  pass.end();
  encoder.finish();
  watch(Object.getPrototypeOf(device.queue), "submit", () => (counts.submits += 1));
  watch(Object.getPrototypeOf(device.queue), "writeBuffer", ([, , data]) => (counts.uploaded += ArrayBuffer.isView(data) ? data.byteLength : 0));
  watch(Object.getPrototypeOf(device), "createBuffer", ([descriptor]) => {
    const { size, mappedAtCreation }: GPUBufferDescriptor = descriptor as GPUBufferDescriptor;
    if (mappedAtCreation) counts.uploaded += size;
  });
}

async function cost(device: GPUDevice, step: () => void): Promise<StepCost> {
  for (let i = 0; i < 8; i += 1) step();
  await device.queue.onSubmittedWorkDone();
  const before = { ...counts }, steps = 20, times: number[] = [];
  for (let i = 0; i < steps; i += 1) {
    const start = performance.now();
    step();
    times.push(performance.now() - start);
    await device.queue.onSubmittedWorkDone();
  }
  const each = (key: keyof typeof counts): number => (counts[key] - before[key]) / steps;
  return { dispatches: each("dispatches"), submits: each("submits"), uploaded: each("uploaded"), host: times };
}

/** The same network and optimizer as anyone would write them with TensorFlow.js alone. */
function plain(batch: number): () => void {
  const variable = (...shape: number[]): tf.Variable => tf.variable(tf.randomNormal(shape, 0, 0.1));
  const stages = [[3, 32], [32, 64], [64, 128]].map(([from = 1, to = 1]) => ({ filter: variable(3, 3, from, to), bias: variable(to), scale: variable(to), offset: variable(to) }));
  const [first, firstBias, second, secondBias] = [variable(2048, 256), variable(256), variable(256, 10), variable(10)] as const;
  const images = new Float32Array(batch * 32 * 32 * 3), labels = new Int32Array(batch);
  const optimizer = tf.train.adam(0.001);
  return () => {
    tf.tidy(() => {
      const x = tf.tensor4d(images, [batch, 32, 32, 3]), y = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
      optimizer.minimize(() => {
        let map: tf.Tensor4D = x;
        for (const { filter, bias, scale, offset } of stages) {
          const z = tf.add(tf.conv2d(map, filter as unknown as tf.Tensor4D, 1, "same"), bias) as tf.Tensor4D;
          const { mean, variance } = tf.moments(z, [0, 1, 2]);
          map = tf.maxPool(tf.relu(tf.batchNorm(z, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as unknown as tf.Tensor1D, scale as unknown as tf.Tensor1D, 1e-5)) as tf.Tensor4D, 2, 2, "valid");
        }
        const hidden = tf.relu(tf.add(tf.matMul(tf.reshape(map, [batch, -1]), first as unknown as tf.Tensor2D), firstBias));
        const logits = tf.add(tf.matMul(hidden as tf.Tensor2D, second as unknown as tf.Tensor2D), secondBias);
        return tf.losses.softmaxCrossEntropy(y, logits) as tf.Scalar;
      });
    });
  };
}

async function webgpuRows(): Promise<readonly Row[]> {
  const batch = 128;
  const adapter = await (await openGpu(["backend=null"])).requestAdapter();
  if (adapter === null) throw new Error("Dawn has no null device.");
  await import("@tensorflow/tfjs-backend-webgpu");
  const stock = tf.getKernelsForBackend("webgpu").slice();
  const { device } = await startOn(adapter);
  if (!currentRecorder()) throw new Error("Our kernels cannot be installed here.");
  watchDevice(device);
  const { step } = await prepare("test/goldens/nets/simplecnn.cnn", batch);
  const ours = await cost(device, () => tf.dispose(Object.values(step())));
  for (const kernel of stock) {
    tf.unregisterKernel(kernel.kernelName, "webgpu");
    tf.registerKernel(kernel);
  }
  tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", 15);
  const theirs = await cost(device, plain(batch));
  const row = (what: string, unit: string, pick: (cost: StepCost) => number, goals: Partial<Row>): Row => ({
    what: `${what} of a step on webgpu, SimpleCNN, batch ${batch}, null device`, peer: "plain TensorFlow.js loop, its own kernels", unit, ours: pick(ours), theirs: pick(theirs), judged: "ours", ...goals,
  });
  return [
    row("dispatches", "dispatches", ({ dispatches }) => dispatches, { bar: 60, moonshot: 45 }),
    row("time on the processor", "ms", ({ host }) => median(host), { bar: 4, moonshot: 0.2, spread: spreadOf(ours.host) }),
    row("uploads", "MB", ({ uploaded }) => uploaded / 1e6, {}),
    row("submits", "submits", ({ submits }) => submits, {}),
  ];
}

tell(await webgpuRows());
process.exit(0);
