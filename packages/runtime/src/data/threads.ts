/** The threads that prepare images, or this thread alone: one and the same to who asks for batches. */

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Finding } from "@cnn-lang/parser";
import type { DataSettings } from "@cnn-lang/shape-checker";
import { Failure } from "../failure.ts";
import type { Preparation } from "./augment.ts";
import { imageProblems } from "./codes.ts";
import { type Images, isInFiles } from "./dataset.ts";
import { createTasks, type Tasks } from "./tasks.ts";

export interface Pool extends Omit<Tasks, "open"> {
  /** 0: all is done in this thread. */
  readonly threads: number;
  /** Makes a set known; gives the number by which batches of it are asked for. */
  open(images: Images, preparation: Preparation): number;
  /** Ends the threads. Whoever waits for a task then waits in vain. */
  close(): Promise<void>;
}

/** What a thread is sent. */
export type Order = { readonly id: number } & { [T in keyof Tasks]: { readonly task: T; readonly given: Parameters<Tasks[T]> } }[keyof Tasks];
type Value = Awaited<ReturnType<Tasks[keyof Tasks]>>;
/** What it sends back. */
export type Answer = { readonly id: number } & ({ readonly value: Value } | { readonly problem: Finding });

export const createPool = (threads: number): Pool => (threads === 0 ? poolOfNone() : poolOf(threads));

function poolOfNone(): Pool {
  const { open, ...tasks } = createTasks();
  let sets = 0;
  return {
    ...tasks,
    threads: 0,
    open(images, preparation) {
      open((sets += 1), images, preparation);
      return sets;
    },
    async close() {},
  };
}

interface Thread {
  readonly worker: Worker;
  /** Tasks that are not done yet, by their number. */
  readonly waiting: Map<number, { readonly done: (value: Value) => void; readonly failed: (error: Error) => void }>;
}

function poolOf(count: number): Pool {
  let dead: Failure | undefined;
  let orders = 0;
  let sets = 0;
  const threads = Array.from({ length: count }, startThread);

  function startThread(): Thread {
    // The built file: a thread cannot be started from TypeScript on Node 20.
    const thread: Thread = { worker: new Worker(new URL(import.meta.resolve("#thread/data"))), waiting: new Map() };
    thread.worker.on("message", (answer: Answer) => {
      const task = thread.waiting.get(answer.id);
      thread.waiting.delete(answer.id);
      if ("problem" in answer) task?.failed(new Failure(answer.problem));
      else task?.done(answer.value);
    });
    thread.worker.on("error", (error) => end(error.message));
    thread.worker.on("exit", (code) => end(`it left with the code ${code}`));
    return thread;
  }

  /** One thread that ends takes all with it: its batch would be missing. */
  function end(why: string): void {
    dead ??= new Failure(imageProblems.workerDied({ why }));
    for (const { waiting, worker } of threads) {
      for (const { failed } of waiting.values()) failed(dead);
      waiting.clear();
      void worker.terminate();
    }
  }

  /** Gives a task to the thread with the fewest. */
  function ask(order: (id: number) => Order): Promise<Value> {
    if (dead) return Promise.reject(dead);
    const [thread] = threads.toSorted((a, b) => a.waiting.size - b.waiting.size);
    const id = (orders += 1);
    return new Promise((done, failed) => {
      thread?.waiting.set(id, { done, failed });
      thread?.worker.postMessage(order(id));
    });
  }

  return {
    threads: count,
    open(images, preparation) {
      sets += 1;
      const shared = inSharedMemory(images);
      for (const { worker } of threads) worker.postMessage({ id: 0, task: "open", given: [sets, shared, preparation] } satisfies Order);
      return sets;
    },
    // A thread answers a task with what that task gives: the casts say so where the type of a message cannot.
    batch: async (...given) => (await ask((id) => ({ id, task: "batch", given }))) as Awaited<ReturnType<Tasks["batch"]>>,
    survey: async (...given) => (await ask((id) => ({ id, task: "survey", given }))) as Awaited<ReturnType<Tasks["survey"]>>,
    hash: async (...given) => (await ask((id) => ({ id, task: "hash", given }))) as Awaited<ReturnType<Tasks["hash"]>>,
    async close() {
      for (const { worker } of threads) worker.removeAllListeners();
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

/** Bytes that all threads see; a message would copy them for each. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

function inSharedMemory(images: Images): Images {
  const share = (bytes: Uint8Array): Uint8Array => {
    if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
    const shared = sharedBytes(bytes.length);
    shared.set(bytes);
    return shared;
  };
  if (isInFiles(images)) return images;
  return { ...images, pixels: share(images.pixels), ...(images.masks && { masks: share(images.masks) }) };
}

/** More threads than this wait for the disk and for each other. */
const mostByChoice = 4;

/**
 * How many threads a recipe's data is prepared by: as it says, else none for images in memory that are only flipped and cropped
 * (which takes less time than sending a batch), and one for each core but the training's for all others.
 */
export function threadsFor(isOnDisk: boolean, { workers, augment }: Pick<DataSettings, "workers" | "augment">): number {
  if (workers !== null) return workers;
  const isCostly = isOnDisk || augment.some((step) => "jitter" in step || "rotate" in step);
  return isCostly ? Math.max(1, Math.min(mostByChoice, availableParallelism() - 1)) : 0;
}
