/** Activations: stock where TensorFlow.js takes PyTorch's gradient at the corners, else our primitives. */

import type { LayerOf, OperatorName } from "@cnn-lang/shape-checker";
import { code, identifier, type Code } from "../code.ts";
import type { PrimitiveName } from "../primitives.ts";
import type { Context, Emitters } from "./emitter.ts";

const stock = (name: "relu" | "selu" | "sigmoid" | "tanh" | "softmax") => ({
  core: (_: LayerOf<OperatorName>, { input }: Context): Code => code`tf.${identifier(name)}(${input})`,
});

const ours = (name: PrimitiveName) => ({
  core: (_: LayerOf<OperatorName>, { input, primitive }: Context): Code => code`${primitive(name)}(${input})`,
});

export const activations: Emitters<
  | "relu" | "relu6" | "selu" | "silu" | "hardswish" | "hardsigmoid" | "sigmoid" | "tanh"
  | "softplus" | "mish" | "leaky_relu" | "elu" | "gelu" | "prelu" | "softmax"
> = {
  relu: stock("relu"),
  relu6: ours("relu6"),
  selu: stock("selu"),
  silu: ours("silu"),
  hardswish: ours("hardSwish"),
  hardsigmoid: ours("hardSigmoid"),
  sigmoid: stock("sigmoid"),
  tanh: stock("tanh"),
  softplus: {
    core: ({ attributes: { beta } }, { input, primitive }) =>
      beta === 1 ? code`tf.softplus(${input})` : code`${primitive("softplus")}(${input}, ${beta})`,
  },
  mish: ours("mish"),
  leaky_relu: { core: ({ attributes: { slope } }, { input }) => code`tf.leakyRelu(${input}, ${slope})` },
  elu: {
    core: ({ attributes: { alpha } }, { input, primitive }) => (alpha === 1 ? code`tf.elu(${input})` : code`${primitive("elu")}(${input}, ${alpha})`),
  },
  gelu: { core: ({ attributes: { approximate } }, { input, primitive }) => code`${primitive("gelu")}(${input}, ${approximate})` },
  prelu: { core: (_, { input, weight }) => code`tf.prelu(${input}, ${weight("weight")})` },
  softmax: stock("softmax"),
};
