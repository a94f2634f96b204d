/**
 * Inference on wasm: emitted code for inference against the same network written by hand with tfjs-layers, on the same weights:
 *
 *     node --import tsx --conditions=@cnn-lang/source bench/inference.ts
 *
 * Each on TensorFlow.js's own kernels and on ours. All four take turns within one run, since the machine's speed changes; read
 * the ratios. A rival whose outputs are others' is a mistake, not a rival: that is checked first.
 */

import { readFileSync } from "node:fs";
import { emit } from "@cnn-lang/codegen";
import { check, memoryProject } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { selectBackend } from "../packages/runtime/src/backends/select.ts";
import { wasmKernels } from "../packages/runtime/src/kernels/wasm/install.ts";
import { loadModule } from "../packages/runtime/src/load-module.ts";
import { randomWeights } from "../test/helpers/optimized.ts";
import { leNet5, resNet18, simpleCnn, takeWeights } from "./rivals/layers.ts";
import { median, type Row, tell } from "./row.ts";

interface Case {
  readonly name: string;
  readonly program: string;
  readonly batches: readonly number[];
  readonly rival: () => tfl.LayersModel;
  /** Dense layers behind a flattened map, and the map. */
  readonly flattened: Parameters<typeof takeWeights>[2];
}

const cases: readonly Case[] = [
  { name: "SimpleCNN", program: "test/programs/simple-cnn.cnn", batches: [1, 32], rival: simpleCnn, flattened: { dense_1: [128, 4, 4] } },
  { name: "LeNet-5", program: "test/programs/lenet5.cnn", batches: [1, 32], rival: leNet5, flattened: { dense_1: [16, 4, 4] } },
  { name: "ResNet-18", program: "examples/resnet.cnn", batches: [1], rival: resNet18, flattened: {} },
];

/** Medians in milliseconds a batch, of emitted code and of tfjs-layers, on both kinds of kernels. */
interface InferenceTiming {
  readonly network: string;
  readonly batch: number;
  readonly emitted: { readonly stock: number; readonly ours: number };
  readonly layers: { readonly stock: number; readonly ours: number };
}

/** Puts TensorFlow.js's own kernels in the place of ours, and ours back again. */
async function kernelSwitch(): Promise<(kind: "stock" | "ours") => void> {
  const names = wasmKernels.map(({ name }) => name);
  const registered = () => names.flatMap((name) => tf.getKernel(name, "wasm") ?? []);
  await import("@tensorflow/tfjs-backend-wasm");
  const stock = registered();
  const selection = await selectBackend("wasm");
  if (!selection.ok || selection.warnings.length > 0) throw new Error("Our kernels cannot be installed here.");
  const all = { stock, ours: registered() };
  return (kind) => {
    for (const name of names) if (tf.getKernel(name, "wasm")) tf.unregisterKernel(name, "wasm");
    for (const kernel of all[kind]) tf.registerKernel(kernel);
  };
}

/** Times every network; `rounds` turns of each contestant, after three that only warm up. */
async function timeInference(rounds = 15): Promise<readonly InferenceTiming[]> {
  const use = await kernelSwitch();
  const timings: InferenceTiming[] = [];
  for (const { name, program, batches, rival, flattened } of cases) {
    const [model] = check(memoryProject({ "net.cnn": readFileSync(program, "utf8") }), "net.cnn").models;
    if (!model) throw new Error(`${program} has no model.`);
    const { forward, fold, weightShapes } = await loadModule((await emit(model, { optimize: true })).code);
    const weights = randomWeights(weightShapes);
    const folded = fold ? fold(weights) : weights;
    const layers = rival();
    takeWeights(layers, weights, flattened);
    const { channels, axes } = model.inputs[0]?.shape ?? { channels: 1, axes: [] };
    for (const batch of batches) {
      const x = tf.randomNormal([batch, ...axes, channels]);
      // Both have one output.
      const contestants = {
        emitted: () => [forward(folded, x)].flat()[0] as tf.Tensor,
        layers: () => [layers.predict(x, { batchSize: batch })].flat()[0] as tf.Tensor,
      };
      assertEqual(name, contestants.emitted(), contestants.layers());
      timings.push({ network: name, batch, ...takeTurns(contestants, use, rounds) });
      x.dispose();
    }
    layers.dispose();
    tf.dispose([weights, folded]);
  }
  return timings;
}

type Contestants = { readonly [C in "emitted" | "layers"]: () => tf.Tensor };

function takeTurns(contestants: Contestants, use: (kind: "stock" | "ours") => void, rounds: number): Pick<InferenceTiming, "emitted" | "layers"> {
  const times = { emitted: { stock: [] as number[], ours: [] as number[] }, layers: { stock: [] as number[], ours: [] as number[] } };
  for (let round = -3; round < rounds; round += 1) {
    for (const kind of ["stock", "ours"] as const) {
      use(kind);
      // Who comes first meets kernels that were just exchanged: each does, every second round, and each begins untimed.
      for (const name of round % 2 === 0 ? (["emitted", "layers"] as const) : (["layers", "emitted"] as const)) {
        const calls = Math.min(20, Math.ceil(20 / milliseconds(contestants[name])));
        const turn = Array.from({ length: calls }, () => milliseconds(contestants[name]));
        if (round >= 0) times[name][kind].push(median(turn));
      }
    }
  }
  const medians = ({ stock, ours }: { readonly stock: number[]; readonly ours: number[] }) => ({ stock: median(stock), ours: median(ours) });
  return { emitted: medians(times.emitted), layers: medians(times.layers) };
}

/** Until the numbers are there: wasm computes at once, but who asks for them decides that they are wanted. */
function milliseconds(infer: () => tf.Tensor): number {
  const start = performance.now();
  const y = infer();
  y.dataSync();
  const time = performance.now() - start;
  y.dispose();
  return time;
}

function assertEqual(name: string, ours: tf.Tensor, theirs: tf.Tensor): void {
  const [a, b] = [Float32Array.from(ours.dataSync()), Float32Array.from(theirs.dataSync())];
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const most = a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? Number.NaN))), 0);
  if (!(most <= 1e-3 * scale)) throw new Error(`${name}: the rival computes something else, off by ${most} of ${scale}.`);
  tf.dispose([ours, theirs]);
}

const rows = (await timeInference()).flatMap(({ network, batch, emitted, layers }): readonly Row[] => {
  const row = (kernels: string, ours: number, theirs: number): Row => ({
    what: `inference, ${network}, batch ${batch}, wasm, ${kernels}`, peer: "tfjs-layers by hand, the same kernels", unit: "ms", ours, theirs, judged: "ratio", bar: 1.2, moonshot: 2,
  });
  const stock = { ...row("our kernels", emitted.ours, layers.stock), peer: "tfjs-layers by hand, TensorFlow.js's kernels" };
  return [row("TensorFlow.js's kernels", emitted.stock, layers.stock), row("our kernels", emitted.ours, layers.ours), stock];
});
tell(rows);
