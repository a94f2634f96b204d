import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem, weights } from "../helpers/infer.ts";

const test = suite("conv_transpose");

test("sizes", () => {
  assert.is(output("conv_transpose", { filters: 512, kernel: 2, stride: 2 }, "1024@28x28"), "512@56x56"); // U-Net
  assert.is(output("conv_transpose", { filters: 64, kernel: 4, stride: 2, pad: 1 }, "128@16x16"), "64@32x32"); // DCGAN
  assert.is(output("conv_transpose", { filters: 21, kernel: 64, stride: 32 }, "21@7x7"), "21@256x256"); // FCN-32s
  assert.is(output("conv_transpose", { filters: 8, kernel: 3, stride: 2, pad: 1, output_pad: 1 }, "8@10"), "8@20");
  assert.is(output("conv_transpose", { filters: 8, kernel: 3, dilation: 2 }, "8@4x4x4"), "8@8x8x8");
});

test("weights have PyTorch's order: channels in, then filters of a group", () => {
  assert.is(weights("conv_transpose", { filters: 32, kernel: 2, stride: 2 }, "64@8x8"), "weight 64x32x2x2, bias 32");
  assert.is(weights("conv_transpose", { filters: 32, kernel: 3, groups: 4, bias: false }, "64@8x8"), "weight 64x8x3x3");
  assert.is(infer("conv_transpose", { filters: 32, kernel: 2, stride: 2 }, "64@8x8").macs, 8 * 8 * 64 * 32 * 4);
});

test("it undoes a convolution's size", () => {
  for (const [kernel, stride, pad] of [[3, 1, 1], [5, 1, 0], [4, 2, 1], [2, 2, 0]] as const) {
    const down = output("conv", { filters: 8, kernel, stride, pad }, "3@32x32");
    assert.is(output("conv_transpose", { filters: 3, kernel, stride, pad }, down), "3@32x32");
  }
});

test("output_pad is smaller than stride or dilation", () => {
  assert.equal(problem("conv_transpose", { filters: 8, kernel: 3, stride: 2, output_pad: 2 }, "8@4x4"), {
    code: "CNN4019",
    message: "output_pad=2 must be smaller than the stride 2 or the dilation 1",
    at: "output_pad",
    fixes: ["output_pad=1"],
    flow: undefined,
  });
});

test("padding that cuts everything away", () => {
  assert.equal(problem("conv_transpose", { filters: 8, kernel: 2, stride: 2, pad: 4 }, "8@4x3"), {
    code: "CNN4020",
    message: "the padding cuts away all that 8@4x3 gives: the output height would be (4 − 1)·2 − 2·4 + 2 + 0 = 0",
    at: "pad",
    fixes: ["pad=0"],
    flow: undefined,
  });
});

test("groups and vectors, as in conv", () => {
  assert.is(problem("conv_transpose", { filters: 8, kernel: 2, groups: 3 }, "8@4x4").code, "CNN4003");
  assert.is(problem("conv_transpose", { filters: 8, kernel: 2 }, "8").code, "CNN4002");
});

test.run();
