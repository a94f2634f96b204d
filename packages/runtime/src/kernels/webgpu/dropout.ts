/** Dropout on webgpu. Its mask is a hash, as `data/random.ts` makes it: equal on every backend, and never stored. */

import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { dropoutDraws } from "../../data/random.ts";
import { sizeOf } from "../kernel.ts";
import type { DropoutAttributes } from "../table.ts";
import { eachElement, groupsFor, kernel, type Program, reads, writes } from "./recorder.ts";

/** What a shader is told of a mask. */
export const mask = { sample: "u32", places: "u32", first: "u32", low: "u32", high: "u32", threshold: "u32", scale: "f32" } as const;

/** `dropped(value, i)` is a value at place i behind the mask. */
export const dropped = `
fn mix(word: u32) -> u32 {
  var h = (word ^ (word >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}
fn dropped(value: f32, i: u32) -> f32 {
  if (p.threshold == 0u) { return value; }
  let element = (p.first + i / p.sample) * p.places + i % p.places;
  let draw = mix(mix(element + p.low) ^ p.high) >> 8u;
  return select(value * p.scale, 0.0, draw < p.threshold);
}`;

type MaskNumbers = Readonly<Record<keyof typeof mask, number>>;

/** The mask that leaves all as it is. */
export const noMask: MaskNumbers = { sample: 1, places: 1, first: 0, low: 0, high: 0, threshold: 0, scale: 1 };

/** The numbers of a mask over a tensor, and of the same one in another step. */
export function maskOf({ places, first, threshold, scale, ...facts }: DropoutAttributes, { shape }: TensorInfo): { readonly numbers: MaskNumbers; readonly later: (step: number) => Pick<MaskNumbers, "low" | "high"> } {
  const later = (step: number): Pick<MaskNumbers, "low" | "high"> => {
    const [low, high] = dropoutDraws({ ...facts, step }).words;
    return { low, high };
  };
  return { numbers: { sample: util.sizeFromShape(shape.slice(1)), places, first, threshold, scale, ...later(facts.step) }, later };
}

/** Dropout, behind a relu or not. */
const dropout = {
  name: "dropout",
  buffers: [...reads("x"), ...writes("y")],
  parameters: { size: "u32", relu: "u32", ...mask },
  code: `${dropped}${eachElement("y[i] = dropped(select(x[i], 0.0, p.relu == 1u && x[i] <= 0.0), i);")}`,
} satisfies Program;

export const dropoutKernels = [
  kernel<{ x: TensorInfo }, DropoutAttributes>("CnnDropout", (recorder, { x }, attributes) => {
    const y = recorder.output(x.shape), size = sizeOf(x);
    return recorder.defer(y, { kind: "dropout", x, attributes }, () => {
      const before = recorder.originOf(x), isRelu = before?.kind === "relu";
      const { numbers, later } = maskOf(attributes, x);
      recorder.run(dropout, [isRelu ? before.x : x, y], { size, relu: Number(isRelu), ...numbers }, groupsFor(size), later);
    });
  }),
];
