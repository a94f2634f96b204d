/**
 * What a long training holds: the process's resident size over 3,000 steps with augmentation and a validation after every epoch;
 * tensors are as many as before.
 *
 *     node --import tsx --conditions=@cnn-lang/source bench/memory.ts
 */

import * as tf from "@tensorflow/tfjs-core";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { train } from "../packages/runtime/src/index.ts";
import { tell } from "./row.ts";

const program = `model Net(classes = 10) {
  input 1@28x28
  conv 16 3x3 pad=1 -> batchnorm -> relu -> maxpool 2
  conv 32 3x3 pad=1 -> batchnorm -> relu -> maxpool 2
  flatten -> dense 64 -> relu -> dropout 0.5
  dense classes
}
`;

const [steps, batch, images] = [3000, 32, 3200];
const folder = mkdtempSync(join(tmpdir(), "cnn-memory-"));
writeFileSync(join(folder, "net.cnn"), program);
const epochs = steps / (images / batch);
/** When the process has what it needs, and at the end. */
const at = [500, steps];
const resident: number[] = [], tensors: number[] = [];
const result = await train(
  {
    model: join(folder, "net.cnn"),
    data: { format: "digits", limit: images + 400, validation: 400 / (images + 400), augment: [{ flip: "horizontal" }, { crop: [28, 28], padding: 2 }] },
    batch,
    epochs,
  },
  {
    out: join(folder, "run"),
    backend: "wasm",
    onEvent(event) {
      if (event.type !== "step" || !at.includes(event.step)) return;
      resident.push(process.memoryUsage().rss / 1e6);
      tensors.push(tf.memory().numBytes);
    },
  },
);
rmSync(folder, { recursive: true });
if (result.status !== "finished") throw new Error(result.diagnostics[0]?.message ?? result.status);
if (tensors[0] !== tensors[1]) throw new Error(`${tensors[1]} bytes of tensors at the end, ${tensors[0]} at step ${at[0]}.`);
const [before = Number.NaN, after = Number.NaN] = resident;
tell([{ what: `resident memory after ${steps} steps, with augmentation and validation`, peer: `after ${at[0]} steps`, unit: "MB", ours: after, theirs: before, judged: "ratio" }]);
