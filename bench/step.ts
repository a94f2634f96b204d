/**
 * One training step of a network on wasm, done again and computed anew, and where the time of the latter goes, kernel by kernel:
 *
 *     node --import tsx --conditions=@cnn-lang/source bench/step.ts [FILE.cnn] [batch 32] [steps 20]
 */

import * as tf from "@tensorflow/tfjs-core";
import { selectBackend } from "../packages/runtime/src/backends/select.ts";
import { anew, prepare, type Trainee } from "./network.ts";
import { median, milliseconds } from "./row.ts";

const [name = "test/goldens/nets/simplecnn.cnn", batch = "32", steps = "20"] = process.argv.slice(2);
const selection = await selectBackend("wasm");
if (!selection.ok) throw new Error(selection.message);
const trainees = { "done again": await prepare(name, Number(batch)), "computed anew": await prepare(name, Number(batch), 1, anew) };

const timesOf = ({ step }: Trainee, count = Number(steps)): number[] => Array.from({ length: count }, () => milliseconds(() => {
  const said = step();
  said.loss.dataSync();
  tf.dispose([said.loss, said.tally]);
}));

const times = new Map(Object.keys(trainees).map((how): [string, number[]] => [how, []]));
for (let round = -1; round < 5; round += 1) {
  for (const [how, trainee] of Object.entries(trainees)) {
    const found = timesOf(trainee);
    if (round >= 0) times.get(how)?.push(...found);
  }
}
console.log(`${name}, batch ${batch}, ${tf.memory().numTensors} tensors`);
for (const [how, found] of times) console.log(`${how}: median ${median(found).toFixed(2)} ms, fastest ${Math.min(...found).toFixed(2)} ms`);

const spent = new Map<string, { ms: number; calls: number }>();
for (const kernel of tf.getKernelsForBackend("wasm")) {
  const { kernelFunc, kernelName } = kernel;
  tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    ...kernel,
    kernelFunc(call) {
      const start = performance.now();
      const result = kernelFunc(call);
      const entry = spent.get(kernelName) ?? { ms: 0, calls: 0 };
      entry.ms += performance.now() - start;
      entry.calls += 1;
      spent.set(kernelName, entry);
      return result;
    },
  });
}
const rounds = timesOf(trainees["computed anew"]).length;
for (const [kernel, { ms, calls }] of [...spent].sort(([, a], [, b]) => b.ms - a.ms).slice(0, 24)) {
  console.log(`${kernel.padEnd(36)} ${(ms / rounds).toFixed(3).padStart(8)} ms ${String(calls / rounds).padStart(5)} calls`);
}
