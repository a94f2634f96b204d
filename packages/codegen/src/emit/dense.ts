/** Dense layers: one matrix product. */

import { tensorShape } from "../layout.ts";
import { code, type Code } from "../code.ts";
import type { Emitters } from "./emitter.ts";
import { fusedCall } from "./fused.ts";

export const dense: Emitters<"dense"> = {
  dense: {
    core(layer, { input, inputShape, weight, ranked }) {
      const { attributes: { bias }, outputShape, absorbed = [] } = layer;
      const b = weight("weight");
      const product = (a: Code): Code =>
        bias || absorbed.length > 0 ? ranked(fusedCall(code`matMul`, { a, b }, bias ? weight("bias") : undefined, layer), 2) : code`tf.matMul(${a}, ${b})`;
      if (inputShape.axes.length === 0) return product(input);
      const positions = code`tf.reshape(${input}, ${[-1, inputShape.channels]})`;
      return code`tf.reshape(${product(positions)}, ${[-1, ...tensorShape(outputShape)]})`;
    },
  },
};
