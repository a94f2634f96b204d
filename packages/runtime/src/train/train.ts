/** The training loop: epochs of steps, each epoch judged and saved. */

import type { Recipe } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { epochOrder, makeBatch, stepsOf } from "../data/loader.ts";
import { fail } from "../failure.ts";
import { type Position, saveCheckpoint } from "../run/checkpoint.ts";
import type { Disk } from "../run/files.ts";
import { appendMetrics, appendTiming } from "../run/run-folder.ts";
import { downloadWeights } from "../weights/transfer.ts";
import { measure } from "./measure.ts";
import { add, type Metrics, metricsOf, noSums, readResults } from "./metrics.ts";
import type { TrainingData } from "./prepare.ts";
import { scheduleOf } from "./recipe-schedule.ts";
import { ratesAt } from "./schedules.ts";
import { type StepResult, type Training, trainStep } from "./step.ts";

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
  | { readonly type: "checkpoint"; readonly step: number };

/** A training under way. */
export interface Session extends Training {
  readonly recipe: Recipe;
  readonly data: TrainingData;
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
 * @throws Failure CNN8009 where the loss is no number any more, CNN8002 where the run cannot be written.
 */
export async function trainEpochs(session: Session, start: Position): Promise<"finished" | "interrupted"> {
  const { recipe, data, run, disk, onEvent, signal, network } = session;
  const { batch: batchSize, epochs, seed, shuffle, dropout, checkpoint } = recipe;
  const steps = stepsOf(data.train, batchSize);
  const schedule = scheduleOf(recipe, steps);
  let { step, stepInEpoch, sums, best } = start;
  let saved = step;

  const save = async (epoch: number, isBest: boolean): Promise<void> => {
    if (step === saved) return;
    const position = { version: 1, epoch, step, stepInEpoch, sums, best } as const;
    saveCheckpoint(disk, run, network.model, { weights: await downloadWeights(network.model, network.weights), optimizer: session.optimizer.state(), position }, isBest);
    saved = step;
    onEvent({ type: "checkpoint", step });
  };

  for (let { epoch } = start; epoch <= epochs; epoch += 1) {
    const order = epochOrder(data.train, shuffle, seed, epoch);
    const pending: PendingStep[] = [];
    let learningRate = 0;
    const settle = async (): Promise<void> => {
      for (const [i, { loss, hits }] of (await readResults(pending)).entries()) {
        const { size, step: at } = pending[i] ?? { size: 0, step };
        if (!Number.isFinite(loss)) fail(runProblems.notFinite({ loss, step: at, epoch }));
        sums = add(sums, loss, hits, size);
      }
      pending.length = 0;
      onEvent({ type: "step", epoch, step, stepInEpoch, ...metricsOf(sums) });
    };
    const begin = { time: performance.now(), samples: sums.samples };

    while (stepInEpoch < steps) {
      if (signal?.aborted) {
        if (pending.length > 0) await settle();
        await save(epoch, false);
        return "interrupted";
      }
      const batch = makeBatch(data.train.images, data.prepareTrain, order.subarray(stepInEpoch * batchSize, (stepInEpoch + 1) * batchSize), epoch);
      const rates = ratesAt(schedule, recipe.optimizer.learningRate, step);
      const result = trainStep(session, batch, { training: true, ...(dropout && { random: { seed, step } }) }, rates);
      step += 1;
      stepInEpoch += 1;
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
    const trained = metricsOf(sums);
    const validated = data.validation && data.prepareValidation && (await measure(network, data.validation, data.prepareValidation, session.losses, batchSize, data.manifest.classes));
    const judged = validated ?? trained;
    const isBest = best === null || judged.accuracy > best.accuracy || (judged.accuracy === best.accuracy && judged.loss < best.loss);
    appendMetrics(disk, run, { epoch, step, split: "train", ...trained, learningRate });
    if (validated) appendMetrics(disk, run, { epoch, step, split: "validation", ...validated, learningRate });
    appendTiming(disk, run, timing);
    if (isBest) best = { step, loss: judged.loss, accuracy: judged.accuracy };
    [stepInEpoch, sums] = [0, noSums];
    await save(epoch + 1, isBest);
    onEvent({ type: "epoch", ...timing, train: trained, ...(validated && { validation: { loss: validated.loss, accuracy: validated.accuracy } }), isBest });
  }
  return "finished";
}

interface PendingStep extends StepResult {
  readonly size: number;
  readonly step: number;
}
