/** TensorFlow.js in plain JavaScript: a thousand times slower than the others, the reference in tests. */

import { env, ready, setBackend } from "@tensorflow/tfjs-core";
import { registerGradients, type Backend } from "./backend.ts";

export const cpu: Backend = {
  name: "cpu",
  probe: async () => ({ usable: true, about: "TensorFlow.js in plain JavaScript; very slow" }),
  async load() {
    await import("@tensorflow/tfjs-backend-cpu");
    await registerGradients();
    // Else it advertises another backend at its first tensor.
    env().set("PROD", true);
    await setBackend("cpu");
    await ready();
    return { warnings: [] };
  },
};
