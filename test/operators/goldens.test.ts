/** Every case that PyTorch computed: our rules must give its output's shape and its weights' shapes. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { infer, print, type Given, type OperatorName } from "../helpers/infer.ts";
import { readTensors } from "../helpers/safetensors.ts";
import type { Case } from "../operators-golden/programs.ts";

const goldens = new URL("../goldens/", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(new URL("ops.json", goldens), "utf8"));
const tensors = readTensors(new URL("ops.safetensors", goldens));

function shapeOf(golden: Case, role: string): readonly number[] {
  const tensor = tensors.get(`${golden.name}/${role}`);
  if (!tensor) throw new Error(`no tensor ${golden.name}/${role}`);
  return tensor.shape;
}

/** `[batch, 16, 4, 4]` as `16@4x4`. */
const perImage = ([, channels = 0, ...axes]: readonly number[]): string => print({ channels, axes });

/** A case as layers of ours, one after the other. */
type Program = readonly (readonly [OperatorName, Given])[];

/** PyTorch's names of arguments that are called otherwise here; those of no meaning to shapes are left out. */
const ourNames: Readonly<Record<string, string>> = {
  padding: "pad",
  output_padding: "output_pad",
  kernel_size: "kernel",
  ceil_mode: "ceil",
  count_include_pad: "count_padding",
  output_size: "size",
  num_groups: "groups",
  negative_slope: "slope",
  scale_factor: "factor",
  upscale_factor: "factor",
};
const withoutMeaning = new Set(["training", "start_dim", "dim", "normalized_shape", "over", "num_parameters", "padding_before_after_per_axis"]);

const given = ({ args }: Case): Given =>
  Object.fromEntries(Object.entries(args).flatMap(([key, value]) => (withoutMeaning.has(key) ? [] : [[ourNames[key] ?? key, value]])));

const one =
  (name: OperatorName, more: (golden: Case) => Given = () => ({})) =>
  (golden: Case): Program => [[name, { ...given(golden), ...more(golden) }]];

const convolution = one("conv", (golden) => {
  const [filters, , ...kernel] = shapeOf(golden, "weight");
  const same = golden.args.padding === "same (TensorFlow)" ? { pad: "same" } : {};
  return { filters, kernel, ...same, bias: golden.params.includes("bias") };
});
const transposed = one("conv_transpose", (golden) => {
  const [, filters, ...kernel] = shapeOf(golden, "weight");
  return { filters, kernel, bias: golden.params.includes("bias") };
});
const dense = one("dense", (golden) => ({ units: shapeOf(golden, "weight")[0], bias: golden.params.includes("bias") }));

/** Torch's pad lists the last axis first (left, right, top, bottom) and crops where it is negative. */
function padding({ args, output_shape }: Case): Program {
  const flat = Array.isArray(args.pad) ? args.pad : [];
  if (flat.some((n) => n < 0)) return [["crop", { size: output_shape.slice(2) }]];
  const amount = Array.from({ length: flat.length / 2 }, (_, axis) => flat.slice(2 * axis, 2 * axis + 2)).reverse();
  return [["pad", { amount }]];
}

const programs: Readonly<Record<string, (golden: Case) => Program>> = {
  conv1d: convolution,
  conv2d: convolution,
  conv3d: convolution,
  conv_transpose1d: transposed,
  conv_transpose2d: transposed,
  conv_transpose3d: transposed,
  linear: dense,
  "flatten+linear": (golden) => [["flatten", {}], ...dense(golden)],
  batch_norm: one("batchnorm"),
  layer_norm: one("layernorm", ({ args }) => (args.normalized_shape ? { over: "all" } : {})),
  group_norm: one("groupnorm"),
  instance_norm: one("instancenorm"),
  local_response_norm: one("localresponsenorm"),
  relu: one("relu"),
  relu6: one("relu6"),
  elu: one("elu"),
  selu: one("selu"),
  silu: one("silu"),
  hardswish: one("hardswish"),
  hardsigmoid: one("hardsigmoid"),
  sigmoid: one("sigmoid"),
  tanh: one("tanh"),
  softplus: one("softplus"),
  mish: one("mish"),
  leaky_relu: one("leaky_relu"),
  gelu: one("gelu"),
  softmax: one("softmax"),
  prelu: one("prelu", ({ args }) => ({ over: args.num_parameters === 1 ? "all" : "channels" })),
  max_pool1d: one("maxpool"),
  max_pool2d: one("maxpool"),
  max_pool3d: one("maxpool"),
  avg_pool1d: one("avgpool"),
  avg_pool2d: one("avgpool"),
  avg_pool3d: one("avgpool"),
  adaptive_avg_pool1d: one("adaptiveavgpool"),
  adaptive_avg_pool2d: one("adaptiveavgpool"),
  adaptive_avg_pool3d: one("adaptiveavgpool"),
  adaptive_max_pool2d: one("adaptivemaxpool"),
  interpolate: one("upsample"),
  pixel_shuffle: one("pixel_shuffle"),
  channel_shuffle: one("channel_shuffle"),
  pad: padding,
  shortcut: ({ args, output_shape }) => [
    ["maxpool", { kernel: 1, stride: args.stride }],
    ["pad", { channels: output_shape[1] }],
  ],
  add: one("add"),
  mul: (golden) => [[golden.params.length === 0 ? "mul" : "scale", {}]],
  cat: one("concat"),
};

/** Losses are no layers, and log-softmax is half of one. */
const losses = new Set([
  "log_softmax",
  "cross_entropy",
  "binary_cross_entropy_with_logits",
  "mse_loss",
  "l1_loss",
  "huber_loss",
  "smooth_l1_loss",
]);

/** Convolution case by case also as `depthwise`, which must be the same. */
function alsoDepthwise(golden: Case): Program | undefined {
  const [, channels = 0] = shapeOf(golden, "input");
  if (!golden.op.startsWith("conv") || golden.args.groups !== channels) return undefined;
  const { groups: _, ...args } = given(golden);
  const [filters = 0, , ...kernel] = shapeOf(golden, "weight");
  return [["depthwise", { ...args, kernel, multiplier: filters / channels, bias: golden.params.includes("bias") }]];
}

function verify(golden: Case, program: Program): void {
  let flow = golden.inputs.map((role) => perImage(shapeOf(golden, role)));
  const built = program.flatMap(([name, args]) => {
    const facts = infer(name, args, ...flow);
    flow = [print(facts.outputShape)];
    return facts.weights.map((weight) => ({ ...weight, leaf: weight.leaf || "weight" }));
  });
  assert.is(flow[0], perImage(golden.output_shape), `${golden.name}: output`);
  const tensor = (kind: string) => built.filter((weight) => weight.kind === kind && weight.dtype !== "int64");
  assert.equal(tensor("parameter").map(({ leaf }) => leaf), golden.params, `${golden.name}: weights`);
  assert.equal(tensor("buffer").map(({ leaf }) => leaf), golden.constants, `${golden.name}: running statistics`);
  for (const { leaf, shape } of built.filter(({ dtype }) => dtype !== "int64")) {
    // The golden has the bare vector; in a model `scale` keeps axes of 1, as ConvNeXt's layer_scale does.
    const wanted = golden.name === "scale_per_channel" ? [...shapeOf(golden, leaf), 1, 1] : shapeOf(golden, leaf);
    assert.equal(shape, wanted, `${golden.name}: ${leaf}`);
  }
}

const test = suite("operators against PyTorch");

for (const op of new Set(cases.map((golden) => golden.op).filter((name) => !losses.has(name)))) {
  const ofThisOp = cases.filter((golden) => golden.op === op);
  test(`${op}: ${ofThisOp.length} cases`, () => {
    const program = programs[op];
    if (!program) throw new Error(`${op} is said in no way`);
    for (const golden of ofThisOp) {
      verify(golden, program(golden));
      const depthwise = alsoDepthwise(golden);
      if (depthwise) verify(golden, depthwise);
    }
  });
}

test("same pads as TensorFlow does", () => {
  for (const golden of cases.filter(({ args }) => args.padding_before_after_per_axis)) {
    for (const [name, args] of convolution(golden)) {
      const attributes: { readonly padding?: unknown } = infer(name, args, perImage(shapeOf(golden, "input"))).attributes;
      assert.equal(attributes.padding, golden.args.padding_before_after_per_axis, golden.name);
    }
  }
});

test.run();
