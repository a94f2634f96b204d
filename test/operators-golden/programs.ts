/** The golden cases that are layers, as programs: each case of PyTorch's functions is one line of ours, or two. */

export interface Case {
  readonly name: string;
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  readonly params: readonly string[];
  readonly constants: readonly string[];
  readonly results: readonly string[];
  readonly output_shape: readonly number[];
}

/** The shape of a case's tensor, batch first. */
export type ShapeOf = (role: string) => readonly number[];

/** PyTorch's keywords and what they are called here; the others say what the program says otherwise. */
const keywords: Readonly<Record<string, string>> = {
  stride: "stride",
  padding: "pad",
  dilation: "dilation",
  groups: "groups",
  output_padding: "output_pad",
  kernel_size: "kernel",
  ceil_mode: "ceil",
  count_include_pad: "count_padding",
  output_size: "size",
  num_groups: "groups",
  negative_slope: "slope",
  alpha: "alpha",
  beta: "beta",
  approximate: "approximate",
  scale_factor: "factor",
  upscale_factor: "factor",
  size: "size",
  mode: "mode",
  align_corners: "align_corners",
  eps: "eps",
  momentum: "momentum",
  affine: "affine",
  k: "k",
};

const size = (numbers: readonly unknown[]): string => (numbers.length === 1 ? `${numbers[0]}` : numbers.join("x"));

const written = (value: unknown): string => (Array.isArray(value) ? size(value) : value === "same (TensorFlow)" ? "same" : `${value}`);

const shape = ([, channels = 0, ...axes]: readonly number[]): string => (axes.length === 0 ? `${channels}` : `${channels}@${size(axes)}`);

type Line = (golden: Case, shapeOf: ShapeOf) => string;

const call =
  (operator: string, more: Line = () => "", without: readonly string[] = []): Line =>
  (golden, shapeOf) => {
    const given = Object.entries(golden.args).flatMap(([key, value]) =>
      Object.hasOwn(keywords, key) && !without.includes(key) ? [`${keywords[key]}=${written(value)}`] : [],
    );
    return [`it: ${operator}`, more(golden, shapeOf), ...given].join(" ");
  };

const bias = ({ params }: Case): string => `bias=${params.includes("bias")}`;
const convolution: Line = (golden, shapeOf) => {
  const [filters, , ...kernel] = shapeOf("weight");
  return `${filters} ${size(kernel)} ${bias(golden)}`;
};
const transposed: Line = (golden, shapeOf) => {
  const [, filters, ...kernel] = shapeOf("weight");
  return `${filters} ${size(kernel)} ${bias(golden)}`;
};
const dense: Line = (golden, shapeOf) => `it: dense ${shapeOf("weight")[0]} ${bias(golden)}`;

/** Torch's list has the last axis first, and crops where it is negative. */
const padding: Line = ({ args, output_shape }) => {
  const flat: readonly number[] = Array.isArray(args.pad) ? args.pad : [];
  if (flat.some((n) => n < 0)) return `it: crop ${size(output_shape.slice(2))}`;
  const pairs = Array.from({ length: flat.length / 2 }, (_, axis) => `[${flat.slice(2 * axis, 2 * axis + 2).join(", ")}]`).reverse();
  return `it: pad [${pairs.join(", ")}]`;
};

/** The names of our operators that take a case's keywords as they are. */
const sameName = (names: readonly string[]): Record<string, Line> => Object.fromEntries(names.map((name) => [name, call(name)]));

const lines: Readonly<Record<string, Line>> = {
  conv1d: call("conv", convolution),
  conv2d: call("conv", convolution),
  conv3d: call("conv", convolution),
  conv_transpose1d: call("conv_transpose", transposed),
  conv_transpose2d: call("conv_transpose", transposed),
  conv_transpose3d: call("conv_transpose", transposed),
  linear: dense,
  "flatten+linear": (golden, shapeOf) => `flatten -> ${dense(golden, shapeOf)}`,
  batch_norm: call("batchnorm"),
  layer_norm: call("layernorm", ({ args }) => (args.normalized_shape ? "over=all" : "")),
  group_norm: call("groupnorm"),
  instance_norm: call("instancenorm"),
  local_response_norm: call("localresponsenorm"),
  ...sameName(["relu", "relu6", "elu", "selu", "silu", "hardswish", "hardsigmoid", "sigmoid", "tanh", "softplus", "mish", "leaky_relu", "gelu"]),
  ...sameName(["softmax", "pixel_shuffle", "channel_shuffle"]),
  prelu: call("prelu", ({ args }) => (args.num_parameters === 1 ? "" : "over=channels")),
  max_pool1d: call("maxpool"),
  max_pool2d: call("maxpool"),
  max_pool3d: call("maxpool"),
  avg_pool1d: call("avgpool"),
  avg_pool2d: call("avgpool"),
  avg_pool3d: call("avgpool"),
  adaptive_avg_pool1d: call("adaptiveavgpool"),
  adaptive_avg_pool2d: call("adaptiveavgpool"),
  adaptive_avg_pool3d: call("adaptiveavgpool"),
  adaptive_max_pool2d: call("adaptivemaxpool"),
  interpolate: call("upsample"),
  pad: padding,
  shortcut: ({ args, output_shape }) => `maxpool 1 stride=${args.stride} -> pad channels=${output_shape[1]}`,
  add: () => "add other",
  mul: ({ params }) => (params.length === 0 ? "mul other" : "it: scale"),
  cat: () => "concat other",
};

/** A case as a program whose layer with weights is called `it`; nothing for a loss, which is no layer. */
export function programOf(golden: Case, shapeOf: ShapeOf): string | undefined {
  const line = lines[golden.op]?.(golden, shapeOf);
  return line && program(golden, shapeOf, line);
}

/** A convolution of as many groups as channels also as `depthwise`, which must be the same. */
export function depthwiseOf(golden: Case, shapeOf: ShapeOf): string | undefined {
  const [, channels = 0] = shapeOf("input");
  if (!/^conv\dd$/.test(golden.op) || golden.args.groups !== channels) return undefined;
  const [filters = 0, , ...kernel] = shapeOf("weight");
  const options: Line = () => `${size(kernel)} multiplier=${filters / channels} ${bias(golden)}`;
  return program(golden, shapeOf, call("depthwise", options, ["groups"])(golden, shapeOf));
}

function program({ inputs }: Case, shapeOf: ShapeOf, line: string): string {
  const named = inputs.map((name) => `input ${inputs.length > 1 ? `${name === "input" ? "first" : name} ` : ""}${shape(shapeOf(name))}`);
  return `model It {\n  ${[...named, ...(inputs.length > 1 ? ["first"] : []), line].join("\n  ")}\n}\n`;
}
