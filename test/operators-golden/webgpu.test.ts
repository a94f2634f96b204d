/** On TensorFlow.js's webgpu backend with the kernels of this package, in software where there is no graphics card. */

import { startWebgpu } from "../helpers/webgpu.ts";
import { compareOn } from "./compare.ts";

compareOn("webgpu", startWebgpu);
