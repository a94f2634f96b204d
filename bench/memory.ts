/**
 * What a long training holds: tensors, their bytes, and the process's resident size, over 3,000 steps with augmentation and a
 * validation after every epoch.
 *
 *     node --import tsx --conditions=@cnn-lang/source bench/memory.ts
 */

import * as tf from "@tensorflow/tfjs-core";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { train } from "../packages/runtime/src/index.ts";

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
const at = [100, 500, 1000, 1500, 2000, 2500, 3000];

console.log("  step  tensors  MB of tensors  resident MB  heap MB  external MB");
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
      const { numTensors, numBytes } = tf.memory();
      const { rss, heapUsed, external } = process.memoryUsage();
      const megabytes = [numBytes, rss, heapUsed, external].map((bytes) => (bytes / 1e6).toFixed(1));
      console.log([String(event.step).padStart(6), String(numTensors).padStart(7), ...megabytes.map((text) => text.padStart(11))].join("  "));
    },
  },
);
console.log(result.status, ...result.diagnostics.map(({ message }) => message));
rmSync(folder, { recursive: true });
