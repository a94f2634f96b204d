import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem, weights } from "../helpers/infer.ts";

const test = suite("dense");

test("of a vector", () => {
  assert.is(output("dense", { units: 120 }, "400"), "120");
  assert.is(weights("dense", { units: 120 }, "400"), "weight 120x400, bias 120");
  assert.is(weights("dense", { units: 1, bias: false }, "84"), "weight 1x84");
  assert.is(infer("dense", { units: 120 }, "400").macs, 48_000);
});

test("at every position of a map, with the same weights", () => {
  const args = { units: 384, over: "channels" }; // ConvNeXt-T's first block
  assert.is(output("dense", args, "96@56x56"), "384@56x56");
  assert.is(weights("dense", args, "96@56x56"), "weight 384x96, bias 384");
  assert.is(infer("dense", args, "96@56x56").macs, 56 * 56 * 96 * 384);
});

test("on a map: flatten or a global pool before it, and the vector flows on", () => {
  assert.equal(problem("dense", { units: 10 }, "16@4x4"), {
    code: "CNN4004",
    message: "dense takes a vector, but 16@4x4 flows here",
    at: 0,
    fixes: ["flatten -> …", "globalavgpool -> …"],
    flow: "10",
  });
  assert.is(problem("dense", { units: 10 }, "512@1x1").code, "CNN4004");
});

test.run();
