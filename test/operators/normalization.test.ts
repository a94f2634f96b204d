import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem, weights } from "../helpers/infer.ts";

const test = suite("norms");

test("keep the shape, whatever it is", () => {
  for (const flow of ["64@56x56", "64@100", "64@4x8x8"]) {
    for (const name of ["batchnorm", "layernorm", "instancenorm", "localresponsenorm"] as const) assert.is(output(name, {}, flow), flow);
    assert.is(output("groupnorm", { groups: 32 }, flow), flow);
  }
  for (const name of ["batchnorm", "layernorm"] as const) assert.is(output(name, {}, "64"), "64");
});

test("batchnorm: scale, shift and running statistics", () => {
  const statistics = "running_mean 64, running_var 64, num_batches_tracked scalar";
  assert.is(weights("batchnorm", {}, "64@56x56"), `weight 64, bias 64, ${statistics}`);
  assert.is(weights("batchnorm", { affine: false }, "64"), statistics);
  const kinds = infer("batchnorm", {}, "64").weights.map(({ kind, dtype }) => dtype ?? kind);
  assert.equal(kinds, ["parameter", "parameter", "buffer", "buffer", "int64"]);
});

test("layernorm: over the channels of each position, or over everything", () => {
  assert.is(weights("layernorm", {}, "96@56x56"), "weight 96, bias 96");
  assert.is(weights("layernorm", { over: "all" }, "3@4x4"), "weight 3x4x4, bias 3x4x4");
  assert.is(weights("layernorm", { over: "all" }, "96"), "weight 96, bias 96");
});

test("groupnorm and instancenorm", () => {
  assert.is(weights("groupnorm", { groups: 8 }, "64@8x8"), "weight 64, bias 64");
  assert.is(weights("groupnorm", { groups: 8, affine: false }, "64@8x8"), "");
  assert.is(weights("instancenorm", {}, "64@8x8"), "");
  assert.is(weights("instancenorm", { affine: true }, "64@8x8"), "weight 64, bias 64");
});

test("groups must divide the channels", () => {
  assert.equal(problem("groupnorm", { groups: 32 }, "48@8x8"), {
    code: "CNN4003",
    message: "32 groups do not divide 48 channels: 48 / 32 = 1.5 is not whole",
    at: "groups",
    fixes: ["groups=24"],
    flow: undefined,
  });
});

test("instancenorm needs more than one position", () => {
  assert.is(problem("instancenorm", {}, "64").code, "CNN4002");
  assert.equal(problem("instancenorm", {}, "64@1x1"), {
    code: "CNN4022",
    message: "instancenorm subtracts each channel's mean over its positions, but 64@1x1 has one position: all would be 0",
    at: 0,
    fixes: [],
    flow: "64@1x1",
  });
});

test("localresponsenorm needs a map, as PyTorch's does", () => {
  assert.is(problem("localresponsenorm", {}, "64").code, "CNN4002");
  assert.equal(infer("localresponsenorm", { size: 5, alpha: 5e-4, k: 2 }, "96@55x55").attributes, { size: 5, alpha: 5e-4, beta: 0.75, k: 2 });
});

test.run();
