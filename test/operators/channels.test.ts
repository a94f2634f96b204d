import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inferAll, output, print, problem, weights } from "../helpers/infer.ts";

const test = suite("split, channel_shuffle, scale");

const parts = (given: number | readonly number[], flow: string): readonly string[] =>
  inferAll("split", { parts: given }, flow).map(({ outputShape }) => print(outputShape));

test("split into equal parts or a list of them", () => {
  assert.equal(parts(2, "116@28x28"), ["58@28x28", "58@28x28"]); // ShuffleNet V2
  assert.equal(parts([24, 40], "64@8x8"), ["24@8x8", "40@8x8"]);
  assert.equal(parts(4, "8"), ["2", "2", "2", "2"]);
  assert.equal(inferAll("split", { parts: [24, 40] }, "64@8x8").map(({ attributes }) => attributes), [
    { from: 0, channels: 24 },
    { from: 24, channels: 40 },
  ]);
});

test("the parts make up the channels", () => {
  assert.equal(problem("split", { parts: 3 }, "64@8x8"), {
    code: "CNN4009",
    message: "cannot split 64@8x8: 64 / 3 = 21.33 is not whole",
    at: "parts",
    fixes: ["parts=[21, 21, 22]"],
    flow: undefined,
  });
  const list = problem("split", { parts: [24, 32] }, "64@8x8");
  assert.is(list.message, "cannot split 64@8x8: 24 + 32 = 56, not 64");
  assert.equal(list.fixes, ["parts=[24, 40]"]);
  assert.equal(problem("split", { parts: [64, 32] }, "64@8x8").fixes, []);
});

test("channel_shuffle keeps the shape", () => {
  assert.is(output("channel_shuffle", { groups: 2 }, "116@28x28"), "116@28x28");
  assert.equal(problem("channel_shuffle", { groups: 5 }, "116@28x28").fixes, ["groups=4"]);
});

test("scale: one factor a channel, called by the path", () => {
  assert.is(weights("scale", {}, "96@56x56"), "(path) 96x1x1"); // ConvNeXt
  assert.is(weights("scale", {}, "96@100"), "(path) 96x1");
  assert.is(weights("scale", {}, "96@4x8x8"), "(path) 96x1x1x1");
  assert.is(weights("scale", {}, "96"), "(path) 96");
});

test.run();
