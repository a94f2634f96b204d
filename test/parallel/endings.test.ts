/** What ends a training in several threads: nobody waits for a thread that does not come any more. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../packages/runtime/src/data/batch.ts";
import { Failure } from "../../packages/runtime/src/failure.ts";
import type { Team } from "../../packages/runtime/src/parallel/team.ts";
import type { Head } from "../../packages/runtime/src/train/heads.ts";
import { buildNetwork, type Network } from "../../packages/runtime/src/train/network.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { startBackend } from "../helpers/backends.ts";
import { modelOf } from "../helpers/program.ts";
import { mode, numbersOf, rates, remembering, teamOf } from "../helpers/team.ts";

const head: Head = { output: "output", loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: null, weight: 1 }, task: "classes", width: 2, metrics: ["accuracy"] };
const model = modelOf("model Net {\n  input 1@4x4\n  conv 2 3 -> batchnorm -> relu\n  flatten -> dense 2\n}\n");
const batch: Batch = { size: 6, shape: [6, 4, 4, 1], images: Float32Array.from({ length: 96 }, (_, i) => Math.sin(i)), labels: Int32Array.of(0, 1, 0, 1, 0, 1) };

const test = suite("threads that end");
let network: Network;
test.before(async () => {
  await startBackend("wasm");
  network = await buildNetwork(model, initialWeights(model, 1));
});

const step = (team: Team): unknown => numbersOf(team.step(batch, mode, rates), [head]);

/** What a step says instead of a result. */
function failureOf(team: Team): string {
  try {
    step(team);
  } catch (error) {
    if (error instanceof Failure) return `${error.finding.code} ${error.finding.message}`;
    throw error;
  }
  return "It did not fail.";
}

test("one that is killed while the main thread waits for it", async () => {
  const team = await teamOf(3, remembering(network, [head]), batch);
  step(team);
  // The main thread is in its step before it can hear that the thread ended.
  const killed = team.workers[0]?.terminate();
  assert.is(failureOf(team), "CNN8017 worker 2 of 3 ended: it was ended from outside, or had no memory left");
  await killed;
  assert.is(failureOf(team), "CNN8017 worker 2 of 3 ended: it was ended from outside, or had no memory left");
  await team.close();
});

test("one that fails tells why, also before the first step", async () => {
  const training = remembering(network, [head]);
  const team = await teamOf(2, { ...training, network: { ...network, model: { ...model, layers: [] } } }, batch).catch((error: unknown) => error);
  assert.instance(team, Failure);
  assert.match(String(team), /worker 2 of 2 ended: /);
});

test("one that fails in the middle of a step", async () => {
  // The threads are given copies: what is mended here afterwards is still wrong there.
  const heads = [{ ...head, output: "other" }];
  const team = await teamOf(2, remembering(network, heads), batch);
  heads[0] = head;
  assert.is(failureOf(team), "CNN8202 the gradients of Net cannot be computed: The model has no output other.");
  await team.close();
});

test("the main one: the others end, too", async () => {
  const training = remembering(network, [head]);
  let isBroken = false;
  const optimizer = {
    ...training.optimizer,
    step() {
      if (isBroken) throw new Error("The optimizer broke.");
    },
  };
  const team = await teamOf(2, { ...training, optimizer }, batch);
  step(team);
  isBroken = true;
  assert.throws(() => step(team), "The optimizer broke.");
  await Promise.all(team.workers.map((worker) => new Promise((done) => worker.once("exit", done))));
  await team.close();
});

test.run();
