/** Weights and data on their way between PyTorch's layout and TensorFlow.js's. */

import { dataLayout, toTensorFlow, toTorch, weightLayout, type Layout } from "@cnn-lang/codegen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, modelOf } from "../helpers/program.ts";

const test = suite("layout");

/** The layouts of a layer's weights of two axes or more. */
function layouts(line: string, input: string): readonly Layout[] {
  const [, layer] = modelOf(around(line, input)).layers;
  return layer?.weights.filter(({ shape }) => shape.length > 1).map((weight) => weightLayout(layer, weight)) ?? [];
}

const shapes = (line: string, input = "6@9x9"): string => layouts(line, input).map(({ torch, shape }) => `[${torch}] → [${shape}]`).join(", ");

test("each weight has the shape that its operation takes", () => {
  assert.is(shapes("conv 4 3x2"), "[4,6,3,2] → [3,2,6,4]");
  assert.is(shapes("conv 4 3 groups=2"), "[4,3,3,3] → [3,3,3,4]");
  assert.is(shapes("conv 4 5", "6@9"), "[4,6,5] → [5,6,4]");
  assert.is(shapes("conv 4 1x2x3", "6@9x9x9"), "[4,6,1,2,3] → [1,2,3,6,4]");
  assert.is(shapes("depthwise 3 multiplier=2"), "[12,1,3,3] → [3,3,6,2]");
  assert.is(shapes("separable 4 3"), "[6,1,3,3] → [3,3,6,1], [4,6,1,1] → [1,1,6,4]");
  assert.is(shapes("conv_transpose 4 3x2 groups=2"), "[6,2,3,2] → [3,2,2,6]");
  assert.is(shapes("dense 4", "6"), "[4,6] → [6,4]");
  assert.is(shapes("layernorm over=all", "6@2x3"), "[6,2,3] → [2,3,6], [6,2,3] → [2,3,6]");
  assert.is(shapes("scale"), "[6,1,1] → [6]");
});

test("values move with their axes, and come back", () => {
  const [layout] = layouts("conv 2 1x3", "2@4x4");
  if (!layout) throw new Error("conv has a weight");
  const torch = Float32Array.from({ length: 12 }, (_, index) => index);
  // Filter 0 is 0 1 2 over channel 0 and 3 4 5 over channel 1; the first column of all comes first.
  const stored = toTensorFlow(layout, torch);
  assert.equal([...stored], [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11]);
  assert.equal(toTorch(layout, stored), torch);
});

test("filter m of channel c of a depthwise convolution is number c · multiplier + m", () => {
  const [layout] = layouts("depthwise 1x2 multiplier=2", "2@4x4");
  if (!layout) throw new Error("depthwise has a weight");
  const torch = Float32Array.from({ length: 8 }, (_, index) => index);
  assert.equal([...toTensorFlow(layout, torch)], [0, 2, 4, 6, 1, 3, 5, 7]);
});

test("images go channels-last and come back", () => {
  const layout = dataLayout({ channels: 2, axes: [1, 3] }, 1);
  assert.equal(layout.shape, [1, 1, 3, 2]);
  const image = Float32Array.from([0, 1, 2, 10, 11, 12]);
  assert.equal([...toTensorFlow(layout, image)], [0, 10, 1, 11, 2, 12]);
  assert.equal(toTorch(layout, toTensorFlow(layout, image)), image);
});

test("a vector has one layout", () => {
  assert.equal(dataLayout({ channels: 5, axes: [] }, 3), { torch: [3, 5], permutation: [0, 1], shape: [3, 5] });
});

test.run();
