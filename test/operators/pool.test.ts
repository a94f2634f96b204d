import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem } from "../helpers/infer.ts";

const test = suite("maxpool, avgpool");

test("the stride is the kernel unless given", () => {
  assert.is(output("maxpool", { kernel: 2 }, "64@32x32"), "64@16x16");
  assert.is(output("avgpool", { kernel: [1, 4] }, "64@32x32"), "64@32x8");
  assert.is(output("maxpool", { kernel: 3, stride: 2, pad: 1 }, "64@112x112"), "64@56x56"); // ResNet
  assert.is(output("maxpool", { kernel: 3, stride: 2 }, "96@55x55"), "96@27x27"); // AlexNet
});

test("rounding: down as a rule, up with ceil", () => {
  assert.is(output("maxpool", { kernel: 3, stride: 2 }, "96@54x54"), "96@26x26");
  assert.is(output("maxpool", { kernel: 3, stride: 2, ceil: true }, "96@54x54"), "96@27x27"); // SqueezeNet 1.0
  assert.is(output("maxpool", { kernel: 3, stride: 2, ceil: true }, "96@2x2"), "96@1x1");
});

test("ceil drops a window that would start in the far padding", () => {
  assert.is(output("maxpool", { kernel: 2, stride: 2, pad: 1, ceil: true }, "1@3"), "1@2");
  assert.is(output("maxpool", { kernel: 1, stride: 3, ceil: true }, "1@5"), "1@2");
});

test("what codegen reads: the padding, and how far the last window hangs over", () => {
  assert.equal(infer("maxpool", { kernel: 3, stride: 2, ceil: true }, "96@54x55").attributes, {
    kernel: [3, 3],
    stride: [2, 2],
    padding: [[0, 0], [0, 0]],
    overhang: [1, 0],
    dilation: [1, 1],
    ceil: true,
  });
  assert.equal(infer("avgpool", { kernel: 3, stride: 2, pad: "same" }, "8@6x5").attributes, {
    kernel: [3, 3],
    stride: [2, 2],
    padding: [[0, 1], [1, 1]],
    overhang: [0, 0],
    ceil: false,
    countPadding: false,
  });
});

test("a window that does not fit", () => {
  assert.equal(problem("maxpool", { kernel: 20 }, "16@12x12"), {
    code: "CNN4001",
    message: "a 20x20 kernel does not fit 16@12x12: the output height would be ⌊(12 + 2·0 − 20) / 20⌋ + 1 = 0",
    at: "kernel",
    fixes: ["kernel=12x12"],
    flow: undefined,
  });
  assert.is(problem("avgpool", { kernel: 2 }, "16").code, "CNN4002");
});

test("padding is at most half the kernel", () => {
  assert.equal(problem("maxpool", { kernel: 3, stride: 2, pad: 2 }, "16@8x8"), {
    code: "CNN4008",
    message: "padding 2 is more than half of the kernel's 3: maxpool would take windows of nothing but padding",
    at: "pad",
    fixes: ["pad=1"],
    flow: "16@5x5",
  });
  assert.is(problem("avgpool", { kernel: 2, pad: [[0, 2], [0, 0]] }, "16@8x8").code, "CNN4008");
  assert.is(output("maxpool", { kernel: 2, pad: 1 }, "16@8x8"), "16@5x5");
});

test.run();
