/** Softmax cross-entropy on webgpu: loss and gradient together. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { kernel, type Program, reads, writes } from "./recorder.ts";

/** Rows that one workgroup takes, one a thread at a time. */
const rowsEach = 1024;

/** The sum of a workgroup's losses over all rows. A label that is no class makes the loss NaN: a kernel cannot throw. */
const losses = {
  name: "crossEntropy",
  buffers: [...reads("logits"), { name: "labels", access: "read", of: "i32" }, ...writes("gradient", "loss")],
  parameters: { rows: "u32", classes: "u32", rowsEach: "u32", nan: "f32" },
  code: `
var<workgroup> sums: array<f32, 256>;
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) li: u32, @builtin(workgroup_id) group: vec3<u32>) {
  var sum = 0.0;
  let share = 1.0 / f32(p.rows);
  let end = min(p.rows, (group.x + 1u) * p.rowsEach);
  for (var r = group.x * p.rowsEach + li; r < end; r += 256u) {
    let at = r * p.classes;
    var largest = logits[at];
    for (var k = 1u; k < p.classes; k++) { largest = max(largest, logits[at + k]); }
    var powers = 0.0;
    for (var k = 0u; k < p.classes; k++) { powers += exp(logits[at + k] - largest); }
    let label = u32(labels[r]);
    if (label < p.classes) { sum += log(powers) + largest - logits[at + label]; } else { sum += p.nan; }
    for (var k = 0u; k < p.classes; k++) { gradient[at + k] = (exp(logits[at + k] - largest) / powers - select(0.0, 1.0, k == label)) * share; }
  }
  sums[li] = sum;
  workgroupBarrier();
  for (var k = 128u; k > 0u; k = k >> 1u) {
    if (li < k) { sums[li] += sums[li + k]; }
    workgroupBarrier();
  }
  if (li == 0u) { loss[group.x] = sums[0] * share; }
}`,
} satisfies Program;

const total = {
  name: "sumOfLosses",
  buffers: [...reads("parts"), ...writes("loss")],
  parameters: { parts: "u32" },
  code: `
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) li: u32) {
  if (li > 0u) { return; }
  var sum = 0.0;
  for (var k = 0u; k < p.parts; k++) { sum += parts[k]; }
  loss[0] = sum;
}`,
} satisfies Program;

export const crossEntropyKernels = [
  // logits [rows, classes], labels [rows] → loss [], gradient [rows, classes].
  kernel<{ logits: TensorInfo; labels: TensorInfo }, object>("CnnSoftmaxCrossEntropy", (recorder, { logits, labels }) => {
    const [rows = 1, classes = 1] = logits.shape, groups = Math.ceil(rows / rowsEach);
    const loss = recorder.output([]), gradient = recorder.output(logits.shape);
    const parts = groups === 1 ? loss : recorder.output([groups]);
    recorder.run(losses, [logits, labels, gradient, parts], { rows, classes, rowsEach, nan: Number.NaN }, [groups]);
    if (parts !== loss) {
      recorder.run(total, [parts, loss], { parts: groups }, [1]);
      recorder.free(parts);
    }
    return [loss, gradient];
  }),
];
