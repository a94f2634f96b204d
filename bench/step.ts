/**
 * One training step of a network on wasm, and where its time goes, kernel by kernel:
 *
 *     node --import tsx --conditions=@cnn-lang/source bench/step.ts [FILE.cnn] [batch 32] [steps 20]
 */

import * as tf from "@tensorflow/tfjs-core";
import { selectBackend } from "../packages/runtime/src/backends/select.ts";
import { prepare } from "./network.ts";

const [name = "test/goldens/nets/simplecnn.cnn", batch = "32", steps = "20"] = process.argv.slice(2);
const selection = await selectBackend("wasm");
if (!selection.ok) throw new Error(selection.message);
const { step } = await prepare(name, Number(batch));

const times = (count: number): number[] =>
  Array.from({ length: count }, () => {
    const start = performance.now();
    const said = step();
    said.loss.dataSync();
    tf.dispose([said.loss, said.tally]);
    return performance.now() - start;
  }).sort((a, b) => a - b);

times(5);
const sorted = times(Number(steps));
console.log(`${name}, batch ${batch}: median ${(sorted[sorted.length >> 1] ?? 0).toFixed(2)} ms, fastest ${(sorted[0] ?? 0).toFixed(2)} ms, ${tf.memory().numTensors} tensors`);

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
const rounds = times(Number(steps)).length;
for (const [kernel, { ms, calls }] of [...spent].sort(([, a], [, b]) => b.ms - a.ms).slice(0, 24)) {
  console.log(`${kernel.padEnd(36)} ${(ms / rounds).toFixed(3).padStart(8)} ms ${String(calls / rounds).padStart(5)} calls`);
}
