/**
 * A training step on wasm against PyTorch's on the processor, one thread each, taking turns within one run:
 *
 *     node --import tsx --conditions=@cnn-lang/source bench/training.ts [--slow]
 *
 * Forward, backward and Adam, float32, as `cnn train` does it, with the loss read. PyTorch runs the module that the compiler emits of
 * the same file, channels last, with OpenBLAS where that is installed. `--slow` also takes one step on TensorFlow.js's plain backend.
 */

import * as tf from "@tensorflow/tfjs-core";
import { selectBackend } from "../packages/runtime/src/backends/select.ts";
import { prepare } from "./network.ts";
import { startPyTorch } from "./rivals/pytorch.ts";
import { median, milliseconds, type Row, spreadOf, tell } from "./row.ts";

interface Case {
  readonly name: string;
  readonly file: string;
  readonly batch: number;
  readonly steps: number;
  readonly bar?: number;
  readonly moonshot?: number;
}

const cases: readonly Case[] = [
  { name: "SimpleCNN", file: "test/goldens/nets/simplecnn.cnn", batch: 32, steps: 5, bar: 1, moonshot: 1.5 },
  { name: "SimpleCNN", file: "test/goldens/nets/simplecnn.cnn", batch: 128, steps: 3 },
  { name: "LeNet-5", file: "test/goldens/nets/lenet5.cnn", batch: 32, steps: 40, bar: 0.6, moonshot: 1.3 },
  { name: "ResNet-18 for CIFAR-10", file: "bench/networks/resnet18.cnn", batch: 32, steps: 1, bar: 0.5, moonshot: 1 },
  { name: "MobileNetV2 for CIFAR-10", file: "bench/networks/mobilenet-v2.cnn", batch: 32, steps: 1, bar: 0.4, moonshot: 1 },
];

/** A step, until its loss is known. */
function stepWith(step: Awaited<ReturnType<typeof prepare>>["step"]): void {
  const said = step();
  said.loss.dataSync();
  tf.dispose([said.loss, said.tally]);
}

async function start(backend: string): Promise<void> {
  const selection = await selectBackend(backend);
  if (!selection.ok) throw new Error(selection.message);
}

async function trainingRows(slow: boolean): Promise<readonly Row[]> {
  const peer = startPyTorch();
  const about = peer?.about ?? "PyTorch, which is not installed here";
  const rows: Row[] = [];
  await start("wasm");
  for (const { name, file, batch, steps, bar, moonshot } of cases) {
    const { step } = await prepare(file, batch);
    const ours: number[] = [], theirs: number[] = [];
    for (let round = -1; round < 8; round += 1) {
      const [a, b] = [Array.from({ length: steps }, () => milliseconds(() => stepWith(step))), (await peer?.steps(file, batch, steps)) ?? []];
      if (round < 0) continue;
      ours.push(...a);
      theirs.push(...b);
    }
    const goals = { ...(bar !== undefined && { bar }), ...(moonshot !== undefined && { moonshot }) };
    rows.push({ what: `training step, ${name}, batch ${batch}, wasm`, peer: about, unit: "ms", ours: median(ours), ...(peer && { theirs: median(theirs) }), spread: spreadOf(ours), judged: "ratio", ...goals });
  }
  peer?.stop();
  if (slow) {
    const file = "test/goldens/nets/simplecnn.cnn";
    const fast = await prepare(file, 1);
    stepWith(fast.step);
    const ours = median(Array.from({ length: 9 }, () => milliseconds(() => stepWith(fast.step))));
    await start("cpu");
    const plain = await prepare(file, 1);
    rows.push({ what: "training step, SimpleCNN, batch 1, wasm", peer: "TensorFlow.js's plain backend", unit: "ms", ours, theirs: milliseconds(() => stepWith(plain.step)), judged: "ratio", bar: 1500, moonshot: 2500 });
  }
  return rows;
}

tell(await trainingRows(process.argv.includes("--slow")));
