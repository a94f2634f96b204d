/** Initial weights are PyTorch's: the bounds of `init.json`, constants for norms. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, type Given, type OperatorName } from "../helpers/infer.ts";

const { layers }: { readonly layers: Readonly<Record<string, { readonly weight_shape: readonly number[]; readonly bound: number }>> } = JSON.parse(
  readFileSync(new URL("../goldens/init.json", import.meta.url), "utf8"),
);

const cases: Readonly<Record<string, readonly [OperatorName, Given, string]>> = {
  "conv 64 3x3, 32 channels in": ["conv", { filters: 64, kernel: 3 }, "32@8x8"],
  "conv 64 7x7, 3 channels in": ["conv", { filters: 64, kernel: 7 }, "3@8x8"],
  "conv 128 1x1, 256 channels in": ["conv", { filters: 128, kernel: 1 }, "256@8x8"],
  "conv 64 3x3 groups=4, 64 channels in": ["conv", { filters: 64, kernel: 3, groups: 4 }, "64@8x8"],
  "depthwise 3x3, 256 channels": ["depthwise", { kernel: 3 }, "256@8x8"],
  "conv (1-D) 64 5, 32 channels in": ["conv", { filters: 64, kernel: 5 }, "32@8"],
  "conv (3-D) 32 3x3x3, 16 channels in": ["conv", { filters: 32, kernel: 3 }, "16@8x8x8"],
  "transposed conv 32 2x2, 64 channels in": ["conv_transpose", { filters: 32, kernel: 2 }, "64@8x8"],
  "transposed conv 64 3x3 groups=4, 64 channels in": ["conv_transpose", { filters: 64, kernel: 3, groups: 4 }, "64@8x8"],
  "dense 256, 2048 in": ["dense", { units: 256 }, "2048"],
  "dense 10, 84 in": ["dense", { units: 10 }, "84"],
};

const test = suite("initial weights");

for (const [name, golden] of Object.entries(layers)) {
  test(name, () => {
    const program = cases[name];
    if (!program) throw new Error(`${name} is said in no way`);
    const [weight, bias] = infer(...program).weights;
    assert.equal(weight?.shape, golden.weight_shape);
    for (const { initializer } of [weight, bias].filter((tensor) => tensor !== undefined)) {
      assert.is(initializer.kind, "uniform");
      // The golden has nine digits.
      if (initializer.kind === "uniform") assert.ok(Math.abs(initializer.bound - golden.bound) < 1e-9);
    }
  });
}

test("norms, slopes and scales start at constants", () => {
  const start = (...use: Parameters<typeof infer>): string =>
    infer(...use)
      .weights.map(({ leaf, initializer }) => `${leaf || "(path)"} ${initializer.kind === "constant" ? initializer.value : "random"}`)
      .join(", ");
  assert.is(start("batchnorm", {}, "8@4x4"), "weight 1, bias 0, running_mean 0, running_var 1, num_batches_tracked 0");
  assert.is(start("layernorm", {}, "8@4x4"), "weight 1, bias 0");
  assert.is(start("groupnorm", { groups: 2 }, "8@4x4"), "weight 1, bias 0");
  assert.is(start("instancenorm", { affine: true }, "8@4x4"), "weight 1, bias 0");
  assert.is(start("prelu", {}, "8@4x4"), "weight 0.25");
  assert.is(start("scale", { init: 1e-6 }, "8@4x4"), "(path) 0.000001");
});

test.run();
