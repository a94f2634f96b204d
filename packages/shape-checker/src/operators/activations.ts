/** Activations: one function applied to every value, and softmax, which sees all channels of a position. */

import type { Shape } from "../shapes/shape.ts";
import { layer, type Facts } from "./operator.ts";
import { constant, parameter } from "./weights.ts";

/** Of operators without arguments. */
export type NoAttributes = Readonly<Record<never, never>>;
export interface SoftplusAttributes {
  readonly beta: number;
}
export interface LeakyReluAttributes {
  readonly slope: number;
}
export interface EluAttributes {
  readonly alpha: number;
}
export interface GeluAttributes {
  readonly approximate: "none" | "tanh";
}
export interface PreluAttributes {
  readonly init: number;
  /** `all`: one slope for the layer; `channels`: one for each channel. */
  readonly over: "all" | "channels";
}

/** The facts of a function without weights; `keeps` is what its derivative is computed from. */
const elementwise = <A>(attributes: A, input: Shape, keeps: Facts<A>["keeps"]): Facts<A> => ({
  attributes,
  outputShape: input,
  weights: [],
  macs: 0,
  window: "pointwise",
  keeps,
});

/** A function without arguments. */
const plain = (doc: string, keeps: "input" | "output") =>
  layer({ doc, signature: {}, infer: (_, input): Facts<NoAttributes> => elementwise({}, input, keeps) });

export const activations = {
  relu: plain("Rectified linear unit: max(0, x) (Nair and Hinton 2010; torch.nn.ReLU).", "output"),
  relu6: plain("min(max(0, x), 6), kept small for low-precision arithmetic (Howard et al. 2017; torch.nn.ReLU6).", "output"),
  selu: plain(
    "Self-normalising unit: 1.0507·(x where x > 0, else 1.67326·(eˣ − 1)) (Klambauer et al. 2017; torch.nn.SELU).",
    "output",
  ),
  silu: plain("Sigmoid-weighted linear unit, also called swish: x · sigmoid(x) (Elfwing et al. 2018; torch.nn.SiLU).", "input"),
  hardswish: plain("x · min(max(0, x + 3), 6) / 6 (Howard et al. 2019, MobileNetV3; torch.nn.Hardswish).", "input"),
  hardsigmoid: plain("min(max(0, x + 3), 6) / 6 (Howard et al. 2019, MobileNetV3; torch.nn.Hardsigmoid).", "output"),
  sigmoid: plain("1 / (1 + e⁻ˣ), between 0 and 1 (torch.nn.Sigmoid).", "output"),
  tanh: plain("(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), between −1 and 1 (torch.nn.Tanh).", "output"),
  softplus: layer({
    doc: "log(1 + e^(beta·x)) / beta, a smooth relu (torch.nn.Softplus).",
    signature: { beta: { kind: "real", minimum: 0, exclusive: "minimum", default: 1, doc: "The larger, the nearer to relu." } },
    infer: ({ beta }, input): Facts<SoftplusAttributes> => elementwise({ beta }, input, "input"),
  }),
  mish: plain("x · tanh(log(1 + eˣ)) (Misra 2019; torch.nn.Mish).", "input"),
  leaky_relu: layer({
    doc: "x where x > 0, else slope·x (Maas et al. 2013; torch.nn.LeakyReLU).",
    signature: { slope: { kind: "real", default: 0.01, doc: "The slope below 0." } },
    infer: ({ slope }, input): Facts<LeakyReluAttributes> => elementwise({ slope }, input, "input"),
  }),
  elu: layer({
    doc: "Exponential linear unit: x where x > 0, else alpha·(eˣ − 1) (Clevert et al. 2016; torch.nn.ELU).",
    signature: { alpha: { kind: "real", default: 1, doc: "What it tends to far below 0, negated." } },
    infer: ({ alpha }, input): Facts<EluAttributes> => elementwise({ alpha }, input, "input"),
  }),
  gelu: layer({
    doc: `Gaussian error linear unit: x·Φ(x), Φ the normal distribution's function; approximate=tanh takes
x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) instead (Hendrycks and Gimpel 2016; torch.nn.GELU).`,
    signature: { approximate: { kind: "word", words: ["none", "tanh"], default: "none", doc: "`tanh`: the faster approximation." } },
    infer: ({ approximate }, input): Facts<GeluAttributes> => elementwise({ approximate }, input, "input"),
  }),
  prelu: layer({
    doc: "x where x > 0, else weight·x with a learned slope, one in all or one a channel (He et al. 2015; torch.nn.PReLU).",
    signature: {
      init: { kind: "real", default: 0.25, doc: "The slope at the start." },
      over: { kind: "word", words: ["all", "channels"], default: "all", doc: "`channels`: a slope of its own for each channel." },
    },
    infer: ({ init, over }, input): Facts<PreluAttributes> => ({
      ...elementwise({ init, over }, input, "input"),
      weights: [parameter("weight", [over === "channels" ? input.channels : 1], constant(init))],
    }),
  }),
  softmax: plain("e^x over the sum of all channels' e^x: positive, adding up to 1 at each position (torch.nn.Softmax(dim=1)).", "output"),
};
