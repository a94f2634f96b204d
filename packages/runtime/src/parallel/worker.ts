/** A thread of a training: waits for a step, takes its part in it, and so on, until the training stops. */

import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Finding, Span } from "@cnn-lang/parser";
import type { Model, Recipe } from "@cnn-lang/shape-checker";
import { selectBackend } from "../backends/select.ts";
import { Failure } from "../failure.ts";
import { setExact } from "../kernels/wasm/exact.ts";
import { currentHeap } from "../kernels/wasm/install.ts";
import type { Checkpoint } from "../run/checkpoint.ts";
import { groupsOf, ownLearningRates } from "../train/groups.ts";
import type { Head } from "../train/heads.ts";
import { buildNetwork, trainableWeights } from "../train/network.ts";
import { createOptimizer } from "../train/optimizers.ts";
import { scheduledOptimizer } from "../train/recipe-schedule.ts";
import type { Rates } from "../train/schedules.ts";
import type { Training } from "../train/step.ts";
import { isStopped, patienceFor, stop, waitWhile } from "./barrier.ts";
import { createMember } from "./member.ts";
import { batchIn, noRandom, type SharedMemory, words } from "./memory.ts";

/** What a thread is started with. */
export interface Assignment {
  /** Its number; 0 is the main thread. */
  readonly thread: number;
  readonly memory: SharedMemory;
  readonly model: Model;
  readonly recipe: Pick<Recipe, "optimizer" | "schedule" | "seed" | "clipGradientNorm" | "clipGradientValue">;
  readonly heads: readonly Head[];
  readonly start: Checkpoint;
  readonly exact: boolean;
  /** Whether steps are done again. */
  readonly isCaptured: boolean;
  /** Where it tells why it fails: the main thread reads it without leaving its step. */
  readonly problems: MessagePort;
  /** Closes with the thread, however that ends: the guard hears it. */
  readonly life: MessagePort;
}

/** Why a thread failed. */
export type Problem = { readonly finding: Finding; readonly span: Span | undefined } | { readonly why: string };

const assignment: Assignment = workerData;
const { control } = assignment.memory;

try {
  const step = await join(assignment);
  parentPort?.postMessage("ready");
  for (;;) step();
} catch (error) {
  // Whatever breaks here after another thread has stopped is that one's doing.
  if (!isStopped(control)) {
    assignment.problems.postMessage(problemOf(error));
    stop(control, assignment.thread + 1);
  }
}
assignment.problems.close();
assignment.life.close();

/** Makes ready all that the main thread has, too; gives what waits for a step and does it. */
async function join({ thread, memory, model, recipe, heads, start, exact, isCaptured }: Assignment): Promise<() => void> {
  setExact(exact);
  const backend = await selectBackend("wasm");
  if (!backend.ok) throw new Error(backend.message);
  const heap = currentHeap();
  if (!heap) throw new Error(backend.warnings.join(" "));
  const network = await buildNetwork(model, start.weights);
  const trainable = trainableWeights(model);
  const optimizer = createOptimizer(scheduledOptimizer(recipe), network.weights, trainable, groupsOf(model, recipe.optimizer));
  if (start.position.step > 0) optimizer.restore(start.optimizer);
  const { seed, clipGradientNorm, clipGradientValue } = recipe;
  const training: Training = { network, optimizer, trainable, heads, clipGradientNorm, clipGradientValue };
  // The main thread tells what there is to tell: all do the same.
  const member = createMember(thread, memory, heap, training, isCaptured ? () => {} : undefined);
  const groups = ownLearningRates(recipe.optimizer);
  const patience = patienceFor(memory.threads);
  let steps = 0;
  return () => {
    waitWhile(control, words.step, steps, patience);
    steps += 1;
    const step = Atomics.load(control, words.index);
    const mode = { training: true, ...(step !== noRandom && { random: { seed, step } }) };
    member.step(batchIn(memory, Atomics.load(control, words.size)), mode, ratesIn(memory, groups));
  };
}

function ratesIn({ rates: [learningRate = 0, momentum = Number.NaN, ...own] }: SharedMemory, groups: readonly number[]): Rates {
  return { learningRate, ...(!Number.isNaN(momentum) && { momentum }), ...(groups.length > 0 && { groups: new Map(groups.map((base, i) => [base, own[i] ?? base])) }) };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Failure) return { finding: error.finding, span: error.span };
  return { why: error instanceof Error ? error.message : String(error) };
}
