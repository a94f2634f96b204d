/** The training loop: epochs of steps, each epoch judged and saved. */

import type { Recipe } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { epochOrder, stepsOf } from "../data/loader.ts";
import { fail } from "../failure.ts";
import { type Position, saveCheckpoint } from "../run/checkpoint.ts";
import type { Disk } from "../run/files.ts";
import type { Origin } from "../run/origin.ts";
import { appendMetrics, appendTiming } from "../run/run-folder.ts";
import { appendScalars } from "../run/tensorboard.ts";
import { downloadWeights } from "../weights/transfer.ts";
import { measure } from "./measure.ts";
import { add, type Metrics, metricsOf, noSums, readResults } from "./metrics.ts";
import type { TrainingData } from "./prepare.ts";
import { afterEpoch, recipeRates } from "./recipe-schedule.ts";
import type { Step, StepResult, Training } from "./step.ts";
import { better, isOut, observePatience } from "./stopping.ts";

export type TrainEvent =
  /** Every few steps: the means of the epoch so far. */
  | ({ readonly type: "step"; readonly epoch: number; readonly step: number; readonly stepInEpoch: number } & Metrics)
  | {
      readonly type: "epoch";
      readonly epoch: number;
      readonly step: number;
      readonly train: Metrics;
      readonly validation?: Metrics;
      readonly isBest: boolean;
      /** Of training alone, without validation. */
      readonly seconds: number;
      readonly imagesPerSecond: number;
    }
  /** The training ends before its last epoch: it gets no better. */
  | { readonly type: "stopped"; readonly epoch: number; readonly patience: number; readonly metric: string }
  | { readonly type: "checkpoint"; readonly step: number }
  /** The training goes on, otherwise than was meant. */
  | { readonly type: "notice"; readonly message: string };

/** A training under way. */
export interface Session extends Training {
  readonly trainOn: Step;
  readonly recipe: Recipe;
  readonly data: TrainingData;
  /** What the checkpoints will belong to. */
  readonly origin: Origin;
  readonly run: string;
  readonly disk: Disk;
  readonly onEvent: (event: TrainEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/** How many steps' results are read at once: reading makes a GPU wait. */
const readEvery = 10;

/**
 * Trains from a position to the end of the recipe, or until the signal comes; a checkpoint is saved in both cases.
 *
 * @throws Failure CNN8009 where the loss is no number any more, CNN8204 … CNN8208 where it is watched and a value is none,
 *   CNN8201 and CNN8202 where something cannot be computed, CNN8002 where the run cannot be written.
 */
export async function trainEpochs(session: Session, start: Position): Promise<"finished" | "interrupted"> {
  const { recipe, data, run, disk, onEvent, signal, network } = session;
  const { batch: batchSize, epochs, seed, shuffle, dropout, checkpoint, earlyStopping } = recipe;
  const steps = stepsOf(data.train, batchSize);
  const ratesAt = recipeRates(recipe, steps);
  const { heads } = session;
  let { step, stepInEpoch, sums, best, patience, plateau } = start;
  let saved = step;

  const save = async (epoch: number, isBest: boolean): Promise<void> => {
    if (step === saved) return;
    const position = { version: 1, epoch, step, stepInEpoch, sums, best, patience, plateau, origin: session.origin } as const;
    saveCheckpoint(disk, run, network.model, { weights: await downloadWeights(network.model, network.weights), optimizer: await session.optimizer.state(), position }, isBest);
    saved = step;
    onEvent({ type: "checkpoint", step });
  };

  for (let { epoch } = start; epoch <= epochs; epoch += 1) {
    const order = epochOrder(data.train, shuffle, seed, epoch);
    const pending: PendingStep[] = [];
    let learningRate = 0;
    const settle = async (): Promise<void> => {
      for (const [i, result] of (await readResults(pending, heads)).entries()) {
        const { size, step: at } = pending[i] ?? { size: 0, step };
        if (!Number.isFinite(result.loss)) fail(runProblems.notFinite({ loss: result.loss, step: at, epoch }));
        sums = add(sums, result, size);
      }
      pending.length = 0;
      onEvent({ type: "step", epoch, step, stepInEpoch, ...metricsOf(sums, heads) });
    };
    const begin = { time: performance.now(), samples: sums.samples };

    for await (const batch of data.train.loader.batches(order.subarray(stepInEpoch * batchSize), batchSize, epoch)) {
      if (signal?.aborted) {
        if (pending.length > 0) await settle();
        await save(epoch, false);
        return "interrupted";
      }
      const rates = ratesAt(step, plateau);
      const result = session.trainOn(batch, { training: true, ...(dropout && { random: { seed, step } }) }, rates);
      step += 1;
      stepInEpoch += 1;
      await session.watch?.judge({ step, epoch });
      learningRate = rates.learningRate;
      pending.push({ ...result, size: batch.size, step });
      if (pending.length === readEvery || stepInEpoch === steps) await settle();
      if (checkpoint.everySteps !== null && step % checkpoint.everySteps === 0 && stepInEpoch < steps) {
        if (pending.length > 0) await settle();
        await save(epoch, false);
      }
      // Lets a signal in: reading results on this thread does not leave the task.
      await new Promise(setImmediate);
    }

    const seconds = (performance.now() - begin.time) / 1000;
    const timing = { epoch, step, seconds, imagesPerSecond: (sums.samples - begin.samples) / seconds };
    const trained = metricsOf(sums, heads);
    const validation = data.validation && (await measure(network, data.validation.loader.batches(data.validation.indices, batchSize), heads)).metrics;
    const judged = validation ?? trained;
    appendMetrics(disk, run, { epoch, step, split: "train", ...trained, learningRate });
    if (validation) appendMetrics(disk, run, { epoch, step, split: "validation", ...validation, learningRate });
    appendTiming(disk, run, timing);
    const scalars = { ...scalarsOf("train", trained), ...(validation && scalarsOf("validation", validation)), learning_rate: learningRate, images_per_second: timing.imagesPerSecond };
    appendScalars(disk, run, { time: Date.now() / 1000, step, scalars });
    best = better(recipe, best, step, judged);
    const isBest = best.step === step;
    plateau = afterEpoch(recipe, plateau, judged.loss);
    if (earlyStopping) patience = observePatience(earlyStopping, patience, judged);
    [stepInEpoch, sums] = [0, noSums];
    await save(epoch + 1, isBest);
    onEvent({ type: "epoch", ...timing, train: trained, ...(validation && { validation }), isBest });
    if (earlyStopping && isOut(earlyStopping, patience) && epoch < epochs) {
      onEvent({ type: "stopped", epoch, patience: earlyStopping.patience, metric: earlyStopping.metric });
      return "finished";
    }
  }
  return "finished";
}

/** Metrics by TensorBoard's tags, `loss/train`: those of one metric stand in one chart. */
const scalarsOf = (split: string, metrics: Metrics): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(metrics).flatMap(([name, value]) => (typeof value === "number" ? [[`${name}/${split}`, value]] : [])));

interface PendingStep extends StepResult {
  readonly size: number;
  readonly step: number;
}
