/** Activations that TensorFlow.js lacks, or whose gradient at a corner is not PyTorch's; each with its derivative. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, runKernel } from "../kernels/run.ts";
import type { Activation } from "../kernels/wasm/activations.ts";
import { differentiable, like } from "./tensors.ts";

/** y = f(x), value by value, and dy/dx from x; in one kernel where the backend has one of that name. */
const pointwise = <T extends tf.Tensor>(x: T, value: (x: tf.Tensor) => tf.Tensor, slope: (x: tf.Tensor) => tf.Tensor, activation?: Activation): T => {
  if (activation && hasKernel("CnnActivation")) return like(x, runKernel("CnnActivation", { x }, { activation }));
  return like(
    x,
    differentiable(
      [x],
      (save) => {
        save([x]);
        return value(x);
      },
      (dy, [saved = x]) => [tf.mul(dy, slope(saved))],
    ),
  );
};

const between = (x: tf.Tensor, low: number, high: number): tf.Tensor => tf.cast(tf.logicalAnd(tf.greater(x, low), tf.less(x, high)), "float32");

/** PyTorch's derivative is 0 at both corners. */
export const relu6: Primitives["relu6"] = (x) => pointwise(x, (x) => tf.relu6(x), (x) => between(x, 0, 6), "relu6");

export const silu: Primitives["silu"] = (x) =>
  pointwise(
    x,
    (x) => tf.mul(x, tf.sigmoid(x)),
    (x) => {
      const s = tf.sigmoid(x);
      return tf.mul(s, tf.add(tf.mul(x, tf.sub(1, s)), 1));
    },
    "silu",
  );

export const hardSigmoid: Primitives["hardSigmoid"] = (x) =>
  pointwise(x, (x) => tf.div(tf.relu6(tf.add(x, 3)), 6), (x) => tf.div(between(x, -3, 3), 6), "hardSigmoid");

export const hardSwish: Primitives["hardSwish"] = (x) =>
  pointwise(
    x,
    (x) => tf.div(tf.mul(x, tf.relu6(tf.add(x, 3))), 6),
    (x) => tf.where(tf.less(x, -3), tf.zerosLike(x), tf.where(tf.greater(x, 3), tf.onesLike(x), tf.add(tf.div(x, 3), 0.5))),
    "hardSwish",
  );

export const softplus: Primitives["softplus"] = (x, beta) =>
  pointwise(x, (x) => tf.div(tf.softplus(tf.mul(x, beta)), beta), (x) => tf.sigmoid(tf.mul(x, beta)));

export const mish: Primitives["mish"] = (x) =>
  pointwise(
    x,
    (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
    (x) => {
      const t = tf.tanh(tf.softplus(x));
      return tf.add(t, tf.mul(tf.mul(x, tf.sigmoid(x)), tf.sub(1, tf.square(t))));
    },
  );

export const elu: Primitives["elu"] = (x, alpha) =>
  pointwise(
    x,
    (x) => tf.where(tf.greater(x, 0), x, tf.mul(tf.expm1(x), alpha)),
    (x) => tf.where(tf.greater(x, 0), tf.onesLike(x), tf.mul(tf.exp(x), alpha)),
  );

export const gelu: Primitives["gelu"] = (x, approximate) => (approximate === "none" ? pointwise(x, geluExact, geluExactSlope) : pointwise(x, geluTanh, geluTanhSlope));

/** Φ(x), the normal distribution's function. */
const normal = (x: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);

const geluExact = (x: tf.Tensor): tf.Tensor => tf.mul(x, normal(x));
const geluExactSlope = (x: tf.Tensor): tf.Tensor =>
  tf.add(normal(x), tf.mul(x, tf.div(tf.exp(tf.mul(tf.square(x), -0.5)), Math.sqrt(2 * Math.PI))));

/** √(2/π) */
const root = 0.7978845608028654;
const cubic = 0.044715;
/** tanh(√(2/π) · (x + 0.044715·x³)) */
const bend = (x: tf.Tensor): tf.Tensor => tf.tanh(tf.mul(tf.mul(x, tf.add(tf.mul(tf.square(x), cubic), 1)), root));

const geluTanh = (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(bend(x), 1));
function geluTanhSlope(x: tf.Tensor): tf.Tensor {
  const t = bend(x);
  const inner = tf.mul(tf.add(tf.mul(tf.square(x), 3 * cubic), 1), root);
  return tf.mul(tf.add(tf.add(t, 1), tf.mul(tf.mul(x, tf.sub(1, tf.square(t))), inner)), 0.5);
}
