/** Runs: what a training leaves, how it stops and goes on, and what happens when a disk is full or a run was tampered with. */

import * as tf from "@tensorflow/tfjs-core";
import type { WrittenRecipe } from "@cnn-lang/shape-checker";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { drawImages } from "../../packages/runtime/src/data/digits.ts";
import { type Disk, disk } from "../../packages/runtime/src/run/files.ts";
import { evaluate, loadModel, predict, resume, train, type TrainOptions } from "../../packages/runtime/src/index.ts";
import { grayPng } from "../helpers/png.ts";
import { assertSchema } from "../helpers/schema.ts";
import { readSafetensors } from "../../packages/runtime/src/weights/safetensors.ts";

const folder = mkdtempSync(join(tmpdir(), "cnn-runs-"));
let number = 0;
const fresh = (): string => join(folder, `run-${(number += 1)}`);

/** A small network with batch norm and dropout: everything that has a memory or draws at random. */
const program = `model Small(classes = 10) {
  input 1@28x28
  conv 4 5 stride=2 -> batchnorm -> relu -> maxpool 2
  flatten -> dense 16 -> relu -> dropout 0.2
  dense classes
}
`;
writeFileSync(join(folder, "package.json"), "{}");
writeFileSync(join(folder, "small.cnn"), program);

const recipe: WrittenRecipe = { model: join(folder, "small.cnn"), data: { format: "digits", limit: 700, augment: [{ crop: [28, 28], padding: 1 }] }, batch: 32, epochs: 2, seed: 3 };
const start = (out: string, options: TrainOptions = {}, changes: Partial<WrittenRecipe> = {}) => train({ ...recipe, ...changes }, { out, backend: "wasm", ...options });

/** A signal that comes after so many steps. Progress is told every ten steps and at the end of each epoch. */
function stopAfter(steps: number): Pick<TrainOptions, "signal" | "onEvent"> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === "step" && event.step >= steps) controller.abort();
    },
  };
}

const messages = ({ diagnostics }: { readonly diagnostics: readonly { readonly code: string; readonly message: string }[] }): readonly string[] =>
  diagnostics.map(({ code, message }) => `${code} ${message.replaceAll(`${folder}/`, "")}`);

const text = (run: string, file: string): string => readFileSync(join(run, file), "utf8");

/** All tensors of a run's last checkpoint. */
function lastTensors(run: string): readonly unknown[] {
  const checkpoint = join(run, "checkpoints", text(run, "last").trim());
  return ["weights", "optimizer"].map((name) => [...readSafetensors(join(checkpoint, `${name}.safetensors`))]);
}

const runs = suite("runs");

runs("a run holds sources, recipe, code, metrics and checkpoints", async () => {
  const out = fresh();
  const result = await start(out);
  assert.equal([result.status, result.run, messages(result)], ["finished", out, []]);
  const names = readdirSync(out).map((name) => name.replace(/tfevents\.\d+/, "tfevents.TIME")).toSorted();
  assert.equal(names, ["best", "checkpoints", "data.json", "events.out.tfevents.TIME.cnn", "last", "metrics.jsonl", "model", "model.js", "recipe.json", "report.html", "timing.jsonl"]);
  assert.is(text(out, "model/small.cnn"), program);
  const resolved = JSON.parse(text(out, "recipe.json"));
  assert.equal([resolved.model, resolved.arguments, resolved.data.normalize.mean.length], ["model/small.cnn#Small", {}, 1]);
  const lines = text(out, "metrics.jsonl").trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.map(({ epoch, step, split, learningRate }) => [epoch, step, split, learningRate]), [
    [1, 20, "train", 0.001], [1, 20, "validation", 0.001], [2, 40, "train", 0.001], [2, 40, "validation", 0.001],
  ]);
  for (const line of lines) assertSchema("metrics", line);
  assertSchema("data", JSON.parse(text(out, "data.json")));
  assertSchema("recipe", resolved);
  assert.is(text(out, "last"), "40\n");
  assert.equal(readdirSync(join(out, "checkpoints", "40")).toSorted(), ["optimizer.safetensors", "state.json", "weights.safetensors"]);
  const weights = readSafetensors(join(out, "checkpoints/40/weights.safetensors"));
  assert.equal([...weights].map(([name, { shape }]) => `${name} ${shape.join("x")}`), [
    "conv_1.weight 4x1x5x5", "conv_1.bias 4", "batchnorm_1.weight 4", "batchnorm_1.bias 4", "batchnorm_1.running_mean 4", "batchnorm_1.running_var 4",
    "batchnorm_1.num_batches_tracked ", "dense_1.weight 16x144", "dense_1.bias 16", "dense_2.weight 10x16", "dense_2.bias 10",
  ]);
  assert.equal([...(weights.get("batchnorm_1.num_batches_tracked")?.values ?? [])], [40n]);
});

runs("equal recipes give equal runs, byte for byte; another seed another one", async () => {
  const [first, second, other] = [fresh(), fresh(), fresh()];
  await start(first);
  await start(second);
  await start(other, {}, { seed: 4 });
  for (const file of ["metrics.jsonl", "recipe.json", "model.js", "checkpoints/40/weights.safetensors", "checkpoints/40/optimizer.safetensors"]) {
    assert.ok(readFileSync(join(first, file)).equals(readFileSync(join(second, file))), file);
  }
  assert.is.not(text(first, "metrics.jsonl"), text(other, "metrics.jsonl"));
});

runs("an interrupted training saves, can be judged, and goes on with the same numbers", async () => {
  const [whole, parts] = [fresh(), fresh()];
  await start(whole);
  for (const [steps, at] of [[10, "10"], [30, "30"]] as const) {
    const stopped = await (existsSync(parts) ? resume(parts, { backend: "wasm", ...stopAfter(steps) }) : start(parts, stopAfter(steps)));
    assert.equal([stopped.status, text(parts, "last").trim()], ["interrupted", at]);
    assert.is((await evaluate(parts, { backend: "wasm", checkpoint: "last" })).status, "ok");
  }
  assert.is((await resume(parts, { backend: "wasm" })).status, "finished");
  assert.is(text(parts, "metrics.jsonl"), text(whole, "metrics.jsonl"));
  assert.equal(lastTensors(parts), lastTensors(whole));
  assert.equal(messages(await resume(parts, { backend: "wasm" })), [`CNN8010 ${parts.replace(`${folder}/`, "")} has trained all its 2 epochs; nothing is left to resume`]);
});

runs("a training killed in the middle goes on with the same numbers", async () => {
  const [whole, killed] = [fresh(), fresh()];
  const changes = { epochs: 6, checkpoint: { everySteps: 8 } } as const;
  await start(whole, {}, changes);
  const program = `
    const { train } = await import(${JSON.stringify(import.meta.resolve("../../packages/runtime/src/index.ts"))});
    await train(${JSON.stringify({ ...recipe, ...changes })}, { out: ${JSON.stringify(killed)}, backend: "wasm", onEvent: ({ type, step }) => type === "step" && console.log(step) });`;
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=@cnn-lang/source", "--input-type=module", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (steps: Buffer) => {
      if (Number(steps.toString().trim().split("\n").at(-1)) >= 50) child.kill("SIGKILL");
    });
    child.on("exit", () => resolve());
  });
  assert.is(child.signalCode, "SIGKILL");
  // What a crash may leave besides: lines of an epoch that no checkpoint knows of, half a line, half a checkpoint.
  writeFileSync(join(killed, "metrics.jsonl"), `${text(killed, "metrics.jsonl")}{"epoch":9,"step":180,"split":"train"}\n{"epoch":9,"st`);
  mkdirSync(join(killed, "checkpoints/.64.new"), { recursive: true });
  assert.is((await resume(killed, { backend: "wasm" })).status, "finished");
  assert.is(text(killed, "metrics.jsonl"), text(whole, "metrics.jsonl"));
  assert.equal(lastTensors(killed), lastTensors(whole));
});

runs("weights to start from, no shuffling and no dropout are for exact comparisons", async () => {
  const [first, second] = [fresh(), fresh()];
  await start(first, {}, { epochs: 1 });
  const weights = join(first, "checkpoints", "20", "weights.safetensors");
  const result = await start(second, {}, { weights, shuffle: false, dropout: false, epochs: 1 });
  assert.is(result.status, "finished");
  assert.match(messages(await start(fresh(), {}, { weights: join(folder, "small.cnn") }))[0] ?? "", /^CNN5006 "small.cnn" is no readable safetensors file/);
});

runs("no tensor is left behind: 200 steps, a validation each 20, then nothing at all", async () => {
  const counts: number[] = [];
  await start(fresh(), { onEvent: (event) => event.type === "step" && counts.push(tf.memory().numTensors) }, { epochs: 10 });
  assert.is(counts.length, 20);
  assert.equal(new Set(counts).size, 1, counts.join(" "));
  const before = tf.memory().numTensors;
  const run = fresh();
  await start(run, {}, { epochs: 1 });
  await evaluate(run, { backend: "wasm" });
  assert.is(tf.memory().numTensors, before);
});

runs.run();

const wrong = suite("runs: what goes wrong");

wrong("a folder that holds something is not written into", async () => {
  const out = fresh();
  mkdirSync(out);
  writeFileSync(join(out, "thesis.txt"), "");
  const [message = ""] = messages(await start(out));
  assert.match(message, /^CNN8001 run-\d+ exists already and is not empty/);
  assert.equal(readdirSync(out), ["thesis.txt"]);
});

wrong("a path below a file", async () => {
  const result = await start(join(folder, "small.cnn", "run"));
  assert.equal(messages(result), ["CNN8002 small.cnn/run cannot be written: a part of its path is a file, not a folder"]);
  assert.is(result.run, undefined);
});

/** A disk that is full when so many files have been written. */
function fullAfter(files: number): Disk {
  let left = files;
  const full = (path: string): never => {
    throw Object.assign(new Error(`ENOSPC: no space left on device, write '${path}'`), { code: "ENOSPC" });
  };
  const spend = (path: string, act: () => void): void => ((left -= 1) < 0 ? full(path) : act());
  return { ...disk, write: (path, bytes) => spend(path, () => disk.write(path, bytes)), append: (path, bytes) => spend(path, () => disk.append(path, bytes)) };
}

wrong("a full disk, whenever it fills up, is told and leaves nothing half-written", async () => {
  const whole = fresh();
  await start(whole, {}, { epochs: 1 });
  let failures = 0;
  for (let files = 0; ; files += 1) {
    const out = fresh();
    const result = await start(out, { disk: fullAfter(files) }, { epochs: 1 });
    if (result.status === "finished") break;
    failures += 1;
    assert.match(messages(result).join("\n"), /^CNN8002 run-\d+\S* cannot be written: the disk is full$/);
    if (!existsSync(out)) {
      assert.is(result.run, undefined);
      continue;
    }
    // No file under its temporary name, and no checkpoint that lacks a part.
    assert.equal(readdirSync(out, { recursive: true }).map(String).filter((name) => name.includes(".new")), []);
    if (existsSync(join(out, "last"))) {
      assert.is((await evaluate(out, { backend: "wasm", checkpoint: "last" })).status, "ok");
      assert.is((await resume(out, { backend: "wasm" })).status, "finished");
      assert.is(text(out, "metrics.jsonl"), text(whole, "metrics.jsonl"));
    }
  }
  assert.ok(failures > 10, `${failures}`);
});

wrong("a training that diverges says in which step", async () => {
  const out = fresh();
  const result = await start(out, {}, { optimizer: { name: "sgd", learningRate: 1e30 } });
  assert.is(result.status, "failed");
  assert.match(messages(result)[0] ?? "", /^CNN8009 the loss became (NaN|Infinity) in step \d+ \(epoch 1\): the training diverged$/);
  assert.is((await evaluate(out, { backend: "wasm" })).status, "ok", "what was saved before still works");
});

wrong("mistakes of recipe and data come back before anything is written", async () => {
  const out = fresh();
  assert.equal(messages(await start(out, {}, { data: { format: "cifar10", path: join(folder, "none") } })), ["CNN6101 the model takes 1@28x28, but the data is 3@32x32"]);
  assert.equal(messages(await start(out, {}, { data: { format: "mnist", path: join(folder, "none") } })), ["CNN7001 there is no data in none: no such folder"]);
  assert.match(messages(await start(out, {}, { arguments: { classes: 12 } }))[0] ?? "", /^CNN6103/);
  assert.is(existsSync(out), false);
  const unavailable = await start(out, { backend: "abacus" });
  assert.equal([unavailable.status, unavailable.message], ["unavailable", 'There is no backend "abacus"; there are auto, tensorflow, webgpu, wasm, cpu.']);
});

wrong("a last batch of one image has no variance", async () => {
  writeFileSync(join(folder, "vector.cnn"), "model Vector {\n  input 1@28x28\n  flatten -> dense 8 -> batchnorm -> relu -> dense 10\n}\n");
  const vector = { model: join(folder, "vector.cnn"), data: { format: "digits", limit: 33, validation: null } } as const;
  assert.equal(messages(await start(fresh(), {}, vector)), [
    "CNN6129 batchnorm_1 needs two values a channel to normalise by, but of 33 training images the last batch has one image",
  ]);
  assert.is((await start(fresh(), {}, { ...vector, batch: 33, epochs: 1 })).status, "finished");
});

wrong("a run that was tampered with is refused, and never executed", async () => {
  const good = fresh();
  await start(good, {}, { epochs: 1 });
  const damaged = async (change: (run: string) => void): Promise<string> => {
    const run = fresh();
    cpSync(good, run, { recursive: true });
    change(run);
    const result = await evaluate(run, { backend: "wasm" });
    return result.status === "failed" ? (messages(result)[0] ?? "").replaceAll(/run-\d+/g, "RUN") : result.status;
  };
  const checkpoint = "checkpoints/20";
  assert.is(await damaged((run) => writeFileSync(join(run, "model.js"), "throw new Error('executed')")), "ok");
  assert.match(await damaged((run) => writeFileSync(join(run, "recipe.json"), "{")), /^CNN6002/);
  assert.match(await damaged((run) => rmSync(join(run, "recipe.json"))), /^CNN8003 RUN is no run/);
  assert.match(await damaged((run) => rmSync(join(run, "data.json"))), /^CNN8003/);
  assert.match(await damaged((run) => writeFileSync(join(run, "best"), "../../elsewhere\n")), /^ok/);
  assert.match(await damaged((run) => (rmSync(join(run, "best")), rmSync(join(run, "last")))), /^CNN8003 RUN is no run: it holds no checkpoint/);
  assert.match(await damaged((run) => writeFileSync(join(run, checkpoint, "weights.safetensors"), "x")), /^CNN8008/);
  assert.match(await damaged((run) => cpSync("test/goldens/nets/lenet5.safetensors", join(run, checkpoint, "weights.safetensors"))), /^CNN8005/);
  assert.match(await damaged((run) => writeFileSync(join(run, "recipe.json"), text(run, "recipe.json").replace("model/small.cnn#Small", "../small.cnn#Small"))), /^CNN6009/);
  assert.match(await damaged((run) => writeFileSync(join(run, "model/small.cnn"), program.replace("dense 16", "dense 17"))), /^CNN8006/);
  const broken = fresh();
  cpSync(good, broken, { recursive: true });
  writeFileSync(join(broken, "recipe.json"), text(broken, "recipe.json").replace('"epochs": 1', '"epochs": 2'));
  writeFileSync(join(broken, checkpoint, "state.json"), '{"version":1}');
  assert.match(messages(await resume(broken, { backend: "wasm" }))[0] ?? "", /^CNN8004/);
});

wrong.run();

const use = suite("runs: evaluate and predict");

use("a digit drawn as a PNG is recognised", async () => {
  const run = fresh();
  await start(run, {}, { data: { format: "digits", limit: 4000 }, epochs: 4 });
  const evaluation = await evaluate(run, { backend: "wasm" });
  if (evaluation.status !== "ok") throw new Error(messages(evaluation).join());
  const { split, samples, accuracy = NaN, confusion = [], labels, classes = [] } = evaluation.value;
  assert.equal([split, samples, labels.length], ["test", 2000, 10]);
  // 4,000 images, four epochs of a tiny network: well above 10 %, below what longer trainings reach.
  assert.ok(accuracy > 0.6, `${accuracy}`);
  const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  assert.is(right / samples, accuracy);
  const [zero] = classes;
  const [seenAsZero, isZero] = [confusion.reduce((sum, row) => sum + (row[0] ?? 0), 0), confusion[0]?.reduce((sum, count) => sum + count, 0)];
  assert.equal([zero?.label, zero?.support, zero?.precision, zero?.recall], ["0", isZero, (confusion[0]?.[0] ?? 0) / seenAsZero, (confusion[0]?.[0] ?? 0) / (isZero ?? 0)]);

  const { pixels, labels: drawn } = drawImages(1, "test", 20);
  const files = Array.from({ length: 20 }, (_, image) => {
    const file = join(folder, `digit-${image}.png`);
    writeFileSync(file, grayPng(pixels.subarray(image * 784, (image + 1) * 784), 28));
    return file;
  });
  const predicted = await predict(run, [...files, join(folder, "small.cnn")], { backend: "wasm" });
  if (predicted.status !== "ok") throw new Error(messages(predicted).join());
  assert.equal(messages(predicted).map((message) => message.slice(0, 30)), ["CNN7101 small.cnn is no PNG or"]);
  const seen = predicted.value.flatMap((prediction) => ("class" in prediction ? [prediction] : []));
  const hits = seen.filter((prediction, image) => prediction.class === drawn[image]).length;
  assert.ok(hits >= 10, `${hits} of 20`);
  for (const { probability, probabilities } of seen) {
    assert.ok(Math.abs(probabilities.reduce((sum, p) => sum + p, 0) - 1) < 1e-5);
    assert.is(probability, Math.max(...probabilities));
  }

  assert.match(messages(await evaluate(run, { backend: "wasm", data: folder }))[0] ?? "", /^CNN7004/);
  const loaded = await loadModel(run, { backend: "wasm" });
  assert.is(loaded.status === "ok" && loaded.value.model.name, "Small");
  if (loaded.status === "ok") loaded.value.dispose();
});

use.run();
