import { suite } from "uvu";
import * as assert from "uvu/assert";
import { output, problem } from "../helpers/infer.ts";

const test = suite("global and adaptive pools");

test("global pools give a vector", () => {
  for (const name of ["globalavgpool", "globalmaxpool"] as const) {
    assert.is(output(name, {}, "512@7x7"), "512");
    assert.is(output(name, {}, "64@100"), "64");
    assert.is(output(name, {}, "64@4x7x7"), "64");
  }
});

test("adaptive pools keep the map, of a wanted size that need not divide", () => {
  for (const name of ["adaptiveavgpool", "adaptivemaxpool"] as const) {
    assert.is(output(name, { size: 7 }, "512@10x13"), "512@7x7"); // VGG at another input
    assert.is(output(name, { size: [1, 2] }, "512@10x13"), "512@1x2");
    assert.is(output(name, { size: 6 }, "256@3x3"), "256@6x6");
    assert.is(output(name, { size: 1 }, "512@7x7"), "512@1x1");
  }
});

test("a vector has nothing to pool", () => {
  for (const name of ["globalavgpool", "globalmaxpool"] as const) assert.is(problem(name, {}, "512").code, "CNN4002");
  for (const name of ["adaptiveavgpool", "adaptivemaxpool"] as const) assert.is(problem(name, { size: 1 }, "512").code, "CNN4002");
});

test.run();
