import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, output, problem } from "../helpers/infer.ts";

const test = suite("dropout, spatial_dropout, droppath");

test("keep the shape", () => {
  for (const flow of ["4096", "64@8x8"]) {
    assert.is(output("dropout", {}, flow), flow);
    assert.is(output("droppath", { p: 0.1 }, flow), flow);
  }
  assert.is(output("spatial_dropout", {}, "64@8x8"), "64@8x8");
  assert.equal(infer("dropout", {}, "4096").attributes, { p: 0.5 });
});

test("spatial_dropout drops whole channels of a map, so a vector wants dropout", () => {
  assert.equal(problem("spatial_dropout", { p: 0.2 }, "64"), {
    code: "CNN4002",
    message: "spatial_dropout works on a map (C@HxW, C@L or C@DxHxW), but a vector of 64 flows here",
    at: 0,
    fixes: ["dropout 0.2 instead"],
    flow: "64",
  });
});

test.run();
