/**
 * What the goldens leave out, against the definitions: numbers of axes, groups, dilations and borders together. All values
 * are small whole numbers and all operators linear near them, so outputs and gradients come out exactly.
 */

import type { Attributes, LayerOf, OperatorName } from "@cnn-lang/shape-checker";
import * as assert from "uvu/assert";
import { backendNames } from "../../packages/runtime/src/backends/backend.ts";
import { draws } from "../../packages/runtime/src/data/random.ts";
import { setExact } from "../../packages/runtime/src/wasm.ts";
import { suiteOn } from "../helpers/backends.ts";
import { load, run, weightsFrom, type Emitted } from "../helpers/emitted.ts";
import { around, modelOf } from "../helpers/program.ts";
import { batchOf, convolution, count, enlarged, pooled, read, transposedConvolution, type Batch } from "./reference.ts";

/** Whole numbers from −4 to 4 that depend on purpose and place alone. */
function numbers(purpose: string, shape: readonly number[]): Batch {
  const { uniform } = draws(purpose);
  return { shape, values: Float32Array.from({ length: count(shape) }, (_, place) => Math.floor(uniform(place) * 9) - 4) };
}

/** Different whole numbers, at least four apart. */
function distinct(purpose: string, shape: readonly number[]): Batch {
  const { uniform } = draws(purpose);
  const order = Array.from({ length: count(shape) }, (_, place) => place).sort((a, b) => uniform(a) - uniform(b));
  return { shape, values: Float32Array.from(order, (rank) => 4 * rank) };
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, place) => sum + value * (b[place] ?? Number.NaN), 0);
const plus = (a: Batch, b: Batch): Batch => ({ shape: a.shape, values: a.values.map((value, place) => value + (b.values[place] ?? 0)) });

type Reference<N extends OperatorName> = (x: Batch, attributes: Attributes<N>, output: readonly number[], weight: (leaf: string) => Batch) => Batch;

/**
 * Runs `line` on a batch of two, compares the output with `reference`, and each gradient g with differences of the
 * reference: dy · (f(x + v) − f(x)) = g · v for any v that leaves f linear.
 */
async function compare<N extends OperatorName>(
  operator: N,
  line: string,
  input: string,
  reference: Reference<N>,
  make: (purpose: string, shape: readonly number[]) => Batch = numbers,
): Promise<void> {
  const emitted: Emitted = await load(modelOf(around(`it: ${line}`, input)));
  const is = (layer: { readonly operator: OperatorName }): layer is LayerOf<N> => layer.operator === operator;
  const layer = emitted.model.layers.flatMap((one): LayerOf<N>[] => (is(one) ? [one] : [])).at(-1);
  const [port] = emitted.model.inputs;
  if (!layer || !port) throw new Error(`${line} has no ${operator}`);
  const x = make("x", [2, port.shape.channels, ...port.shape.axes]);
  const weights = new Map(layer.weights.map(({ name, shape }) => [name, numbers(name, shape)]));
  const given = (leaf: string, moved = weights): Batch => moved.get(`it.${leaf}`) ?? { shape: [], values: new Float32Array() };
  const { axes } = layer.outputShape;
  const expected = reference(x, layer.attributes, axes, given);
  const dy = numbers("dy", expected.shape);

  const { outputs, gradients } = await run(emitted, weightsFrom(emitted.model, (name) => weights.get(name) ?? x), new Map([["input", x]]), undefined, dy);
  assert.equal(outputs.get("output"), expected.values, `${line}: output`);
  const difference = (moved: Batch): number => dot(dy.values, moved.values) - dot(dy.values, expected.values);
  const v = { ...x, values: numbers("v", x.shape).values.map(Math.sign) };
  assert.is(dot(gradients.get("input") ?? new Float32Array(), v.values), difference(reference(plus(x, v), layer.attributes, axes, given)), `${line}: gradient of the input`);
  for (const [name, weight] of weights) {
    const by = numbers(`v ${name}`, weight.shape);
    const moved = new Map([...weights, [name, plus(weight, by)]]);
    const result = reference(x, layer.attributes, axes, (leaf) => given(leaf, moved));
    assert.is(dot(gradients.get(name) ?? new Float32Array(), by.values), difference(result), `${line}: gradient of ${name}`);
  }
}

const withBias = (y: Batch, bias: Batch): Batch => (bias.values.length === 0 ? y : batchOf(y.shape, (place) => read(y, place) + read(bias, [place[1] ?? 0])));

for (const backend of backendNames) {
  const { all, test } = await suiteOn("operators by their definitions", backend);
  // Winograd's fractions are not exact.
  all.before(() => setExact(true));
  all.after(() => setExact(false));

  for (const [line, input] of [
    ["conv 4 3 groups=2 dilation=2 pad=[[2, 1]] stride=2", "4@13"],
    ["conv 3 3 mode=circular pad=2", "2@7"],
    ["conv 6 3x2 groups=3 dilation=2x1 pad=[[2, 0], [1, 3]] stride=1x2", "3@8x7"],
    ["conv 4 3 groups=2 stride=2 dilation=3 pad=3", "6@9x9"],
    ["conv 2 3 mode=reflect pad=2", "2@5x6"],
    ["conv 2 5 mode=replicate pad=[[3, 1], [0, 2]] stride=2", "3@6x6"],
    ["conv 4 3 groups=2 mode=circular pad=[[1, 3], [2, 0]] dilation=2", "4@6x7"],
    ["conv 4 2x3x3 groups=2 dilation=2x1x2 pad=[[1, 0], [1, 2], [2, 2]] stride=2x1x2", "2@6x4x7"],
    ["conv 2 3 mode=reflect pad=1 bias=false", "1@4x3x3"],
  ] as const) {
    test(`${line} on ${input}`, () =>
      compare("conv", line, input, (x, attributes, output, weight) =>
        withBias(convolution(x, weight("weight"), output, attributes, attributes.groups, attributes.mode), weight("bias")),
      ));
  }

  for (const [line, input] of [
    ["depthwise 3 dilation=2 pad=1 multiplier=2", "3@9"],
    ["depthwise 3x2 dilation=2 pad=[[2, 1], [0, 1]] multiplier=2 stride=2", "2@8x7"],
    ["depthwise 2x3x2 pad=1 stride=2x1x1 dilation=1x2x1", "2@4x6x3"],
  ] as const) {
    test(`${line} on ${input}`, () =>
      compare("depthwise", line, input, (x, attributes, output, weight) =>
        withBias(convolution(x, weight("weight"), output, attributes, attributes.groups, "zeros"), weight("bias")),
      ));
  }

  test("separable 4 3 pad=1 stride=2 in one, two and three dimensions", async () => {
    for (const input of ["3@9", "3@7x6", "2@4x5x6"]) {
      await compare("separable", "separable 4 3 pad=1 stride=2", input, (x, attributes, output, weight) => {
        const between = convolution(x, weight("depthwise.weight"), output, attributes, x.shape[1] ?? 1, "zeros");
        const still = { stride: [], padding: [], dilation: [] };
        return withBias(convolution(between, weight("pointwise.weight"), output, still, 1, "zeros"), weight("pointwise.bias"));
      });
    }
  });

  for (const [line, input] of [
    ["conv_transpose 4 3 stride=2 pad=1 output_pad=1 groups=2 dilation=2", "4@5"],
    ["conv_transpose 6 3x2 stride=2x3 pad=[[2, 0], [0, 1]] output_pad=1x2 groups=3", "3@4x3"],
    ["conv_transpose 4 3 stride=1x2 dilation=2x3 groups=2 pad=1x2 bias=false", "2@4x4"],
    ["conv_transpose 2 3x2x3 stride=2x1x2 pad=[[1, 0], [0, 1], [2, 1]] dilation=1x2x2 output_pad=1x0x1", "3@3x4x3"],
    ["conv_transpose 4 2 stride=2 pad=1 groups=2", "2@3x3x3"],
  ] as const) {
    test(`${line} on ${input}`, () =>
      compare("conv_transpose", line, input, (x, attributes, output, weight) =>
        withBias(transposedConvolution(x, weight("weight"), output, attributes, attributes.groups), weight("bias")),
      ));
  }

  for (const [line, input] of [
    ["maxpool 3 stride=2 dilation=2 pad=1 ceil=true", "2@11"],
    ["maxpool 3x2 stride=1x2 dilation=1x2 pad=[[1, 0], [0, 1]]", "2@6x9"],
    ["maxpool 3 stride=2 pad=1 ceil=true", "2@5x6x4"],
    ["maxpool 2 dilation=2 stride=1", "1@4x5x5"],
    ["maxpool 2 pad=same", "2@5x7"],
  ] as const) {
    test(`${line} on ${input}`, () =>
      compare("maxpool", line, input, (x, attributes, output) => pooled(x, output, attributes.kernel, attributes, (seen) => Math.max(...seen)), distinct));
  }

  for (const [line, input] of [
    ["avgpool 2 stride=1 pad=1 ceil=true", "2@7"],
    ["avgpool 4x2 stride=3x1 pad=[[2, 1], [1, 0]] ceil=true", "2@7x6"],
    ["avgpool 2 stride=2 pad=1 ceil=true", "2@5x6x4"],
  ] as const) {
    test(`${line} on ${input}`, () =>
      compare("avgpool", line, input, (x, attributes, output) =>
        // Windows of 2, 4 or 8 cells, so that the means of whole numbers stay exact; a cut window may hold fewer.
        pooled(x, output, attributes.kernel, { ...attributes, dilation: [] }, (seen, covered) => seen.reduce((sum, value) => sum + value, 0) / covered),
      ));
  }

  test("avgpool count_padding=false leaves the border out, on sequences, maps and volumes", async () => {
    for (const input of ["2@6", "2@6x4", "1@4x6x4"]) {
      await compare("avgpool", "avgpool 2 stride=2 pad=1 count_padding=false", input, (x, attributes, output) =>
        pooled(x, output, attributes.kernel, { ...attributes, dilation: [] }, (seen) => seen.reduce((sum, value) => sum + value, 0) / seen.length),
      );
    }
  });

  test("globalmaxpool and adaptivemaxpool on sequences and volumes", async () => {
    const global: Reference<"globalmaxpool"> = (x) => {
      const map = x.shape.slice(2);
      const largest = pooled(x, map.map(() => 1), map, { stride: [], padding: [], dilation: [] }, (seen) => Math.max(...seen));
      return { ...largest, shape: x.shape.slice(0, 2) };
    };
    for (const input of ["3@7", "3@4x5", "2@3x4x2"]) await compare("globalmaxpool", "globalmaxpool", input, global, distinct);
    const thirds: Reference<"adaptivemaxpool"> = (x, { size }, output) =>
      pooled(x, output, size.map(() => 3), { stride: size.map(() => 2), padding: [], dilation: [] }, (seen) => Math.max(...seen));
    for (const [line, input] of [["adaptivemaxpool 2", "2@5"], ["adaptivemaxpool 2", "1@5x5x5"]] as const) {
      await compare("adaptivemaxpool", line, input, thirds, distinct);
    }
  });

  for (const [line, input] of [
    // Factors whose weights are binary fractions.
    ["upsample 4 mode=linear", "2@5"],
    ["upsample size=9 mode=linear align_corners=true", "2@5"],
    ["upsample 2 mode=trilinear", "1@3x2x4"],
    ["upsample size=5x3x9 mode=trilinear align_corners=true", "1@3x2x5"],
  ] as const) {
    test(`${line} on ${input}`, () => compare("upsample", line, input, (x, { alignCorners }, output) => enlarged(x, output, alignCorners)));
  }

  test("upsample nearest on sequences and volumes, by factors and to any size", async () => {
    for (const [line, input] of [["upsample 3", "2@4"], ["upsample size=7", "2@4"], ["upsample 2x3x1", "1@2x3x4"], ["upsample size=5x4x3", "1@2x3x3"]] as const) {
      await compare("upsample", line, input, (x, _, output) =>
        batchOf([...x.shape.slice(0, 2), ...output], ([image = 0, channel = 0, ...at]) =>
          read(x, [image, channel, ...at.map((o, a) => Math.floor((o * (x.shape[a + 2] ?? 1)) / (output[a] ?? 1)))]),
        ),
      );
    }
  });

  test("pad mirrors the map without its edge, or repeats its edge", async () => {
    for (const [line, input] of [
      ["pad [[2, 1]] mode=reflect", "2@4"],
      ["pad [[2, 0], [1, 3]] mode=reflect", "2@4x5"],
      ["pad [[1, 0], [2, 2], [0, 3]] mode=replicate", "1@2x3x4"],
    ] as const) {
      await compare("pad", line, input, (x, { amount, mode }, output) => {
        const channels = x.shape[1] ?? 1;
        const one = batchOf([channels, 1, ...output.map(() => 1)], () => 1);
        return convolution(x, one, output, { stride: [], padding: amount, dilation: [] }, channels, mode);
      });
    }
  });

  test("flatten, reshape and permute keep the order channel, row, column", async () => {
    const same = (x: Batch, shape: readonly number[]): Batch => ({ shape, values: x.values });
    for (const input of ["3@4", "3@4x5", "2@2x3x4", "5@1x1", "1@3x4"]) await compare("flatten", "flatten", input, (x) => same(x, [2, count(x.shape) / 2]));
    for (const [line, input] of [["reshape 6@4", "3@2x4"], ["reshape 2@3x4", "24"], ["reshape 24", "4@3x2"], ["reshape 4@2x2x2", "8@4"], ["reshape 8@1x1", "2@2x2"]] as const) {
      await compare("reshape", line, input, (x, { shape }) => same(x, [2, shape.channels, ...shape.axes]));
    }
    for (const [line, input] of [
      ["permute [length, channels]", "2@5"],
      ["permute [height, width, channels]", "2@3x4"],
      ["permute [width, depth, channels, height]", "2@3x4x5"],
    ] as const) {
      await compare("permute", line, input, (x, { order }) => {
        const shape = [2, ...order.map((axis) => x.shape[axis + 1] ?? 1)];
        return batchOf(shape, ([image = 0, ...at]) => read(x, [image, ...order.map((_, axis) => at[order.indexOf(axis)] ?? 0)]));
      });
    }
  });

  test("dense over=channels is the same matrix at every position", async () => {
    for (const input of ["3@4", "3@2x5", "2@2x3x2"]) {
      await compare("dense", "dense 4 over=channels", input, (x, _, output, weight) => {
        const kernel = { ...weight("weight"), shape: [...weight("weight").shape, ...output.map(() => 1)] };
        return withBias(convolution(x, kernel, output, { stride: [], padding: [], dilation: [] }, 1, "zeros"), weight("bias"));
      });
    }
  });

  test("channel_shuffle, crop and split pick what they say", async () => {
    await compare("channel_shuffle", "channel_shuffle 2", "6@4", (x) => batchOf(x.shape, ([image = 0, c = 0, ...at]) => read(x, [image, (c % 2) * 3 + Math.floor(c / 2), ...at])));
    await compare("crop", "crop 2x3 at=[1, 0]", "2@4x5", (x, { at: start }, output) =>
      batchOf([2, 2, ...output], ([image = 0, c = 0, ...at]) => read(x, [image, c, ...at.map((o, a) => o + (start[a] ?? 0))])),
    );
    await compare("split", "split [1, 3] as a, b\n  b -> identity", "4@2x2", (x, { from, channels }) =>
      batchOf([2, channels, 2, 2], ([image = 0, c = 0, ...at]) => read(x, [image, c + from, ...at])),
    );
  });

  all.run();
}
