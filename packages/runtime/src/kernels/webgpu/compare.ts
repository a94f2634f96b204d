/** Whether tensors hold the same bits, found out on the card. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../kernel.ts";
import { eachElement, groupsFor, type Program, type Recorder } from "./recorder.ts";

const compareBits = {
  name: "compareBits",
  buffers: [{ name: "a", access: "read", of: "u32" }, { name: "b", access: "read", of: "u32" }, { name: "differs", access: "read_write", of: "atomic<u32>" }],
  parameters: { size: "u32" },
  code: eachElement("if (a[i] != b[i]) { atomicStore(&differs[0], 1u); }"),
} satisfies Program;

/** Writes 1 into `differs`, one whole number, where two tensors of a pair are not equal bit by bit. */
export function compare(recorder: Recorder, pairs: readonly (readonly [TensorInfo, TensorInfo])[], differs: TensorInfo): void {
  for (const [a, b] of pairs) recorder.run(compareBits, [a, b, differs], { size: sizeOf(a) }, groupsFor(sizeOf(a)));
}
