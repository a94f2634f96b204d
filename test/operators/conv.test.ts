import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem, weights } from "../helpers/infer.ts";

const test = suite("conv, depthwise, separable");

test("sizes of well-known first layers", () => {
  assert.is(output("conv", { filters: 6, kernel: 5 }, "1@28x28"), "6@24x24"); // LeNet-5 without its border
  assert.is(output("conv", { filters: 96, kernel: 11, stride: 4 }, "3@227x227"), "96@55x55"); // AlexNet, 2012
  assert.is(output("conv", { filters: 64, kernel: 3, pad: 1 }, "3@224x224"), "64@224x224"); // VGG
  assert.is(output("conv", { filters: 64, kernel: 7, stride: 2, pad: 3 }, "3@224x224"), "64@112x112"); // ResNet
  assert.is(output("conv", { filters: 96, kernel: 4, stride: 4 }, "3@224x224"), "96@56x56"); // ConvNeXt
});

test("one, two and three dimensions, by the flow", () => {
  assert.is(output("conv", { filters: 16, kernel: 9 }, "2@100"), "16@92");
  assert.is(output("conv", { filters: 16, kernel: [1, 7], pad: [0, 3] }, "2@17x17"), "16@17x17");
  assert.is(output("conv", { filters: 16, kernel: 3, pad: 1, stride: [1, 2, 2] }, "3@16x112x112"), "16@16x56x56");
});

test("padding: before and after apart, and TensorFlow's same", () => {
  assert.is(output("conv", { filters: 8, kernel: 3, stride: 2, pad: [[0, 1], [0, 1]] }, "3@224x224"), "8@112x112");
  assert.is(output("conv", { filters: 8, kernel: 3, stride: 2, pad: "same" }, "3@225x224"), "8@113x112");
  assert.equal(infer("conv", { filters: 8, kernel: 3, stride: 2, pad: "same" }, "3@225x224").attributes, {
    filters: 8,
    kernel: [3, 3],
    stride: [2, 2],
    padding: [[1, 1], [0, 1]],
    dilation: [1, 1],
    groups: 1,
    bias: true,
    mode: "zeros",
  });
});

test("dilation spreads the taps", () => {
  assert.is(output("conv", { filters: 8, kernel: 3, dilation: 2 }, "3@32x32"), "8@28x28");
  assert.is(output("conv", { filters: 8, kernel: 3, dilation: 4, pad: 4 }, "3@32x32"), "8@32x32");
});

test("weights and multiply-accumulates", () => {
  const lenet = infer("conv", { filters: 6, kernel: 5 }, "1@28x28");
  assert.is(weights("conv", { filters: 6, kernel: 5 }, "1@28x28"), "weight 6x1x5x5, bias 6");
  assert.is(lenet.macs, 24 * 24 * 6 * 25);
  assert.is(weights("conv", { filters: 128, kernel: 3, groups: 32, bias: false }, "128@56x56"), "weight 128x4x3x3"); // ResNeXt-50 32x4d
  assert.is(infer("conv", { filters: 128, kernel: 3, groups: 32, pad: 1, bias: false }, "128@56x56").macs, 56 * 56 * 128 * 4 * 9);
});

test("a depthwise convolution is one with as many groups as channels", () => {
  const depthwise = infer("depthwise", { kernel: 3, stride: 2, pad: 1, bias: false }, "64@112x112");
  assert.equal(depthwise, infer("conv", { filters: 64, kernel: 3, stride: 2, pad: 1, groups: 64, bias: false }, "64@112x112"));
  assert.is(weights("depthwise", { kernel: 3, multiplier: 2 }, "32@8x8"), "weight 64x1x3x3, bias 64");
});

test("a separable convolution has two weights and one bias", () => {
  const args = { filters: 128, kernel: 3, pad: 1 };
  assert.is(output("separable", args, "64@147x147"), "128@147x147");
  assert.is(weights("separable", args, "64@147x147"), "depthwise.weight 64x1x3x3, pointwise.weight 128x64x1x1, pointwise.bias 128");
  assert.is(infer("separable", args, "64@147x147").macs, 147 * 147 * (64 * 9 + 64 * 128));
  assert.is(weights("separable", { ...args, bias: false }, "64@10"), "depthwise.weight 64x1x3, pointwise.weight 128x64x1");
});

test("a kernel that does not fit: the arithmetic, and what would fit", () => {
  assert.equal(problem("conv", { filters: 8, kernel: 7 }, "16@4x4"), {
    code: "CNN4001",
    message: "a 7x7 kernel does not fit 16@4x4: the output height would be (4 + 2·0 − 7) / 1 + 1 = −2",
    at: "kernel",
    fixes: ["pad=3", "kernel=4x4"],
    flow: undefined,
  });
  const strided = problem("depthwise", { kernel: [3, 5], stride: 2, dilation: 2, pad: [[0, 0], [0, 1]] }, "16@9x7");
  assert.is(strided.message, "a 3x5 kernel does not fit 16@9x7: the output width would be ⌊(7 + 0 + 1 − (2·(5 − 1) + 1)) / 2⌋ + 1 = 0");
  assert.equal(strided.fixes, ["kernel=3x4"]);
  assert.is(problem("separable", { filters: 8, kernel: 9 }, "16@5").message, "a kernel of 9 does not fit 16@5: the output length would be (5 + 2·0 − 9) / 1 + 1 = −3");
});

test("a vector has nothing to slide over", () => {
  assert.equal(problem("conv", { filters: 8, kernel: 3 }, "400"), {
    code: "CNN4002",
    message: "conv works on a map (C@HxW, C@L or C@DxHxW), but a vector of 400 flows here",
    at: 0,
    fixes: [],
    flow: undefined,
  });
});

test("groups that do not divide: the nearest that does", () => {
  assert.equal(problem("conv", { filters: 64, kernel: 1, groups: 5 }, "48@8x8"), {
    code: "CNN4003",
    message: "5 groups do not divide 48 input channels: 48 / 5 = 9.6 is not whole",
    at: "groups",
    fixes: ["groups=4"],
    flow: undefined,
  });
  const filters = problem("conv", { filters: 64, kernel: 1, groups: 3 }, "48@8x8");
  assert.is(filters.message, "3 groups do not divide 64 filters: 64 / 3 = 21.33 is not whole");
  assert.equal(filters.fixes, ["groups=2"]);
});

test("mirrored padding cannot reach beyond the map", () => {
  assert.is(output("conv", { filters: 8, kernel: 7, pad: 3, mode: "reflect" }, "3@4x4"), "8@4x4");
  assert.equal(problem("conv", { filters: 8, kernel: 9, pad: 4, mode: "reflect" }, "3@4x4"), {
    code: "CNN4014",
    message: "reflect padding of 4 needs more than the height of 4 can give: at most 3",
    at: "mode",
    fixes: ["without mode"],
    flow: undefined,
  });
  assert.is(output("conv", { filters: 8, kernel: 9, pad: 4, mode: "circular" }, "3@4x4"), "8@4x4");
  assert.is(problem("conv", { filters: 8, kernel: 11, pad: 5, mode: "circular" }, "3@4x4").code, "CNN4014");
});

test("counts beyond 2^53 are refused, never rounded", () => {
  const seen = problem("conv", { filters: 2 ** 30, kernel: 1 }, `${2 ** 30}@1x1`);
  assert.is(seen.code, "CNN4016");
  assert.is(seen.message, "this layer has 1.15e+18 weights, more than 2^53, the largest count that stays exact");
  assert.is(seen.flow, undefined);
});

test.run();
