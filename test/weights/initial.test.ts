/** Initial weights, and weights on their way into a model and back. */

import { weightsOf } from "@cnn-lang/shape-checker";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { train } from "../../packages/runtime/src/index.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { type NamedArray, readSafetensors, safetensorsBytes } from "../../packages/runtime/src/weights/safetensors.ts";
import { downloadWeights, fitting, uploadWeights } from "../../packages/runtime/src/weights/transfer.ts";
import { startBackend } from "../helpers/backends.ts";
import { around, modelOf } from "../helpers/program.ts";

const values = (arrays: ReadonlyMap<string, NamedArray>, name: string): number[] => Array.from(arrays.get(name)?.values ?? [], Number);

const initial = suite("initial weights");

initial("PyTorch's bounds, filled evenly", () => {
  const golden: { readonly layers: Readonly<Record<string, { readonly bound: number; readonly std: number; readonly weight_shape: readonly number[] }>> } = JSON.parse(readFileSync("test/goldens/init.json", "utf8"));
  const known = golden.layers["conv 64 3x3, 32 channels in"];
  const weights = initialWeights(modelOf(around("conv 64 3", "32@8x8")), 1);
  assert.equal(weights.get("conv_1.weight")?.shape, known?.weight_shape);
  const all = values(weights, "conv_1.weight");
  const { bound = NaN, std = NaN } = known ?? {};
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
  assert.ok(all.every((value) => Math.abs(value) <= bound) && Math.max(...all) > 0.99 * bound && Math.min(...all) < -0.99 * bound);
  // 18,432 numbers: the mean scatters by std / 136, the deviation by some 0.3 %.
  assert.ok(Math.abs(mean) < (5 * std) / 136 && Math.abs(deviation / std - 1) < 0.02, `${mean}, ${deviation}`);
});

initial("norms start at 1 and 0, statistics at 0 and 1, counters at 0", () => {
  const weights = initialWeights(modelOf(around("conv 4 3 -> batchnorm")), 1);
  assert.equal(["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map((leaf) => values(weights, `batchnorm_1.${leaf}`).join("")), ["1111", "0000", "0000", "1111", "0"]);
});

initial("a layer's numbers depend on seed and name, not on the layers around it", () => {
  const of = (lines: string, seed: number) => values(initialWeights(modelOf(around(lines)), seed), "last.weight").slice(0, 20);
  assert.equal(of("last: conv 8 3", 1), of("last: conv 8 3 -> conv 4 1", 1));
  assert.not.equal(of("last: conv 8 3", 1), of("last: conv 8 3", 2));
});

initial.run();

const transfer = suite("transfer");
transfer.before(() => startBackend("cpu"));

transfer("into TensorFlow.js's layouts and back, nothing is lost", async () => {
  const model = modelOf(around("conv 8 3x5 groups=1 -> batchnorm -> depthwise 3 multiplier=2 -> separable 12 3 -> conv_transpose 6 3 groups=2 -> scale -> layernorm over=all -> prelu over=channels -> flatten -> dense 7"));
  const arrays = initialWeights(model, 5);
  // Numbers that differ everywhere, so that a wrong place shows.
  for (const { name, dtype } of weightsOf(model)) if (dtype === "float32") arrays.get(name)?.values.forEach((_, i, all) => (all[i] = i + 0.5));
  const weights = uploadWeights(model, arrays);
  assert.equal([...(await downloadWeights(model, weights))], [...arrays]);
  assert.equal(weights["conv_1.weight"]?.shape, [3, 5, 3, 8]);
  for (const tensor of Object.values(weights)) tensor.dispose();
});

const model = modelOf(around("a: conv 4 3 -> batchnorm\n  globalavgpool\n  fc: dense 10"));
const fit = (change: (arrays: Map<string, NamedArray>) => void, options = {}): readonly string[] => {
  const arrays = initialWeights(model, 1);
  change(arrays);
  try {
    return [...fitting(model, arrays, "FILE", options).keys()];
  } catch (error) {
    return [error instanceof Error ? error.message : ""];
  }
};

transfer("a file must hold every weight in its shape", () => {
  assert.is(fit(() => {}).length, 9);
  assert.equal(fit((arrays) => arrays.delete("fc.bias")), ["FILE does not hold fc.bias [10], which the model has"]);
  assert.equal(fit((arrays) => arrays.set("fc.bias", { shape: [5], values: new Float32Array(5) })), ["fc.bias is [5] in FILE, but [10] in the model"]);
  assert.equal(fit((arrays) => arrays.set("head.weight", { shape: [], values: new Float32Array(1) })), ["FILE holds head.weight, which the model does not have"]);
});

transfer("published files may hold more, lack the counters, and be taken in part", () => {
  assert.is(fit((arrays) => arrays.set("head.weight", { shape: [], values: new Float32Array(1) }), { strict: false }).length, 9);
  assert.is(fit((arrays) => arrays.delete("batchnorm_1.num_batches_tracked")).length, 9);
  assert.equal(fit((arrays) => arrays.delete("fc.bias"), { except: ["fc"] }).filter((name) => name.startsWith("fc")), []);
  assert.equal(fit(() => {}, { except: ["*"] }), []);
});

transfer("load takes what a file has, freeze keeps it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cnn-load-"));
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "net.cnn"), 'model Net(classes = 5) {\n  input 1@28x28\n  conv 4 5 stride=2 -> batchnorm -> relu -> globalavgpool\n  fc: dense classes\n}\nmodel Tuned = Net(classes = 10) {\n  load "net.safetensors" except fc\n  freeze all except fc\n}\n');
  const source = initialWeights(modelOf("model Net(classes = 5) {\n  input 1@28x28\n  conv 4 5 stride=2 -> batchnorm -> relu -> globalavgpool\n  fc: dense classes\n}\n"), 77);
  const recipe = { model: join(folder, "net.cnn#Tuned"), data: { format: "digits", limit: 200 }, epochs: 1 } as const;
  const missing = await train(recipe, { out: join(folder, "run"), backend: "wasm" });
  assert.match(missing.diagnostics.at(-1)?.message ?? "", "net.safetensors cannot be read: there is no such file or folder");
  assert.match(missing.diagnostics.at(-1)?.span.file ?? "", "net.cnn");

  writeFileSync(join(folder, "net.safetensors"), safetensorsBytes(source));
  const result = await train(recipe, { out: join(folder, "run"), backend: "wasm" });
  assert.is(result.status, "finished");
  const last = readFileSync(join(folder, "run", "last"), "utf8").trim();
  const trained = readSafetensors(join(folder, "run", "checkpoints", last, "weights.safetensors"));
  for (const name of source.keys()) if (!name.startsWith("fc")) assert.equal(trained.get(name)?.values, source.get(name)?.values, name);
  assert.not.equal(values(trained, "fc.weight").slice(0, 8), values(source, "fc.weight").slice(0, 8));
});

transfer.run();
