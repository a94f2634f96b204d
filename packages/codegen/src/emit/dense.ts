/** Dense layers: one matrix product. */

import { tensorShape } from "../layout.ts";
import { code, type Code } from "../code.ts";
import type { Emitters } from "./emitter.ts";

export const dense: Emitters<"dense"> = {
  dense: {
    core({ attributes, outputShape }, { input, inputShape, weight, ranked }) {
      const kernel = weight("weight");
      const product = (a: Code): Code =>
        attributes.bias ? ranked(code`tf.fused.matMul(${{ a, b: kernel, bias: weight("bias") }})`, 2) : code`tf.matMul(${a}, ${kernel})`;
      if (inputShape.axes.length === 0) return product(input);
      const positions = code`tf.reshape(${input}, ${[-1, inputShape.channels]})`;
      return code`tf.reshape(${product(positions)}, ${[-1, ...tensorShape(outputShape)]})`;
    },
  },
};
