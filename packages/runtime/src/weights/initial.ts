/** The weights that a training starts from. */

import { type Model, weightsOf } from "@cnn-lang/shape-checker";
import { draws } from "../data/random.ts";
import type { NamedArray } from "./safetensors.ts";

/**
 * Initial weights in PyTorch's layout, by name: uniform or constant as the model's initializers say. Each number is a hash of
 * seed, name and place, so that a layer's weights do not depend on the layers around it.
 */
export function initialWeights(model: Model, seed: number): Map<string, NamedArray> {
  return new Map(
    weightsOf(model).map(({ name, shape, dtype, initializer }): [string, NamedArray] => {
      const size = shape.reduce((product, n) => product * n, 1);
      if (dtype === "int64") return [name, { shape, values: new BigInt64Array(size) }];
      const values = new Float32Array(size);
      if (initializer.kind === "constant") values.fill(initializer.value);
      else {
        const { uniform } = draws(seed, "weights", name);
        for (let i = 0; i < size; i += 1) values[i] = (2 * uniform(i) - 1) * initializer.bound;
      }
      return [name, { shape, values }];
    }),
  );
}
