/** Looking inside: filters, feature maps, receptive fields and class maps, of networks whose numbers are known by arithmetic. */

import * as tf from "@tensorflow/tfjs-core";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { featureMaps, inspect, safetensorsBytes, train } from "../../packages/runtime/src/index.ts";
import { drawFilters, effectiveField } from "../../packages/runtime/src/inspect/inspect.ts";
import { mapLayer, mapName } from "../../packages/runtime/src/inspect/feature-maps.ts";
import { layerOutputs } from "../../packages/runtime/src/inspect/observe.ts";
import { framed, shade } from "../../packages/runtime/src/inspect/planes.ts";
import { middleOf, receptiveField } from "../../packages/runtime/src/inspect/receptive-field.ts";
import { buildNetwork, disposeNetwork } from "../../packages/runtime/src/train/network.ts";
import type { NamedArrays } from "../../packages/runtime/src/weights/safetensors.ts";
import { startBackend } from "../helpers/backends.ts";
import { grayPng } from "../helpers/png.ts";
import { modelOf } from "../helpers/program.ts";

const folder = mkdtempSync(join(tmpdir(), "cnn-inspect-"));
writeFileSync(join(folder, "package.json"), "{}");

const array = (shape: readonly number[], values: readonly number[]) => ({ shape, values: Float32Array.from(values) });
const times = (count: number, value: number): readonly number[] => Array.from({ length: count }, () => value);

/** A run of this network, whose weights are then these. Images are not normalised: white is 1. */
async function runOf(name: string, layers: string, weights: NamedArrays): Promise<{ readonly run: string; readonly weights: string }> {
  const [file, run] = [join(folder, `${name}.cnn`), join(folder, name)];
  writeFileSync(file, `model Net(classes = 10) {\n  input 1@28x28\n  ${layers}\n}\n`);
  const { status, diagnostics } = await train({ model: file, data: { format: "digits", limit: 40, validation: null, normalize: null }, epochs: 1, seed: 1 }, { out: run, backend: "wasm" });
  assert.is(status, "finished", JSON.stringify(diagnostics));
  writeFileSync(join(folder, `${name}.safetensors`), safetensorsBytes(weights));
  return { run, weights: join(folder, `${name}.safetensors`) };
}

/** One filter takes the pixel in its middle, the other what the pixel to the right has more than the one to the left. */
const filters = array([2, 1, 3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0]);

/** A white bar of 5 columns, from column 10, on black. */
const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i % 28 >= 10 && i % 28 < 15 ? 255 : 0));
const image = join(folder, "bar.png");
writeFileSync(image, grayPng(pixels, 28));

/** What both filters and a relu make of it, row by row alike: the bar, and its left edge. Maps are 26 wide, and begin at column 1. */
const bar = Array.from({ length: 26 }, (_, x) => Number(x + 1 >= 10 && x + 1 < 15));
const edge = Array.from({ length: 26 }, (_, x) => Number(x + 2 >= 10 && x + 2 < 15 && !(x >= 10 && x < 15)));
const rows = (row: readonly number[]): readonly number[] => times(26, 0).flatMap(() => row);

const test = suite("inspect");

let pooled: Awaited<ReturnType<typeof runOf>>;
let flat: typeof pooled;
test.before(async () => {
  // Class 7 takes 3 of the bar and −2 of the edge; the others take nothing.
  const dense = array([10, 2], Array.from({ length: 20 }, (_, i) => (i === 14 ? 3 : i === 15 ? -2 : 0)));
  pooled = await runOf("pooled", "conv 2 3 -> relu -> globalavgpool -> dense classes", new Map([["conv_1.weight", filters], ["conv_1.bias", array([2], [0, 0])], ["dense_1.weight", dense], ["dense_1.bias", array([10], times(10, 0))]]));
  const wide = array([10, 1352], Array.from({ length: 13_520 }, (_, i) => (Math.floor(i / 1352) !== 3 ? 0 : i % 1352 < 676 ? 0.5 : -0.25)));
  flat = await runOf("flat", "conv 2 3 -> relu -> flatten -> dense classes", new Map([["conv_1.weight", filters], ["conv_1.bias", array([2], [0, 0])], ["dense_1.weight", wide], ["dense_1.bias", array([10], times(10, 0))]]));
});

test("featureMaps: what the layers make of an image, channels first", async () => {
  const result = await featureMaps(pooled.run, image, { weights: pooled.weights, backend: "wasm" });
  if (result.status !== "ok") throw new Error(JSON.stringify(result));
  assert.equal(result.value.map(({ path, channels, height, width }) => [path, channels, height, width]), [["conv_1", 2, 26, 26], ["relu_1", 2, 26, 26]]);
  assert.equal([...(result.value[1]?.values ?? [])], [...rows(bar), ...rows(edge)]);
  const right = bar.map((_, x) => Number(x + 2 >= 10 && x + 2 < 15) - Number(x >= 10 && x < 15));
  assert.equal([...(result.value[0]?.values ?? [])], [...rows(bar), ...rows(right)]);
  const one = await featureMaps(pooled.run, image, { layers: ["relu_1"], backend: "wasm" });
  assert.equal(one.status === "ok" && one.value.map(({ path }) => path), ["relu_1"]);
});

test("featureMaps: layers without a map, and none at all", async () => {
  const messages = async (path: string) => (await featureMaps(pooled.run, image, { layers: [path], backend: "wasm" })).diagnostics.map(({ code, message }) => `${code} ${message}`);
  assert.equal(await messages("dense_1"), ["CNN8401 dense_1 is no feature map of Net: it is 10"]);
  assert.equal(await messages("relu1"), ["CNN8401 relu1 is no feature map of Net: there is no layer of that path; did you mean relu_1?"]);
  assert.equal((await featureMaps(pooled.run, join(folder, "none.png"), { backend: "wasm" })).diagnostics.map(({ code }) => code), ["CNN7015"]);
});

test("a class-activation map, where a global pool and a dense layer end the net", async () => {
  const result = await inspect(pooled.run, image, { weights: pooled.weights, backend: "wasm", out: join(folder, "cam") });
  if (result.status !== "ok") throw new Error(JSON.stringify(result));
  const { seen, classMap } = result.value;
  assert.equal([seen?.label, classMap?.method, classMap?.path, classMap?.class, classMap?.height, classMap?.width], ["7", "cam", "relu_1", 7, 26, 26]);
  assert.equal([...(classMap?.values ?? [])], rows(bar.map((on, x) => 3 * on - 2 * (edge[x] ?? 0))));
});

test("Grad-CAM elsewhere: channels weigh by their mean gradient, and only what speaks for the class is kept", async () => {
  const result = await inspect(flat.run, image, { weights: flat.weights, backend: "wasm", out: join(folder, "grad") });
  if (result.status !== "ok") throw new Error(JSON.stringify(result));
  const { seen, classMap } = result.value;
  assert.equal([seen?.label, classMap?.method, classMap?.path], ["3", "grad-cam", "relu_1"]);
  const expected = rows(bar.map((on, x) => Math.max(0, 0.5 * on - 0.25 * (edge[x] ?? 0))));
  // A mean of 676 equal numbers in float32.
  assert.ok(expected.every((value, i) => Math.abs(value - (classMap?.values[i] ?? NaN)) < 1e-6));
});

test("page and pictures; the first image of the data without a file; one layer, one unit", async () => {
  const out = join(folder, "own");
  const result = await inspect(pooled.run, undefined, { weights: pooled.weights, backend: "wasm", out, layer: "conv_1", unit: [0, 25] });
  if (result.status !== "ok") throw new Error(JSON.stringify(result));
  const { field, files, page, maps, image: name, seen } = result.value;
  assert.equal(field, { top: 0, left: 25, bottom: 3, right: 28, layer: "conv_1", unit: [0, 25] });
  assert.equal(maps.map(({ path }) => path), ["conv_1"]);
  assert.equal([name, typeof seen?.is], ["the first test image", "string"]);
  for (const file of files) assert.equal([...readFileSync(file).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47], file);
  assert.match(readFileSync(page, "utf8"), "What the unit 0, 25 of conv_1 can see: rows 0 to 2, columns 25 to 27");
  const outside = await inspect(pooled.run, image, { backend: "wasm", unit: [26, 0] });
  assert.equal(outside.diagnostics.map(({ code, message }) => `${code} ${message}`), ["CNN8402 relu_1 has no unit 26,0: it is 2@26x26"]);
});

test("no tensor is left behind", async () => {
  const before = tf.memory().numTensors;
  await inspect(flat.run, image, { weights: flat.weights, backend: "wasm", out: join(folder, "memory") });
  await featureMaps(flat.run, image, { backend: "wasm" });
  assert.is(tf.memory().numTensors, before);
});

test.run();

const fields = suite("receptive fields");

/** Windows of every kind, all of whose weights are 1: what a unit is depends on each pixel that it sees. */
const program = `model Net {
  input 1@28x28
  conv 1 3 pad=1 bias=false -> conv 1 3x5 stride=2 bias=false -> maxpool 3 stride=2 pad=1
  conv 1 3 dilation=2 pad=2 bias=false -> avgpool 2 stride=1
  globalavgpool -> dense 2
}
`;

fields("what an impulse at each pixel says", async () => {
  await startBackend("wasm");
  const model = modelOf(program);
  const ones = new Map(model.layers.flatMap(({ weights }) => weights.map(({ name, shape }) => [name, array(shape, times(shape.reduce((product, n) => product * n, 1), 1))] as const)));
  const network = await buildNetwork(model, ones);
  const paths = ["conv_1", "conv_2", "maxpool_1", "conv_3", "avgpool_1"];
  const impulses = tf.reshape(tf.eye(784), [784, 28, 28, 1]);
  const { layers, outputs } = layerOutputs(network, impulses, new Set(paths));
  for (const path of paths) {
    const layer = mapLayer(model, path);
    const [height = 1, width = 1] = layer.outputShape.axes;
    const values = (await layers.get(path)?.data()) ?? [];
    // At the border, what a dilated window has in the padding may be the only place of it that far out.
    const isDilated = path === "conv_3" || path === "avgpool_1";
    for (const unit of isDilated ? [middleOf(layer)] : ([[0, 0], middleOf(layer), [height - 1, width - 1], [1, width - 2]] as const)) {
      const seen = Array.from({ length: 784 }, (_, pixel) => pixel).filter((pixel) => values[pixel * height * width + unit[0] * width + unit[1]] !== 0);
      const [ys, xs] = [seen.map((pixel) => Math.floor(pixel / 28)), seen.map((pixel) => pixel % 28)];
      const expected = { top: Math.min(...ys), left: Math.min(...xs), bottom: Math.max(...ys) + 1, right: Math.max(...xs) + 1 };
      assert.equal(receptiveField(model, layer, unit), expected, `${path} ${unit.join()}`);
    }
  }
  tf.dispose([impulses, ...layers.values(), ...outputs.values()]);
  disposeNetwork(network);
});

fields("the effective field: how many ways lead from a pixel to a unit, where all weights are 1", async () => {
  const model = modelOf("model Net {\n  input 1@8x8\n  conv 1 3 bias=false -> conv 2 3 bias=false -> globalavgpool -> dense 2\n}\n");
  const ones = new Map(model.layers.flatMap(({ weights }) => weights.map(({ name, shape }) => [name, array(shape, times(shape.reduce((product, n) => product * n, 1), 1))] as const)));
  const network = await buildNetwork(model, ones);
  const input = tf.zeros([1, 8, 8, 1]);
  const { values } = await effectiveField({ network }, input, mapLayer(model, "conv_2"), [1, 2]);
  const ways = [0, 1, 2, 3, 2, 1, 0, 0];
  // Two channels, whose sum is looked at.
  assert.equal([...values], ways.flatMap((down) => [0, 0, 1, 2, 3, 2, 1, 0].map((right) => 2 * down * right)));
  input.dispose();
  disposeNetwork(network);
});

fields.run();

const pictures = suite("pictures of numbers");

pictures("filters: black, gray and white are −1, 0 and 1 of the largest", () => {
  const { width, data } = drawFilters({ channels: 2, inputs: 1, height: 3, width: 3, values: filters.values });
  // Each weight is 19 pixels wide, behind a gap of 2; the filters stand side by side.
  const at = (filter: number, y: number, x: number): number => data[((2 + y * 19 + 9) * width + 2 + filter * 59 + x * 19 + 9) * 3] ?? -1;
  assert.equal([at(0, 1, 1), at(0, 0, 0), at(1, 1, 0), at(1, 1, 1), at(1, 1, 2)], [255, 128, 0, 128, 255]);
  assert.equal([shade(2, 2, 6), shade(3, 2, 6), shade(6, 2, 6), shade(5, 5, 5)], [0, 64, 255, 128]);
});

pictures("the frame lies around the field", () => {
  const black = { height: 28, width: 28, channels: 1, data: new Uint8Array(784) };
  const { width, data } = framed(black, { top: 4, left: 6, bottom: 10, right: 20 });
  const red = Array.from({ length: data.length / 3 }, (_, i) => i).filter((i) => data[3 * i] === 255);
  const [ys, xs] = [red.map((i) => Math.floor(i / width)), red.map((i) => i % width)];
  // Ten pixels for one, and a line of two.
  assert.equal([Math.min(...ys), Math.max(...ys), Math.min(...xs), Math.max(...xs)], [38, 101, 58, 201]);
  assert.ok(!red.some((i) => Math.floor(i / width) >= 40 && Math.floor(i / width) < 100 && i % width >= 60 && i % width < 200));
});

pictures("a layer's name leads out of no folder", () => {
  assert.is(mapName(3, "../../etc/<passwd>"), "map-04-.._.._etc_passwd_");
});

pictures.run();
