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
import { normalizedValues, unchanged } from "../packages/runtime/src/data/augment.ts";
import type { Batch } from "../packages/runtime/src/data/batch.ts";
import { range } from "../packages/runtime/src/data/dataset.ts";
import { placedLoader } from "../packages/runtime/src/data/placed.ts";
import { storeImages } from "../packages/runtime/src/kernels/webgpu/gather.ts";
import { capturerOn } from "../packages/runtime/src/kernels/webgpu/capturer.ts";
import { currentRecorder } from "../packages/runtime/src/kernels/webgpu/install.ts";
import type { Recorder } from "../packages/runtime/src/kernels/webgpu/recorder.ts";
import { captureSteps } from "../packages/runtime/src/train/captured-step.ts";
import { anew, prepare } from "./network.ts";
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
  // JavaScript is compiled while it runs.
  for (let i = 0; i < 150; i += 1) {
    step();
    await device.queue.onSubmittedWorkDone();
  }
  const begin = { ...counts }, steps = 40, times: number[] = [];
  for (let i = 0; i < steps; i += 1) {
    const start = performance.now();
    step();
    times.push(performance.now() - start);
    await device.queue.onSubmittedWorkDone();
  }
  const each = (key: keyof typeof counts): number => (counts[key] - begin[key]) / steps;
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

/** Batches of CIFAR-10's size, moved at random, of images that lie on the card. */
async function onCard(recorder: Recorder, size: number): Promise<readonly Batch[]> {
  const count = 8 * size, images = { count, height: 32, width: 32, channels: 3, pixels: new Uint8Array(count * 3072), labels: new Uint8Array(count) };
  const preparation = { augment: [{ flip: "horizontal" }, { crop: [32, 32], padding: 4 }], normalization: unchanged(3), seed: 1 } as const;
  const { gather } = storeImages(recorder, images, [32, 32], normalizedValues(preparation.normalization, 3));
  const batches: Batch[] = [];
  for await (const batch of placedLoader(images, preparation, gather).batches(range(0, count), size, 1)) batches.push(batch);
  return batches;
}

async function webgpuRows(): Promise<readonly Row[]> {
  const batch = 128;
  const adapter = await (await openGpu(["backend=null"])).requestAdapter();
  if (adapter === null) throw new Error("Dawn has no null device.");
  await import("@tensorflow/tfjs-backend-webgpu");
  const stock = tf.getKernelsForBackend("webgpu").slice();
  const { device } = await startOn(adapter);
  const recorder = currentRecorder();
  if (!recorder) throw new Error("Our kernels cannot be installed here.");
  watchDevice(device);
  const { step } = await prepare("test/goldens/nets/simplecnn.cnn", batch, 1, anew);
  const ours = await cost(device, () => tf.dispose(Object.values(step())));
  // What is read from the null device is anything: the comparison of steps is told that they are equal.
  Reflect.set(tf.backend(), "read", async () => new Int32Array(1));
  const batches = await onCard(recorder, batch);
  const again = await prepare("test/goldens/nets/simplecnn.cnn", batch, 1, (training) => {
    const { step } = captureSteps(training, capturerOn(recorder), batch, console.error);
    let next = 0;
    return (given, ...others) => step(batches[(next += 1) % batches.length] ?? given, ...others);
  });
  const captured = await cost(device, () => tf.dispose(Object.values(again.step())));
  for (const kernel of stock) {
    tf.unregisterKernel(kernel.kernelName, "webgpu");
    tf.registerKernel(kernel);
  }
  tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", 15);
  const theirs = await cost(device, plain(batch));
  const row = (what: string, unit: string, pick: (cost: StepCost) => number, of: StepCost, goals: Partial<Row> = {}): Row => ({
    what: `${what} on webgpu, SimpleCNN, batch ${batch}, null device`, peer: "plain TensorFlow.js loop, its own kernels", unit, ours: pick(of), theirs: pick(theirs), judged: "ours", ...goals,
  });
  const time = ({ host }: StepCost): number => median(host);
  return [
    row("dispatches of a step", "dispatches", ({ dispatches }) => dispatches, ours, { bar: 60, moonshot: 45 }),
    row("processor's time of a step that is computed anew", "ms", time, ours, { bar: 4, spread: spreadOf(ours.host) }),
    row("processor's time of a step that is sent again", "ms", time, captured, { bar: 4, moonshot: 0.2, spread: spreadOf(captured.host) }),
    row("uploads of a step", "MB", ({ uploaded }) => uploaded / 1e6, captured),
    row("submits of a step", "submits", ({ submits }) => submits, captured),
  ];
}

tell(await webgpuRows());
process.exit(0);
