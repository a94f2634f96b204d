/** Early stopping, plateaus, groups and several heads: what they do in a training, and that an interrupted one goes on just so. */

import type { WrittenRecipe } from "@cnn-lang/shape-checker";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, resume, train, type TrainOptions } from "../../packages/runtime/src/index.ts";
import { observePatience, startPatience } from "../../packages/runtime/src/train/stopping.ts";
import { readSafetensors } from "../../packages/runtime/src/weights/safetensors.ts";
import { assertSchema } from "../helpers/schema.ts";

const folder = mkdtempSync(join(tmpdir(), "cnn-stopping-"));
writeFileSync(join(folder, "package.json"), "{}");
writeFileSync(join(folder, "two.cnn"), `model Two {
  input 1@28x28
  trunk: { conv 4 5 stride=2 -> batchnorm -> relu -> maxpool 2 }
  flatten as x
  main: dense 10
  output digit
  x
  side: dense 10
  output again
}
`);

/** Everything at once that a training must remember. The learning rate is far too high: no epoch is better than the first few. */
const recipe: WrittenRecipe = {
  model: join(folder, "two.cnn"),
  data: { format: "digits", limit: 320, validation: 0.2 },
  loss: { digit: { name: "cross-entropy", labelSmoothing: 0.1 }, again: { name: "cross-entropy", weight: 0.4 } },
  metrics: ["accuracy", "top-5"],
  optimizer: { name: "sgd", learningRate: 0.3, momentum: 0.95, weightDecay: 1e-3, decayNormsAndBiases: false, groups: [{ layers: ["main"], learningRate: 0.9 }] },
  schedule: { name: "plateau", patience: 0, factor: 0.9 },
  clipGradientValue: 1, batch: 16, epochs: 40, seed: 2,
  earlyStopping: { metric: "accuracy", patience: 2, minimumDelta: 0.02 },
};
let number = 0;
const fresh = (): string => join(folder, `run-${(number += 1)}`);
const start = (out: string, options: TrainOptions = {}, changes: Partial<WrittenRecipe> = {}) => train({ ...recipe, ...changes }, { out, backend: "wasm", ...options });
const text = (run: string, file: string): string => readFileSync(join(run, file), "utf8");
const lines = (run: string): readonly Readonly<Record<string, number & string>>[] => text(run, "metrics.jsonl").trim().split("\n").map((line) => JSON.parse(line));

const test = suite("early stopping");

test("an epoch is progress where it is better by the minimum delta; the loss falls, the accuracy rises", () => {
  const accuracy = { metric: "accuracy", patience: 2, minimumDelta: 0.1 } as const;
  const after = (values: readonly number[]) => values.reduce((state, value) => observePatience(accuracy, state, { loss: 0, accuracy: value }), startPatience);
  assert.equal(after([0.5]), { value: 0.5, waited: 0 });
  assert.equal(after([0.5, 0.58]), { value: 0.5, waited: 1 });
  // Small steps add up: they are measured from the last progress.
  assert.equal(after([0.5, 0.58, 0.61]), { value: 0.61, waited: 0 });
  assert.equal(after([0.5, NaN, 0.4]), { value: 0.5, waited: 2 });
  const loss = { metric: "loss", patience: 2, minimumDelta: 0 } as const;
  assert.equal([3, 2, 2, 4].reduce((state, value) => observePatience(loss, state, { loss: value }), startPatience), { value: 2, waited: 2 });
});

test("the training ends when patience is out; its best checkpoint is kept, and nothing is left to resume", async () => {
  const out = fresh();
  const told: string[] = [];
  const result = await start(out, { onEvent: (event) => event.type === "stopped" && told.push(`${event.metric} ${event.epoch} ${event.patience}`) });
  assert.is(result.status, "finished");
  const validated = lines(out).filter(({ split }) => split === "validation");
  const epochs = validated.length;
  assert.ok(epochs < 40, `${epochs} epochs`);
  assert.equal(told, [`accuracy ${epochs} 2`]);
  // The last two epochs were no progress of 0.02 against the best of those before.
  const values = validated.map(({ accuracy = NaN }) => accuracy);
  assert.ok(Math.max(...values.slice(-2)) <= Math.max(...values.slice(0, -2)) + 0.02, values.join());
  // The best epoch: the most accurate, of equals the one with the lower loss.
  const [best] = validated.toSorted((a, b) => (b["accuracy"] ?? 0) - (a["accuracy"] ?? 0) || (a["loss"] ?? 0) - (b["loss"] ?? 0));
  assert.is(text(out, "best").trim(), `${best?.["step"]}`);
  assert.match((await resume(out, { backend: "wasm" })).diagnostics[0]?.message ?? "", new RegExp(`has ended early, after ${epochs} of its 40 epochs`));
});

test("two heads: each one's figures stand beside the first's, and the loss is their weighted sum", async () => {
  const out = fresh();
  await start(out, {}, { epochs: 1, earlyStopping: null });
  for (const line of lines(out)) {
    assertSchema("metrics", line);
    const { digit, again } = JSON.parse(JSON.stringify(line["outputs"]));
    assert.equal(Object.keys(digit), ["loss", "accuracy", "top5"]);
    assert.equal([line["accuracy"], line["top5"]], [digit.accuracy, digit.top5]);
    // The sum is made in float32 on the device.
    assert.ok(Math.abs((line["loss"] ?? NaN) - (digit.loss + 0.4 * again.loss)) < 1e-5);
  }
  const measured = await evaluate(out, { backend: "wasm" });
  assert.is(measured.status, "ok");
  if (measured.status !== "ok") return;
  assertSchema("eval", { version: 1, run: out, ...measured.value });
  assert.equal(Object.keys(measured.value.outputs ?? {}), ["digit", "again"]);
  assert.is(measured.value.outputs?.["digit"]?.confusion, measured.value.confusion);
});

test("interrupted anywhere, it goes on with equal numbers and ends in the same epoch", async () => {
  const [whole, parts] = [fresh(), fresh()];
  await start(whole);
  for (const steps of [10, 26, 42]) {
    const controller = new AbortController();
    const stop: TrainOptions = { backend: "wasm", signal: controller.signal, onEvent: (event) => event.type === "step" && event.step >= steps && controller.abort() };
    await (existsSync(parts) ? resume(parts, stop) : start(parts, stop));
  }
  assert.is(text(parts, "last"), "42\n", "in the middle of an epoch");
  assert.is((await resume(parts, { backend: "wasm" })).status, "finished");
  assert.is(text(parts, "metrics.jsonl"), text(whole, "metrics.jsonl"));
  assert.is(text(parts, "best"), text(whole, "best"));
  for (const file of ["weights", "optimizer"]) {
    const of = (run: string): string => join(run, "checkpoints", text(run, "last").trim(), `${file}.safetensors`);
    assert.equal([...readSafetensors(of(parts))], [...readSafetensors(of(whole))]);
  }
});

test("a checkpoint whose memory is none is refused", async () => {
  const out = fresh();
  await start(out, {}, { epochs: 1 });
  const state = join(out, "checkpoints", text(out, "last").trim(), "state.json");
  const good = readFileSync(state, "utf8");
  for (const [from, to] of [['"waited": 0', '"waited": "long"'], ['"share": 1', '"share": null'], ['"counts": [', '"counts": ["x", ']] as const) {
    const bad = good.replace(from, to);
    writeFileSync(state, bad === good ? good.replace('"heads": []', '"heads": [{}]') : bad);
    writeFileSync(join(out, "recipe.json"), text(out, "recipe.json").replace('"epochs": 1', '"epochs": 2'));
    assert.match((await resume(out, { backend: "wasm" })).diagnostics[0]?.code ?? "", /^CNN8004/);
  }
});

test.run();
