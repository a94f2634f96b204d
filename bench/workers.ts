/**
 * A training step on wasm that two threads share against one thread's, of the same batch, taking turns within one run:
 *
 *     node --import tsx --conditions=@cnn-lang/source bench/workers.ts
 *
 * It needs two cores that nobody else uses, and built packages: the second thread runs what was built.
 */

import * as tf from "@tensorflow/tfjs-core";
import { availableParallelism } from "node:os";
import { selectBackend } from "../packages/runtime/src/backends/select.ts";
import { prepare, type Trainee } from "./network.ts";
import { median, milliseconds, type Row, spreadOf, tell } from "./row.ts";

/** Steps before the first that is measured. */
const warming = 60;

/** A step, until its loss is known. */
function stepWith({ step }: Trainee): void {
  const said = step();
  said.loss.dataSync();
  tf.dispose([said.loss, said.tally]);
}

async function workerRows(): Promise<readonly Row[]> {
  const selection = await selectBackend("wasm");
  if (!selection.ok) throw new Error(selection.message);
  const cores = availableParallelism();
  const rows: Row[] = [];
  for (const { batch, steps } of [{ batch: 32, steps: 10 }, { batch: 128, steps: 4 }]) {
    const [one, two] = [await prepare("test/goldens/nets/simplecnn.cnn", batch), await prepare("test/goldens/nets/simplecnn.cnn", batch, 2)];
    const ours: number[] = [], theirs: number[] = [];
    // Until then the engine compiles on cores that the threads need.
    for (const trainee of [one, two]) for (let step = 0; step < warming; step += 1) stepWith(trainee);
    for (let round = 0; round < 8; round += 1) {
      const [b, a] = [one, two].map((trainee) => Array.from({ length: steps }, () => milliseconds(() => stepWith(trainee))));
      ours.push(...(a ?? []));
      theirs.push(...(b ?? []));
    }
    await two.close();
    rows.push({ what: `training step, SimpleCNN, batch ${batch}, wasm, two workers`, peer: `one worker, ${cores} cores`, unit: "ms", ours: median(ours), theirs: median(theirs), spread: spreadOf(ours), judged: "ratio", bar: 1.6, moonshot: 1.9 });
  }
  return rows;
}

tell(await workerRows());
