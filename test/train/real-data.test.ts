/** Real trainings on real images end where PyTorch's do: within the scatter of three seeds. */

import type { WrittenRecipe } from "@cnn-lang/shape-checker";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { train } from "../../packages/runtime/src/index.ts";
import { sharedData, withData } from "../helpers/shared.ts";

interface Case {
  readonly runs: readonly { readonly train_loss: readonly number[]; readonly test_accuracy: readonly number[] }[];
}
const { cases }: { cases: Readonly<Record<string, Case>> } = JSON.parse(readFileSync("test/goldens/accuracy.json", "utf8"));

/** The mean over the seeds ± three standard deviations, and no less than `least`: 1,000 test images alone scatter by 0.015. */
function assertWithin(found: number, seeds: readonly number[], least: number, what: string): void {
  const mean = seeds.reduce((sum, value) => sum + value, 0) / seeds.length;
  const deviation = Math.sqrt(seeds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds.length - 1));
  const margin = Math.max(least, 3 * deviation);
  assert.ok(Math.abs(found - mean) <= margin, `${what}: ${found}, not ${mean} ± ${margin}`);
}

async function compare(name: string, recipe: WrittenRecipe): Promise<void> {
  const out = join(mkdtempSync(join(tmpdir(), "cnn-real-")), "run");
  const result = await train(recipe, { out, backend: "wasm" });
  assert.equal([result.status, result.diagnostics], ["finished", []]);
  const lines: readonly { split: string; loss: number; accuracy: number }[] = readFileSync(join(out, "metrics.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const runs = cases[name]?.runs ?? [];
  for (let epoch = 0; epoch < (recipe.epochs ?? 0); epoch += 1) {
    const at = (values: readonly number[]): number => values[epoch] ?? NaN;
    assertWithin(lines[2 * epoch]?.loss ?? NaN, runs.map((run) => at(run.train_loss)), 0.1, `training loss in epoch ${epoch + 1}`);
    assertWithin(lines[2 * epoch + 1]?.accuracy ?? NaN, runs.map((run) => at(run.test_accuracy)), 0.03, `test accuracy after epoch ${epoch + 1}`);
  }
}

const test = suite("real trainings");

withData(test, "mnist")("LeNet-5 on 6,000 images of MNIST", () =>
  compare("lenet5_mnist_first_6000", {
    model: "test/goldens/nets/lenet5.cnn",
    data: { format: "mnist", path: sharedData("mnist"), limit: 6000, validation: "test", normalize: { mean: [0.1307], std: [0.3081] } },
    batch: 64,
    epochs: 3,
  }),
);

withData(test, "cifar10")("SimpleCNN on 4,000 images of CIFAR-10, its first epoch", () =>
  compare("simplecnn_cifar10_4000", {
    model: "test/goldens/nets/simplecnn.cnn",
    data: { format: "cifar10", path: sharedData("cifar10"), validation: "test", normalize: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] } },
    batch: 128,
    epochs: 1,
  }),
);

/** Of `examples/cifar10.train.json`; the full ten epochs are within the scatter, too. */
withData(test, "cifar10")("the example's recipe for CIFAR-10, with flips and crops, its first epoch", () => {
  const { model, data, ...recipe } = JSON.parse(readFileSync("examples/cifar10.train.json", "utf8"));
  return compare("simplecnn_cifar10_4000_tutorial", { ...recipe, model: `examples/${model}`, data: { ...data, path: sharedData("cifar10") }, epochs: 1 });
});

test.run();
