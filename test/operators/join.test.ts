import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem } from "../helpers/infer.ts";

const test = suite("add, mul, concat, identity");

test("equal shapes, of any number", () => {
  assert.is(output("add", {}, "64@56x56", "64@56x56"), "64@56x56");
  assert.is(output("mul", {}, "10", "10", "10"), "10");
});

test("a vector is spread over a map", () => {
  assert.is(output("mul", {}, "64@56x56", "64"), "64@56x56"); // squeeze-and-excitation
  assert.is(output("add", {}, "64", "64@56x56"), "64@56x56");
  assert.equal(infer("mul", {}, "64@8x8", "64").attributes, {
    aligned: [{ channels: 64, axes: [8, 8] }, { channels: 64, axes: [1, 1] }],
  });
});

test("a map of one pixel gates silently, but is added with a warning", () => {
  assert.is(output("mul", {}, "64@56x56", "64@1x1"), "64@56x56"); // MobileNetV3
  assert.equal(problem("add", {}, "64@56x56", "64@1x1"), {
    code: "CNN4018",
    message: "add spreads 64@1x1 over every position of 64@56x56; is a layer of another size meant?",
    at: 1,
    fixes: [],
    flow: "64@56x56",
  });
  assert.is(output("add", { broadcast: true }, "64@56x56", "64@1x1"), "64@56x56");
  assert.is(output("add", {}, "64@1x1", "64@1x1"), "64@1x1");
});

test("other sizes of 1 are spread only where asked", () => {
  assert.is(output("mul", { broadcast: true }, "64@56x56", "1@56x56"), "64@56x56"); // spatial attention (CBAM)
  assert.is(output("add", { broadcast: true }, "64@56x1", "1@1x56"), "64@56x56");
  assert.equal(problem("mul", {}, "64@56x56", "1@56x56"), {
    code: "CNN4005",
    message: "mul needs equal shapes, but 64@56x56 meets 1@56x56: 64 against 1 channels",
    at: 1,
    fixes: ["broadcast=true"],
    flow: "64@56x56",
  });
});

test("shapes that differ: both are shown, and the first flows on", () => {
  assert.equal(problem("add", {}, "64@56x56", "128@28x28"), {
    code: "CNN4005",
    message: "add needs equal shapes, but 64@56x56 meets 128@28x28: 64 against 128 channels, height 56 against 28, width 56 against 28",
    at: 1,
    fixes: ["input 0 -> conv 128 1 stride=2"],
    flow: "64@56x56",
  });
  const third = problem("add", {}, "64@8x8", "64", "32@8x8");
  assert.is(third.message, "add needs equal shapes, but 64@8x8 meets 32@8x8: 64 against 32 channels");
  assert.is(third.at, 2);
  assert.is(problem("add", {}, "64@8x8", "64@8").message, "add needs equal shapes, but 64@8x8 meets 64@8: a feature map against a sequence");
});

test("concat stacks channels", () => {
  assert.is(output("concat", {}, "64@28x28", "128@28x28", "32@28x28", "32@28x28"), "256@28x28"); // GoogLeNet 3a
  assert.is(output("concat", {}, "64", "64"), "128");
  assert.is(output("concat", {}, "64@100", "8@100"), "72@100");
});

test("concat needs one size", () => {
  assert.equal(problem("concat", {}, "64@57x57", "64@56x56"), {
    code: "CNN4006",
    message: "concat stacks channels, so all other sizes must agree, but 64@57x57 meets 64@56x56: height 57 against 56, width 57 against 56",
    at: 1,
    fixes: ["input 1 -> pad [[0, 1], [0, 1]]"],
    flow: undefined,
  });
  assert.is(problem("concat", {}, "64@8x8", "64").message.endsWith("a feature map against a vector"), true);
});

test("a join needs two inputs", () => {
  for (const name of ["add", "mul", "concat"] as const) {
    assert.equal(problem(name, {}, "64@8x8"), {
      code: "CNN4021",
      message: `${name} joins two inputs or more, but only one reaches it`,
      at: undefined,
      fixes: [],
      flow: "64@8x8",
    });
  }
});

test("identity", () => {
  assert.is(output("identity", {}, "64@8x8"), "64@8x8");
});

test.run();
