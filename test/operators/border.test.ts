import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem } from "../helpers/infer.ts";

const test = suite("pad, crop");

test("pad adds a border", () => {
  assert.is(output("pad", { amount: 2 }, "1@28x28"), "1@32x32"); // LeNet-5's border
  assert.is(output("pad", { amount: [0, 3] }, "8@10x10"), "8@10x16");
  assert.is(output("pad", { amount: [[2, 3], [0, 1]] }, "3@5x6"), "3@10x7");
  assert.is(output("pad", { amount: 3, mode: "reflect" }, "3@4x4"), "3@10x10");
  assert.is(output("pad", { amount: 9, mode: "replicate" }, "3@4x4"), "3@22x22");
});

test("pad channels=N shares zeros equally", () => {
  assert.is(output("pad", { channels: 32 }, "16@16x16"), "32@16x16"); // He et al.'s option A
  assert.is(output("pad", { channels: 12 }, "10"), "12");
  assert.equal(infer("pad", { channels: 32 }, "16@16x16").attributes, { channels: [8, 8], amount: [[0, 0], [0, 0]], mode: "zeros" });
  assert.equal(problem("pad", { channels: 33 }, "16@16x16"), {
    code: "CNN4015",
    message: "33 − 16 = 17 new channels cannot be shared equally between before and after",
    at: "channels",
    fixes: ["channels=34"],
    flow: undefined,
  });
  assert.is(problem("pad", { channels: 8 }, "16@16x16").message, "pad channels=8 cannot shrink 16 channels");
  assert.is(problem("pad", { channels: 32, mode: "reflect" }, "16@16x16").code, "CNN4024");
});

test("exactly one of amount and channels", () => {
  assert.is(problem("pad", {}, "16@16x16").message, "pad needs exactly one of amount and channels; neither is given");
  assert.equal(problem("pad", { amount: 1, channels: 32 }, "16@16x16").fixes, ["without channels"]);
});

test("a mirror ends at the far edge", () => {
  assert.equal(problem("pad", { amount: 4, mode: "reflect" }, "3@8x4"), {
    code: "CNN4014",
    message: "reflect padding of 4 needs more than the width of 4 can give: at most 3",
    at: "mode",
    fixes: ["without mode"],
    flow: "3@16x12",
  });
  assert.is(problem("pad", { amount: 1 }, "16").code, "CNN4002");
});

test("crop takes the centre, or a piece from a place", () => {
  assert.is(output("crop", { size: 56 }, "512@64x64"), "512@56x56"); // U-Net
  assert.equal(infer("crop", { size: 56 }, "512@64x64").attributes, { at: [4, 4], size: [56, 56] });
  assert.equal(infer("crop", { size: [4, 4] }, "8@7x9").attributes, { at: [1, 2], size: [4, 4] });
  assert.equal(infer("crop", { size: [4, 4], at: [0, 5] }, "8@7x9").attributes, { at: [0, 5], size: [4, 4] });
});

test("a crop lies inside its input", () => {
  assert.equal(problem("crop", { size: 8 }, "3@10x6"), {
    code: "CNN4013",
    message: "a crop of 8x8 does not lie inside 3@10x6: 8 exceeds its width of 6",
    at: "size",
    fixes: ["size=8x6"],
    flow: undefined,
  });
  const placed = problem("crop", { size: 4, at: [0, 3] }, "3@6x6");
  assert.is(placed.message, "a crop of 4x4 does not lie inside 3@6x6: 3 + 4 = 7 exceeds its width of 6");
  assert.equal(placed.fixes, ["without at"]);
  assert.is(problem("crop", { size: 4, at: [1] }, "3@6x6").message, "a crop of 4x4 does not lie inside 3@6x6: at has 1 number for 2 axes");
  assert.is(problem("crop", { size: 4 }, "64").code, "CNN4002");
});

test.run();
