/** A thread that prepares images: does the tasks that it is sent, one after the other, and sends back what comes of them. */

import { parentPort } from "node:worker_threads";
import { Failure } from "../failure.ts";
import type { Batch } from "./batch.ts";
import type { Answer, Order } from "./threads.ts";
import { createTasks } from "./tasks.ts";

const tasks = createTasks();

/** The next task waits for the one before: a batch must not be slowed down by those behind it. */
let last: Promise<void> = Promise.resolve();

parentPort?.on("message", (order: Order) => {
  last = last.then(() => answer(order));
});

async function answer(order: Order): Promise<void> {
  const send = (message: Answer, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(message, transfer);
  try {
    switch (order.task) {
      case "open":
        return tasks.open(...order.given);
      case "batch": {
        const value = await tasks.batch(...order.given);
        return send({ id: order.id, value }, buffersOf(value));
      }
      case "survey":
        return send({ id: order.id, value: await tasks.survey(...order.given) });
      case "hash":
        return send({ id: order.id, value: await tasks.hash(...order.given) });
    }
  } catch (error) {
    // Any other error is ours: it ends the thread, and the pool tells.
    if (!(error instanceof Failure)) throw error;
    send({ id: order.id, problem: error.finding });
  }
}

/** A batch is handed over, not copied. */
const buffersOf = ({ images, labels }: Batch): ArrayBuffer[] => [images.buffer, labels.buffer].filter((buffer) => buffer instanceof ArrayBuffer);
