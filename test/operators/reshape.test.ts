import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem } from "../helpers/infer.ts";

const test = suite("flatten, reshape, permute");

test("flatten", () => {
  assert.is(output("flatten", {}, "16@4x4"), "256");
  assert.is(output("flatten", {}, "3@224x224"), "150528");
  assert.is(output("flatten", {}, "256"), "256");
});

test("reshape keeps the count", () => {
  assert.is(output("reshape", { shape: "16@4x4" }, "256"), "16@4x4");
  assert.is(output("reshape", { shape: "64@64" }, "16@16x16"), "64@64");
  assert.equal(problem("reshape", { shape: "16@5x5" }, "32@5x7"), {
    code: "CNN4007",
    message: "32@5x7 holds 32·5·7 = 1120 values, 16@5x5 holds 16·5·5 = 400",
    at: "shape",
    fixes: [],
    flow: "16@5x5",
  });
  assert.equal(problem("reshape", { shape: "8@4x4" }, "256").fixes, ["shape=16@4x4"]);
  assert.is(problem("reshape", { shape: "8@4x4" }, "256").message, "256 holds 256 values, 8@4x4 holds 8·4·4 = 128");
});

test("permute names the result's axes in order", () => {
  assert.is(output("permute", { order: ["height", "width", "channels"] }, "3@32x40"), "32@40x3");
  assert.is(output("permute", { order: ["length", "channels"] }, "12@100"), "100@12");
  assert.is(output("permute", { order: ["channels", "width", "depth", "height"] }, "3@16x32x40"), "3@40x16x32");
  assert.equal(infer("permute", { order: ["height", "width", "channels"] }, "3@32x40").attributes, { order: [1, 2, 0] });
});

test("permute wants each axis of the flow once", () => {
  assert.equal(problem("permute", { order: ["width", "channels"] }, "3@32x40"), {
    code: "CNN4010",
    message: "permute names [width, channels], but 3@32x40 has the axes channels, height, width",
    at: "order",
    fixes: ["order=[width, channels, height]"],
    flow: undefined,
  });
  assert.equal(problem("permute", { order: ["channels", "height", "width"] }, "12@100").fixes, ["order=[channels, length]"]);
  assert.is(problem("permute", { order: ["channels", "channels", "width"] }, "3@32x40").code, "CNN4010");
  assert.is(problem("permute", { order: ["channels"] }, "256").code, "CNN4002");
});

test.run();
