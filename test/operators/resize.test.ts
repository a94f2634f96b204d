import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem } from "../helpers/infer.ts";

const test = suite("upsample, pixel_shuffle");

test("upsample by a factor or to a size", () => {
  assert.is(output("upsample", { factor: 2 }, "64@28x28"), "64@56x56");
  assert.is(output("upsample", { factor: [1, 3] }, "64@28x28"), "64@28x84");
  assert.is(output("upsample", { size: [100, 120] }, "64@28x28"), "64@100x120");
  assert.is(output("upsample", { factor: 4, mode: "linear" }, "64@25"), "64@100");
  assert.is(output("upsample", { factor: 2, mode: "trilinear" }, "64@4x8x8"), "64@8x16x16");
  const { attributes } = infer("upsample", { factor: 2, mode: "bilinear", align_corners: true }, "64@28x28");
  assert.equal(attributes, { size: [56, 56], mode: "bilinear", alignCorners: true });
});

test("exactly one of factor and size", () => {
  const neither = problem("upsample", {}, "64@28x28");
  assert.is(neither.message, "upsample needs exactly one of factor and size; neither is given");
  assert.equal(neither.fixes, ["factor=2"]);
  assert.equal(problem("upsample", { factor: 2, size: 56 }, "64@28x28"), {
    code: "CNN4011",
    message: "upsample needs exactly one of factor and size; both are given",
    at: "size",
    fixes: ["without size"],
    flow: undefined,
  });
});

test("the interpolation fits the axes, and aligned corners an interpolation", () => {
  assert.equal(problem("upsample", { factor: 2, mode: "bilinear" }, "64@100"), {
    code: "CNN4012",
    message: "mode=bilinear works on feature maps (C@HxW), but a sequence 64@100 flows here",
    at: "mode",
    fixes: ["mode=linear"],
    flow: "64@200",
  });
  assert.equal(problem("upsample", { factor: 2, mode: "linear" }, "64@4x8x8").fixes, ["mode=trilinear"]);
  assert.equal(problem("upsample", { factor: 2, align_corners: true }, "64@28x28"), {
    code: "CNN4023",
    message: "align_corners=true has no meaning for mode=nearest, which interpolates nothing",
    at: "align_corners",
    fixes: ["without align_corners"],
    flow: "64@56x56",
  });
  assert.is(problem("upsample", { factor: 2 }, "64").code, "CNN4002");
});

test("pixel_shuffle turns channels into pixels", () => {
  assert.is(output("pixel_shuffle", { factor: 3 }, "27@32x32"), "3@96x96"); // ESPCN
  assert.equal(problem("pixel_shuffle", { factor: 2 }, "30@32x32"), {
    code: "CNN4017",
    message: "30 channels do not unfold into 2x2 pixels: 30 / 4 = 7.5 is not whole",
    at: "factor",
    fixes: [],
    flow: undefined,
  });
  assert.is(problem("pixel_shuffle", { factor: 2 }, "32@100").message, "pixel_shuffle works on feature maps (C@HxW), but a sequence 32@100 flows here");
});

test.run();
