/** Activations: stock where their values are PyTorch's. */

import type { LayerOf, OperatorName } from "@cnn-lang/shape-checker";
import { code, type Code } from "../code.ts";
import type { CustomName } from "./custom.ts";
import { apply, type Context, type LayersEmitters } from "./layer.ts";

const activation = (name: string) => (_: LayerOf<OperatorName>, here: Context): Code => apply(here.stock("activation", { activation: name }), here.input);
const ours = (name: CustomName) => (_: LayerOf<OperatorName>, here: Context): Code => apply(here.custom(name), here.input);

export const activations: LayersEmitters<
  | "relu" | "relu6" | "selu" | "silu" | "hardswish" | "hardsigmoid" | "sigmoid" | "tanh"
  | "softplus" | "mish" | "leaky_relu" | "elu" | "gelu" | "prelu" | "softmax"
> = {
  relu: (_, here) => apply(here.stock("reLU"), here.input),
  relu6: (_, here) => apply(here.stock("reLU", { maxValue: 6 }), here.input),
  selu: activation("selu"),
  silu: activation("swish"),
  hardswish: ours("HardSwish"),
  hardsigmoid: ours("HardSigmoid"),
  sigmoid: activation("sigmoid"),
  tanh: activation("tanh"),
  softplus: ({ attributes: { beta } }, here) => apply(beta === 1 ? here.stock("activation", { activation: "softplus" }) : here.custom("Softplus", { beta }), here.input),
  mish: activation("mish"),
  leaky_relu: ({ attributes: { slope } }, here) => apply(here.stock("leakyReLU", { alpha: slope }), here.input),
  // The stock layer takes no alpha but 1.
  elu: ({ attributes: { alpha } }, here) => apply(alpha === 1 ? here.stock("elu") : here.custom("Elu", { alpha }), here.input),
  // The stock approximation, `gelu_new`, is not found again by a model that is loaded.
  gelu: ({ attributes: { approximate } }, here) => apply(approximate === "none" ? here.stock("activation", { activation: "gelu" }) : here.custom("GeluTanh"), here.input),
  prelu({ attributes: { init, over } }, here) {
    const axes = here.inputShape.axes.map((_, axis) => axis + 1);
    const sharedAxes = over === "channels" ? axes : [...axes, axes.length + 1];
    return apply(here.stock("prelu", { sharedAxes: sharedAxes.length > 0 ? sharedAxes : undefined, alphaInitializer: code`tfl.initializers.constant(${{ value: init }})` }), here.input);
  },
  softmax: (_, here) => apply(here.stock("softmax", { axis: -1 }), here.input),
};
