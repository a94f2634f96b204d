/** Activations: all are modules of PyTorch. */

import { module, named, nn, placed, type TorchEmitters, type TorchLayer } from "./construction.ts";

const plain = (name: string) => (): TorchLayer => module(nn(name));

export const activations: TorchEmitters<
  | "relu" | "relu6" | "selu" | "silu" | "hardswish" | "hardsigmoid" | "sigmoid" | "tanh"
  | "softplus" | "mish" | "leaky_relu" | "elu" | "gelu" | "prelu" | "softmax"
> = {
  relu: plain("ReLU"),
  relu6: plain("ReLU6"),
  selu: plain("SELU"),
  silu: plain("SiLU"),
  hardswish: plain("Hardswish"),
  hardsigmoid: plain("Hardsigmoid"),
  sigmoid: plain("Sigmoid"),
  tanh: plain("Tanh"),
  softplus: ({ attributes: { beta } }) => module(nn("Softplus"), named("beta", beta, 1)),
  mish: plain("Mish"),
  leaky_relu: ({ attributes: { slope } }) => module(nn("LeakyReLU"), placed("negative_slope", slope)),
  elu: ({ attributes: { alpha } }) => module(nn("ELU"), named("alpha", alpha, 1)),
  gelu: ({ attributes: { approximate } }) => module(nn("GELU"), named("approximate", approximate, "none")),
  prelu: ({ attributes: { init, over } }, { inputShape }) =>
    module(nn("PReLU"), named("num_parameters", over === "channels" ? inputShape.channels : 1, 1), named("init", init, 0.25)),
  softmax: () => module(nn("Softmax"), named("dim", 1)),
};
