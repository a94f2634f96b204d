/** Padding of five axes and more on webgpu, axis by axis: TensorFlow.js's shader for them does not compile. Slices need it for their gradient. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../kernel.ts";
import { eachElement, groupsFor, kernel, type Program, reads, writes } from "./recorder.ts";

/** One axis: `inner` values stand at each of its positions. */
const padAxis = {
  name: "padAxis",
  buffers: [...reads("x"), ...writes("y")],
  parameters: { size: "u32", inner: "u32", length: "u32", padded: "u32", before: "u32", value: "f32" },
  code: eachElement(`
  let position = (i / p.inner) % p.padded;
  let source = ((i / p.inner / p.padded) * p.length + position - p.before) * p.inner + i % p.inner;
  y[i] = p.value;
  if (position >= p.before && position < p.before + p.length) { y[i] = x[source]; }`),
} satisfies Program;

export const borderKernels = [
  kernel<{ x: TensorInfo }, { paddings: readonly (readonly [number, number])[]; constantValue: number }>("PadV2", (recorder, { x }, { paddings, constantValue }) => {
    if (x.shape.length < 5 || x.dtype !== "float32" || paddings.flat().every((n) => n === 0)) return "stock";
    let padded = x;
    for (const [axis, [before, after]] of paddings.entries()) {
      if (before + after === 0) continue;
      const length = padded.shape[axis] ?? 1, wide = before + length + after;
      const wider = recorder.output(padded.shape.map((n, i) => (i === axis ? wide : n))), size = sizeOf(wider);
      const inner = padded.shape.slice(axis + 1).reduce((all, n) => all * n, 1);
      recorder.run(padAxis, [padded, wider], { size, inner, length, padded: wide, before, value: constantValue }, groupsFor(size));
      if (padded !== x) recorder.free(padded);
      padded = wider;
    }
    return padded;
  }),
];
