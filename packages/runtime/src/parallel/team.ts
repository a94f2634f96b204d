/** A training in several threads: starts them beside the main one, and ends them. */

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { runProblems } from "../codes.ts";
import type { BatchForm } from "../data/batch.ts";
import { fail, Failure } from "../failure.ts";
import { isExact } from "../kernels/wasm/exact.ts";
import type { Heap } from "../kernels/wasm/heap.ts";
import { ownLearningRates } from "../train/groups.ts";
import { countedNumbers } from "../train/heads.ts";
import type { Step, Training } from "../train/step.ts";
import { isStopped, stop, whoStopped } from "./barrier.ts";
import type { Watch } from "./guard.ts";
import { lead } from "./lead.ts";
import { createMember } from "./member.ts";
import { createMemory, type SharedMemory } from "./memory.ts";
import type { Assignment, Problem } from "./worker.ts";

export interface Team {
  /** A training step that all threads share. Throws the Failure of a thread that cannot go on, or CNN8017 where one has ended. */
  readonly step: Step;
  /** The threads beside this one. */
  readonly workers: readonly Worker[];
  close(): Promise<void>;
}

/** What is to be trained. */
export interface Order extends Pick<Assignment, "recipe" | "start"> {
  readonly threads: number;
  readonly training: Training;
  readonly form: BatchForm;
  readonly heap: Heap;
  /** Told once, if steps cannot be done again; they are all computed anew where it is not given. */
  readonly notice?: ((message: string) => void) | undefined;
}

/** A thread runs what was built, whatever loader of sources this one was started with. */
const alone = { execArgv: [] };

/** Starts all threads but this one, each with a copy of the network, and waits until they are ready. */
export async function startTeam({ threads, training, form, heap, recipe, start, notice }: Order): Promise<Team> {
  const { network: { model }, heads } = training;
  const groups = ownLearningRates(recipe.optimizer);
  const memory = memoryFor(threads, training, form, groups.length);
  const { control } = memory;
  const problems: MessagePort[] = [], lives: MessagePort[] = [];
  /** What Node says of threads that end by themselves. */
  const last = new Map<number, string>();

  const workers = Array.from({ length: threads - 1 }, (_, i) => {
    const [problem, life] = [new MessageChannel(), new MessageChannel()];
    problems.push(problem.port1);
    lives.push(life.port1);
    const assignment: Assignment = { thread: i + 1, memory, model, recipe, heads, start, exact: isExact(), isCaptured: notice !== undefined, problems: problem.port2, life: life.port2 };
    // The built file: a thread cannot be started from TypeScript on Node 20.
    const worker = new Worker(new URL(import.meta.resolve("#thread/training")), { ...alone, workerData: assignment, transferList: [problem.port2, life.port2] });
    worker.on("error", ({ message }) => last.set(i, message));
    return worker;
  });
  const watch: Watch = { control, lives };
  const guard = new Worker(new URL(import.meta.resolve("#thread/guard")), { ...alone, workerData: watch, transferList: lives });

  function giveUp(): never {
    const worker = whoStopped(control) - 2;
    const port = problems[worker];
    const problem: Problem | undefined = port && receiveMessageOnPort(port)?.message;
    if (problem && "finding" in problem) throw new Failure(problem.finding, problem.span);
    return fail(runProblems.workerEnded({ worker: worker + 2, of: threads, why: problem?.why ?? last.get(worker) ?? "it was ended from outside, or had no memory left" }));
  }

  const member = createMember(0, memory, heap, training, notice);

  async function close(): Promise<void> {
    stop(control, 1);
    member.dispose();
    await Promise.all([guard, ...workers].map((worker) => worker.terminate()));
    for (const port of problems) port.close();
  }

  // A thread that does not get that far ends, and leaves its problem.
  await Promise.all(workers.map((worker, i) => new Promise<void>((done) => {
    worker.on("message", () => done());
    worker.on("exit", () => {
      stop(control, i + 2);
      done();
    });
  })));
  if (isStopped(control)) {
    await close();
    giveUp();
  }
  return { step: lead(memory, member, heads, groups, giveUp), workers, close };
}

function memoryFor(threads: number, { network: { weights }, trainable, heads }: Training, form: BatchForm, groups: number): SharedMemory {
  const channels = Object.entries(weights).map(([name, { size }]) => (name.endsWith(".running_mean") ? size : 0));
  return createMemory(threads, form, {
    groups,
    // Rows, and two numbers a channel.
    exchanged: 1 + 2 * Math.max(0, ...channels),
    parameters: trainable.reduce((sum, name) => sum + (weights[name]?.size ?? 0), 0),
    tally: heads.reduce((sum, head) => sum + 1 + countedNumbers(head), 0),
  });
}
