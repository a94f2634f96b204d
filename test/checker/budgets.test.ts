/** Budgets: what a network must be, asserted where it is written. LeNet-5's numbers are counted by hand. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, codes, mistakes } from "../helpers/program.ts";

const test = suite("budgets");

// 6·(25 + 1) + 16·(6·25 + 1) + 120·(256 + 1) + 84·(120 + 1) + 10·(84 + 1) = 156 + 2416 + 30840 + 10164 + 850 = 44426 parameters;
// 6·24·24·25 + 16·8·8·150 + 256·120 + 120·84 + 84·10 = 86400 + 153600 + 30720 + 10080 + 840 = 281640 multiply-accumulates;
// 1 + 4 + 1 + 2·4 + 2·1 = 16 pixels seen.
const lenet = (budget: string): string => `model LeNet5(classes = 10) {
  input 1@28x28
  conv 6 5 -> tanh -> avgpool 2
  conv 16 5 -> tanh -> avgpool 2
  flatten
  dense 120 -> tanh
  dense 84 -> tanh
  dense classes
  assert ${budget}
}
`;

test("counts", () => {
  assert.is(codes(lenet("parameters == 44426, trainable == 44426, macs == 281640, receptive_field == 16")), "");
  assert.is(codes(lenet("parameters <= 50k, macs <= 0.3M, receptive_field >= 13")), "");
});

test("a budget that does not hold shows the number and the costliest layers", () => {
  const [found] = check(lenet("parameters <= 40k")).diagnostics;
  assert.is(found?.message, "parameters <= 40k does not hold: parameters = 44,426");
  assert.equal(found?.related.map(({ message, span }) => `${span.start.line}: ${message}`), [
    "6: dense_1: 30,840 parameters",
    "7: dense_2: 10,164 parameters",
    "4: conv_2: 2,416 parameters",
  ]);
});

test("each condition is told apart, and the message is what its author wrote", () => {
  assert.is(codes(lenet("parameters <= 40k, macs <= 300k, receptive_field >= 20")), "CNN3019 CNN3019");
  assert.equal(mistakes(lenet('macs <= 100k, "it must run on a watch"')), ["CNN3019 9:10 it must run on a watch (macs = 281,640)"]);
});

test("memory is bytes, and is compared with bytes", () => {
  // Weights 44426·4; the largest moment holds both sides of the first tanh or pool: conv_1 and tanh_1, 6·24·24 numbers each.
  assert.is(codes(lenet("memory == 205352B")), "");
  assert.is(codes(lenet("memory <= 1MiB, training_memory(32) <= 100MB, training_memory(1) < training_memory(2)")), "");
  assert.equal(mistakes(lenet("memory <= 1M")), ["CNN3025 9:10 memory (205 kB) and 1M cannot go together: only one of them is bytes"]);
  assert.is(codes(lenet("parameters <= 1MB")), "CNN3025");
});

test("arithmetic and parameters may stand in a budget", () => {
  assert.is(codes(lenet("parameters / classes <= 5000, min(parameters, macs) == parameters")), "");
});

test("budgets wait for arguments", () => {
  assert.is(codes(lenet("parameters <= 44426"), { arguments: { classes: 11 } }), "CNN3019");
});

test("budgets stand in models, conditions of blocks in blocks", () => {
  assert.is(codes(`block b { conv 8 1\n assert macs < 5 }\nmodel N {\n  input 3@8x8\n  b\n}`), "CNN3024");
});

test("a derived model's budget is of the derived model", () => {
  assert.is(codes(`${lenet("parameters <= 44426")}model Big = LeNet5(classes = 1000) { assert parameters <= 50k }\n`), "CNN3019 CNN3019");
});

test("a parameter of a metric's name is that parameter", () => {
  assert.is(codes("model N(macs = 5) {\n  input 3@8x8\n  conv macs 1\n  assert macs == 5\n}"), "");
});

test("no budget is held against a model with mistakes", () => {
  assert.is(codes(lenet("parameters <= 1").replace("avgpool 2", "avgpol 2")), "CNN2001");
});

test.run();
