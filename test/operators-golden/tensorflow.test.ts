/** On TensorFlow itself, where its native library was installed or built (`scripts/build-tensorflow.mjs`). */

import { tensorflow } from "../../packages/runtime/src/backends/tensorflow.ts";
import { compareOn } from "./compare.ts";

compareOn("tensorflow", (await tensorflow.probe()).usable ? tensorflow.load : undefined);
