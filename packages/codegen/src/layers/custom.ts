/**
 * Layers that TensorFlow.js lacks, written into the emitted files that use them. What stands between ⟦ and ⟧ is TypeScript's
 * alone. Each is registered under its name with `Cnn` before it, so that a saved model finds it again.
 */

import { verbatim, type Code } from "../code.ts";
import type { PrimitiveName } from "../primitives.ts";

interface CustomLayer {
  readonly primitives: readonly PrimitiveName[];
  /** The settings' type. */
  readonly settings: string;
  /** Methods: `create` makes weights, `outputSizes` gives the shape of the output, both from the input's without the batch. */
  readonly body: string;
}

const layer = (settings: string, body: string, ...primitives: readonly PrimitiveName[]): CustomLayer => ({ settings, body, primitives });

/** A function of the value alone. */
const pointwise = (call: string, primitive?: PrimitiveName, settings = "{}"): CustomLayer =>
  layer(settings, `⟦override ⟧compute(x⟦: tf.Tensor⟧) { return ${call}; }`, ...(primitive ? [primitive] : []));

const compute = (body: string): string => `⟦override ⟧compute(x⟦: tf.Tensor⟧) { ${body} }`;
const create = (body: string): string => `⟦override ⟧create(shape⟦: number[]⟧) { ${body} }`;
const output = (body: string): string => `⟦override ⟧outputSizes(${/\bshape\b/.test(body) ? "shape" : "_shape"}⟦: number[]⟧) { ${body} }`;

const affine = 'if (this.settings.affine) { this.weight("weight", size, 1); this.weight("bias", size, 0); }';
const scaled = '...(this.settings.affine && { weight: this.read("weight"), bias: this.read("bias") })';
const biased = '...(this.settings.bias && { bias: this.read("bias") })';
const slid = "shape.slice(0, -1).map((n, axis) => Math.floor((n - (dilations[axis]⟦!⟧ * (kernel[axis]⟦!⟧ - 1) + 1)) / strides[axis]⟦!⟧) + 1)";
const window = "kernel: number[]; strides: number[]";
const pairs = "padding: [number, number][]";
/** Positions of a pool's window, the last of which may hang over the padded end. */
const pooled = (dilation: string, over: string): string =>
  `shape.map((n, axis) => axis === kernel.length ? n : Math.floor((n + padding[axis]⟦!⟧[0] + padding[axis]⟦!⟧[1]${over} - (${dilation}(kernel[axis]⟦!⟧ - 1) + 1)) / strides[axis]⟦!⟧) + 1)`;

const dropped = (shape: string): CustomLayer =>
  layer(
    "{ p: number }",
    `⟦override ⟧compute(x⟦: tf.Tensor⟧, training⟦: boolean⟧) {
      if (!training || this.settings.p === 0) return tf.clone(x);
      return tf.mul(x, tf.dropout(tf.ones(${shape}), this.settings.p));
    }`,
  );

const definitions = {
  Conv: layer(
    `{ filters: number; ${window}; dilations: number[]; groups: number; bias: boolean }`,
    `${create('const { kernel, groups, filters, bias } = this.settings; this.weight("weight", [...kernel, shape.at(-1)⟦!⟧ / groups, filters], "uniform"); if (bias) this.weight("bias", [filters], 0);')}
    ${output(`const { filters, kernel, strides, dilations } = this.settings; return [...${slid}, filters];`)}
    ${compute(`const { strides, dilations, groups } = this.settings; return conv(x, this.read("weight"), { strides, dilations, groups, ${biased} });`)}`,
    "conv",
  ),
  DepthwiseConv: layer(
    `{ multiplier: number; ${window}; dilations: number[]; bias: boolean }`,
    `${create('const { kernel, multiplier, bias } = this.settings; const channels = shape.at(-1)⟦!⟧; this.weight("weight", [...kernel, channels, multiplier], "uniform"); if (bias) this.weight("bias", [channels * multiplier], 0);')}
    ${output(`const { multiplier, kernel, strides, dilations } = this.settings; return [...${slid}, shape.at(-1)⟦!⟧ * multiplier];`)}
    ${compute(`const { strides, dilations } = this.settings; return depthwiseConv(x, this.read("weight"), { strides, dilations, ${biased} });`)}`,
    "depthwiseConv",
  ),
  SeparableConv: layer(
    `{ filters: number; ${window}; dilations: number[]; bias: boolean }`,
    `${create('const { kernel, filters, bias } = this.settings; const channels = shape.at(-1)⟦!⟧; this.weight("depthwise", [...kernel, channels, 1], "uniform"); this.weight("pointwise", [...kernel.map(() => 1), channels, filters], "uniform"); if (bias) this.weight("bias", [filters], 0);')}
    ${output(`const { filters, kernel, strides, dilations } = this.settings; return [...${slid}, filters];`)}
    ${compute(`const { kernel, strides, dilations } = this.settings; return conv(depthwiseConv(x, this.read("depthwise"), { strides, dilations }), this.read("pointwise"), { strides: kernel.map(() => 1), ${biased} });`)}`,
    "conv",
    "depthwiseConv",
  ),
  ConvTranspose: layer(
    `{ filters: number; ${window}; ${pairs}; outputPadding: number[]; dilations: number[]; groups: number; bias: boolean }`,
    `${create('const { kernel, groups, filters, bias } = this.settings; this.weight("weight", [...kernel, filters / groups, shape.at(-1)⟦!⟧], "uniform"); if (bias) this.weight("bias", [filters], 0);')}
    ${output("const { filters, kernel, strides, padding, outputPadding, dilations } = this.settings; return [...kernel.map((k, axis) => (shape[axis]⟦!⟧ - 1) * strides[axis]⟦!⟧ - padding[axis]⟦!⟧[0] - padding[axis]⟦!⟧[1] + dilations[axis]⟦!⟧ * (k - 1) + 1 + outputPadding[axis]⟦!⟧), filters];")}
    ${compute(`const { strides, padding, dilations, groups } = this.settings; return convTranspose(x, this.read("weight"), { strides, padding, dilations, groups, size: this.outputSizes(x.shape.slice(1)).slice(0, -1), ${biased} });`)}`,
    "convTranspose",
  ),
  BatchNorm: layer(
    "{ eps: number; momentum: number; affine: boolean; frozen: boolean }",
    `${create(`const size = shape.slice(-1); ${affine} this.weight("running_mean", size, 0, false); this.weight("running_var", size, 1, false);`)}
    ⟦override ⟧compute(x⟦: tf.Tensor⟧, training⟦: boolean⟧) {
      const { eps, momentum, frozen } = this.settings;
      // Copies, since training disposes of the statistics that it replaces.
      const weights = Object.fromEntries(Object.entries(this.own).map(([name, variable]) => [\`it.\${name}\`, tf.clone(variable.read())]));
      const y = batchNorm(x, weights, "it", { training: training && !frozen, eps, momentum });
      for (const name of training && !frozen ? ["running_mean", "running_var"] : []) {
        const moved = weights[\`it.\${name}\`]⟦!⟧;
        this.own[name]⟦!⟧.write(moved);
        moved.dispose();
      }
      return y;
    }`,
    "batchNorm",
  ),
  LayerNorm: layer(
    '{ over: "channels" | "all"; eps: number; affine: boolean }',
    `${create(`const size = this.settings.over === "all" ? shape : shape.slice(-1); ${affine}`)}
    ${compute(`const { over, eps } = this.settings; return layerNorm(x, { over, eps, ${scaled} });`)}`,
    "layerNorm",
  ),
  GroupNorm: layer(
    "{ groups: number; eps: number; affine: boolean }",
    `${create(`const size = shape.slice(-1); ${affine}`)}
    ${compute(`const { groups, eps } = this.settings; return groupNorm(x, { groups, eps, ${scaled} });`)}`,
    "groupNorm",
  ),
  LocalResponseNorm: pointwise("localResponseNorm(x, this.settings)", "localResponseNorm", "{ size: number; alpha: number; beta: number; k: number }"),
  HardSwish: pointwise("hardSwish(x)", "hardSwish"),
  HardSigmoid: pointwise("hardSigmoid(x)", "hardSigmoid"),
  Softplus: pointwise("softplus(x, this.settings.beta)", "softplus", "{ beta: number }"),
  Elu: pointwise("elu(x, this.settings.alpha)", "elu", "{ alpha: number }"),
  GeluTanh: pointwise('gelu(x, "tanh")', "gelu"),
  MaxPool: layer(
    `{ ${window}; ${pairs}; dilations: number[] }`,
    `${output(`const { kernel, strides, padding, dilations } = this.settings; return ${pooled("dilations[axis]⟦!⟧ * ", "")};`)}
    ${compute("const { kernel, strides, padding, dilations } = this.settings; return maxPool(x, { size: kernel, strides, padding, dilations });")}`,
    "maxPool",
  ),
  AvgPool: layer(
    `{ ${window}; ${pairs}; overhang: number[]; countPadding: boolean }`,
    `${output(`const { kernel, strides, padding, overhang } = this.settings; return ${pooled("", " + overhang[axis]⟦!⟧")};`)}
    ${compute("const { kernel, strides, padding, overhang, countPadding } = this.settings; return avgPool(x, { size: kernel, strides, padding, overhang, countPadding });")}`,
    "avgPool",
  ),
  GlobalAvgPool: layer("{}", `${output("return shape.slice(-1);")} ${compute("return tf.mean(x, x.shape.map((_, axis) => axis).slice(1, -1));")}`),
  GlobalMaxPool: layer("{}", `${output("return shape.slice(-1);")} ${compute("return globalMaxPool(x);")}`, "globalMaxPool"),
  AdaptiveAvgPool: layer("{ size: number[] }", `${output("return [...this.settings.size, shape.at(-1)⟦!⟧];")} ${compute("return adaptiveAvgPool(x, this.settings.size);")}`, "adaptiveAvgPool"),
  AdaptiveMaxPool: layer("{ size: number[] }", `${output("return [...this.settings.size, shape.at(-1)⟦!⟧];")} ${compute("return adaptiveMaxPool(x, this.settings.size);")}`, "adaptiveMaxPool"),
  SpatialDropout: dropped("x.shape.map((n, axis) => (axis === 0 || axis === x.rank - 1 ? n : 1))"),
  DropPath: dropped("x.shape.map((n, axis) => (axis === 0 ? n : 1))"),
  UpsampleNearest: layer("{ size: number[] }", `${output("return [...this.settings.size, shape.at(-1)⟦!⟧];")} ${compute("return upsampleNearest(x, this.settings.size);")}`, "upsampleNearest"),
  UpsampleLinear: layer(
    "{ size: number[]; alignCorners: boolean }",
    `${output("return [...this.settings.size, shape.at(-1)⟦!⟧];")} ${compute("return upsampleLinear(x, this.settings.size, this.settings.alignCorners);")}`,
    "upsampleLinear",
  ),
  PixelShuffle: layer(
    "{ factor: number }",
    `${output("const { factor } = this.settings; return shape.map((n, axis) => (axis === shape.length - 1 ? n / factor ** 2 : n * factor));")}
    ${compute("return pixelShuffle(x, this.settings.factor);")}`,
    "pixelShuffle",
  ),
  ChannelShuffle: pointwise("channelShuffle(x, this.settings.groups)", "channelShuffle", "{ groups: number }"),
  Pad: layer(
    `{ ${pairs}; mode: "zeros" | "reflect" | "replicate" | "circular" }`,
    `${output("return shape.map((n, axis) => n + this.settings.padding[axis]⟦!⟧[0] + this.settings.padding[axis]⟦!⟧[1]);")}
    ${compute('const { padding, mode } = this.settings; return mode === "zeros" ? tf.pad(x, [[0, 0], ...padding]) : pad(x, padding.slice(0, -1), mode);')}`,
    "pad",
  ),
  Slice: layer(
    "{ begin: number[]; size: number[] }",
    `${output("return this.settings.size;")}
    ${compute("const { begin, size } = this.settings; return tf.slice(x, [0, ...begin], [-1, ...size]);")}`,
  ),
  Scale: layer("{ init: number }", `${create('this.weight("weight", shape.slice(-1), this.settings.init);')} ${compute('return tf.mul(x, this.read("weight"));')}`),
};

export type CustomName = keyof typeof definitions;

const base = `
⟦type Config<Settings> = Settings & { name?: string; trainable?: boolean };
⟧/** A layer that TensorFlow.js lacks. Its settings are its configuration, so that saved models hold them. */
⟦abstract ⟧class Custom⟦<Settings extends tf.serialization.ConfigDict>⟧ extends tfl.layers.Layer {
  ⟦readonly settings: Settings;
  readonly ⟧own⟦: { [name: string]: tfl.LayerVariable }⟧ = {};

  constructor(config⟦: Config<Settings>⟧) {
    super(config);
    this.settings = config;
  }

  ⟦/** What it computes from one input. */
  abstract compute(x: tf.Tensor, training: boolean): tf.Tensor;

  ⟧/** Makes the weights for inputs of this shape, without the batch. */
  create(_shape⟦: number[]⟧) {}

  /** The output's shape, without the batch. */
  outputSizes(shape⟦: number[]⟧)⟦: number[]⟧ {
    return shape;
  }

  weight(name⟦: string⟧, shape⟦: number[]⟧, initial⟦: number | "uniform"⟧, trainable = true) {
    const initializer = initial === "uniform" ? tfl.initializers.glorotUniform({}) : tfl.initializers.constant({ value: initial });
    this.own[name] = this.addWeight(name, shape, "float32", initializer, undefined, trainable);
  }

  read(name⟦: string⟧)⟦: tf.Tensor⟧ {
    return this.own[name]⟦!⟧.read();
  }

  ⟦override ⟧build(shape⟦: tfl.Shape | tfl.Shape[]⟧) {
    this.create((shape⟦ as number[]⟧).slice(1));
    this.built = true;
  }

  ⟦override ⟧computeOutputShape(shape⟦: tfl.Shape | tfl.Shape[]⟧)⟦: tfl.Shape⟧ {
    const [batch, ...sizes] = shape⟦ as [null, ...number[]]⟧;
    return [batch, ...this.outputSizes(sizes)];
  }

  ⟦override ⟧call(inputs⟦: tf.Tensor | tf.Tensor[]⟧, options⟦: { [name: string]: unknown }⟧)⟦: tf.Tensor⟧ {
    return tf.tidy(() => this.compute(Array.isArray(inputs) ? inputs[0]⟦!⟧ : inputs, options["training"] === true));
  }

  ⟦override ⟧getConfig()⟦: tf.serialization.ConfigDict⟧ {
    return { ...this.settings, ...super.getConfig() };
  }
}
`;

const definition = (name: CustomName): string => `
class ${name} extends Custom⟦<${definitions[name].settings}>⟧ {
  static className = "Cnn${name}";
  ${definitions[name].body}
}
tf.serialization.registerClass(${name});
`;

/** The functions of the runtime that layers call. */
export const primitivesOf = (names: readonly CustomName[]): readonly PrimitiveName[] => names.flatMap((name) => definitions[name].primitives);

/** What the names of a module must not be. */
export const customNames: readonly string[] = Object.keys(definitions);
export const everyPrimitive: readonly string[] = Object.values(definitions).flatMap(({ primitives }) => primitives);

/** The classes of those names, and what they extend. */
export function customLayers(names: readonly CustomName[], typescript: boolean): Code {
  if (names.length === 0) return verbatim("");
  const text = [base, ...names.map(definition)].join("");
  return verbatim(typescript ? text.replaceAll(/[⟦⟧]/g, "") : text.replaceAll(/⟦[^⟧]*⟧/g, ""));
}
