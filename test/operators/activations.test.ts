import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, weights, type OperatorName } from "../helpers/infer.ts";

const names: readonly OperatorName[] = [
  "relu", "relu6", "selu", "silu", "hardswish", "hardsigmoid", "sigmoid", "tanh", "softplus", "mish",
  "leaky_relu", "elu", "gelu", "prelu", "softmax",
];

const test = suite("activations");

test("keep the shape and cost no multiply-accumulates", () => {
  for (const name of names) {
    for (const flow of ["10", "64@100", "64@56x56", "64@4x8x8"]) {
      assert.is(output(name, {}, flow), flow, name);
      assert.is(infer(name, {}, flow).macs, 0, name);
    }
  }
});

test("only prelu has a weight: one in all, or one a channel", () => {
  for (const name of names.filter((other) => other !== "prelu")) assert.is(weights(name, {}, "64@56x56"), "", name);
  assert.is(weights("prelu", {}, "64@56x56"), "weight 1");
  assert.is(weights("prelu", { over: "channels" }, "64@56x56"), "weight 64");
});

test("defaults are PyTorch's", () => {
  const attributes = (name: OperatorName) => infer(name, {}, "10").attributes;
  assert.equal(attributes("leaky_relu"), { slope: 0.01 });
  assert.equal(attributes("elu"), { alpha: 1 });
  assert.equal(attributes("gelu"), { approximate: "none" });
  assert.equal(attributes("softplus"), { beta: 1 });
  assert.equal(attributes("prelu"), { init: 0.25, over: "all" });
});

test.run();
