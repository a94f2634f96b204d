/** Relu, its gradient and that of tanh on webgpu. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat, sizeOf } from "../kernel.ts";
import { dropped, mask, maskOf, noMask } from "./dropout.ts";
import { addRepeated } from "./elementwise.ts";
import { eachElement, groupsFor, kernel, type Program, reads, writes } from "./recorder.ts";

const relu = {
  name: "relu",
  buffers: [...reads("x"), ...writes("y")],
  parameters: { size: "u32" },
  code: eachElement("y[i] = select(x[i], 0.0, x[i] <= 0.0);"),
} satisfies Program;

/** The gradient of a relu, whose input or output is `gate`, with a dropout behind it or not. */
const reluGradient = {
  name: "reluGradient",
  buffers: [...reads("dy", "gate"), ...writes("dx")],
  parameters: { size: "u32", ...mask },
  code: `${dropped}${eachElement("dx[i] = select(0.0, dropped(dy[i], i), gate[i] > 0.0);")}`,
} satisfies Program;

const tanhGradient = {
  name: "tanhGradient",
  buffers: [...reads("dy", "y"), ...writes("dx")],
  parameters: { size: "u32" },
  code: eachElement("dx[i] = dy[i] * (1.0 - y[i] * y[i]);"),
} satisfies Program;

export const activationKernels = [
  kernel<{ x: TensorInfo }, object>("Relu", (recorder, { x }) => {
    if (!isFloat(x)) return "stock";
    const y = recorder.output(x.shape), size = sizeOf(x);
    return recorder.defer(y, { kind: "relu", x }, () => {
      const before = recorder.originOf(x);
      if (before?.kind === "biased") recorder.run(addRepeated, [before.x, before.bias, y], { size, period: sizeOf(before.bias), relu: 1 }, groupsFor(size));
      else recorder.run(relu, [x, y], { size }, groupsFor(size));
    });
  }),

  kernel<{ dy: TensorInfo; y: TensorInfo }, object>("CnnReluGradient", (recorder, { dy, y }) => {
    const dx = recorder.output(y.shape), size = sizeOf(y), [behind, before] = [recorder.originOf(dy), recorder.originOf(y)];
    const gate = before?.kind === "relu" ? before.x : y;
    if (behind?.kind === "dropout") {
      const { numbers, later } = maskOf(behind.attributes, behind.x);
      recorder.run(reluGradient, [behind.x, gate, dx], { size, ...numbers }, groupsFor(size), later);
    } else recorder.run(reluGradient, [dy, gate, dx], { size, ...noMask }, groupsFor(size));
    return dx;
  }),

  kernel<{ dy: TensorInfo; y: TensorInfo }, object>("CnnTanhGradient", (recorder, { dy, y }) => {
    const dx = recorder.output(y.shape), size = sizeOf(y);
    recorder.run(tanhGradient, [dy, y, dx], { size }, groupsFor(size));
    return dx;
  }),
];
