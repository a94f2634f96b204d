/** Softmax cross-entropy on webgpu: loss, gradient and what is counted for metrics together. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { kernel, type Program, reads, writes } from "./recorder.ts";

/** Rows that one workgroup takes, one a thread at a time. */
const rowsEach = 1024;

/** A workgroup's share of the mean loss, and how many of its rows have their label as the first of the highest scores. A label that is no class makes the loss NaN: a kernel cannot throw. */
const losses = {
  name: "crossEntropy",
  buffers: [...reads("logits"), { name: "labels", access: "read", of: "i32" }, ...writes("gradient", "loss", "tally")],
  parameters: { rows: "u32", classes: "u32", rowsEach: "u32", nan: "f32" },
  code: `
var<workgroup> sums: array<vec2<f32>, 256>;
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) li: u32, @builtin(workgroup_id) group: vec3<u32>) {
  var sum = vec2<f32>(0.0);
  let share = 1.0 / f32(p.rows);
  let end = min(p.rows, (group.x + 1u) * p.rowsEach);
  for (var r = group.x * p.rowsEach + li; r < end; r += 256u) {
    let at = r * p.classes;
    var largest = logits[at];
    var seen = 0u;
    for (var k = 1u; k < p.classes; k++) { if (logits[at + k] > largest) { largest = logits[at + k]; seen = k; } }
    var powers = 0.0;
    for (var k = 0u; k < p.classes; k++) { powers += exp(logits[at + k] - largest); }
    let label = u32(labels[r]);
    if (label < p.classes) { sum += vec2<f32>(log(powers) + largest - logits[at + label], select(0.0, 1.0, seen == label)); } else { sum.x += p.nan; }
    for (var k = 0u; k < p.classes; k++) { gradient[at + k] = (exp(logits[at + k] - largest) / powers - select(0.0, 1.0, k == label)) * share; }
  }
  sums[li] = sum;
  workgroupBarrier();
  for (var k = 128u; k > 0u; k = k >> 1u) {
    if (li < k) { sums[li] += sums[li + k]; }
    workgroupBarrier();
  }
  if (li > 0u) { return; }
  loss[group.x] = sums[0].x * share;
  tally[2u * group.x] = sums[0].x * share;
  tally[2u * group.x + 1u] = sums[0].y;
}`,
} satisfies Program;

const total = {
  name: "sumOfLosses",
  buffers: [...reads("parts"), ...writes("loss", "tally")],
  parameters: { parts: "u32" },
  code: `
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) li: u32) {
  if (li > 0u) { return; }
  var sum = vec2<f32>(0.0);
  for (var k = 0u; k < p.parts; k++) { sum += vec2<f32>(parts[2u * k], parts[2u * k + 1u]); }
  loss[0] = sum.x;
  tally[0] = sum.x;
  tally[1] = sum.y;
}`,
} satisfies Program;

export const crossEntropyKernels = [
  // logits [rows, classes], labels [rows] → loss [], gradient [rows, classes], tally [loss, hits].
  kernel<{ logits: TensorInfo; labels: TensorInfo }, object>("CnnSoftmaxCrossEntropy", (recorder, { logits, labels }) => {
    const [rows = 1, classes = 1] = logits.shape, groups = Math.ceil(rows / rowsEach);
    const loss = recorder.output([]), gradient = recorder.output(logits.shape), tally = recorder.output([2]);
    const sizes = { rows, classes, rowsEach, nan: Number.NaN };
    if (groups === 1) recorder.run(losses, [logits, labels, gradient, loss, tally], sizes, [1]);
    else {
      const first = recorder.output([groups]), parts = recorder.output([groups, 2]);
      recorder.run(losses, [logits, labels, gradient, first, parts], sizes, [groups]);
      recorder.run(total, [parts, loss, tally], { parts: groups }, [1]);
      for (const part of [first, parts]) recorder.free(part);
    }
    return [loss, gradient, tally];
  }),
];
