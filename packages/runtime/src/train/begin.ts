/** `train` begins a run, `resume` goes on with one. */

import { join } from "node:path";
import { type Diagnostic, locate } from "@cnn-lang/parser";
import type { WrittenRecipe } from "@cnn-lang/shape-checker";
import { createWatch, type Watch } from "../anomaly/watch.ts";
import { selectBackend } from "../backends/select.ts";
import { runProblems } from "../codes.ts";
import { formOf } from "../data/batch.ts";
import { stepsOf } from "../data/loader.ts";
import { diagnosticOf, fail, startOf } from "../failure.ts";
import { currentCapturer } from "../kernels/capturer.ts";
import { currentRecorder } from "../kernels/webgpu/install.ts";
import { reportTraining } from "../report/measured.ts";
import { crowded, heapToShare } from "../parallel/share.ts";
import { startTeam, type Team } from "../parallel/team.ts";
import { type Checkpoint, checkpointFolder, firstCheckpoint, readCheckpoint, startPosition } from "../run/checkpoint.ts";
import { resumeProblems } from "../run/codes.ts";
import { type Disk, disk as realDisk } from "../run/files.ts";
import { lockRun } from "../run/lock.ts";
import { changedSince, type Origin, originOf } from "../run/origin.ts";
import { createRun, cutLines, giveRunNameBack, recipeOf, refuseLinks, sweep, takeRunName } from "../run/run-folder.ts";
import { cutScalars } from "../run/tensorboard.ts";
import { type CapturedStep, captureSteps } from "./captured-step.ts";
import { groupsOf } from "./groups.ts";
import { headsOf } from "./heads.ts";
import { buildNetwork, disposeNetwork, type Network, trainableWeights } from "./network.ts";
import { createOptimizer, type Optimizer } from "./optimizers.ts";
import { placeData } from "./placed-data.ts";
import { makePlan, type Plan, readTrainingData, runRecipe, startingWeights, type TrainingData } from "./prepare.ts";
import { scheduledOptimizer } from "./recipe-schedule.ts";
import { type Step, type Training, trainStep } from "./step.ts";
import { isOut } from "./stopping.ts";
import { trainEpochs, type TrainEvent } from "./train.ts";

/** Before the first step all files of images are gone through: how many of them are. */
export interface ReadingEvent {
  readonly type: "reading";
  readonly images: number;
  readonly all: number;
}

/** What a training begins with, told once. */
export interface StartEvent {
  readonly type: "start";
  readonly run: string;
  readonly model: string;
  readonly backend: string;
  /** What the backend is, and why it was taken. */
  readonly why: string;
  readonly warnings: readonly string[];
  readonly images: number;
  readonly validationImages: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** Steps that were done before, by a run that is resumed. */
  readonly step: number;
}

export interface TrainOptions {
  /** The run's folder; `runs/MODEL-N` unless given. */
  readonly out?: string;
  /** A backend's name, or `auto`. */
  readonly backend?: string;
  readonly onEvent?: (event: ReadingEvent | StartEvent | TrainEvent) => void;
  /** How many threads share each batch, this one among them; on the backend wasm. 1 unless given. */
  readonly workers?: number;
  /** Stops the training after the step under way: a checkpoint is saved. */
  readonly signal?: AbortSignal;
  /**
   * Whether the backends wasm and webgpu may do a step again instead of computing each anew, and webgpu keep the images on the card; true
   * unless given. Numbers stay the same.
   */
  readonly capture?: boolean;
  /** Looks at every value of every step, and tells which layer was the first to give NaN or infinity; slower. */
  readonly detectAnomaly?: boolean;
  /** Where the run is written: the real disk, or a test's that is full. */
  readonly disk?: Disk;
}

export interface TrainResult {
  /** `unavailable`: no backend works here; `message` says why. */
  readonly status: "finished" | "interrupted" | "failed" | "unavailable";
  readonly diagnostics: readonly Diagnostic[];
  /** The run's folder, once there is one. */
  readonly run?: string;
  readonly message?: string;
}

/**
 * Trains a model as its recipe says and leaves a run. Mistakes in recipe, model, data, weights and run come back as diagnostics.
 *
 * @param recipe The path of a recipe, or a recipe; the paths in that one start at the working directory.
 */
export async function train(recipe: string | WrittenRecipe, options: TrainOptions = {}): Promise<TrainResult> {
  const { plan, diagnostics } = makePlan(recipe);
  if (!plan) return { status: "failed", diagnostics };
  const run = options.out ?? takeRunName(plan.model.name);
  const result = await attempt(run, diagnostics, options, plan, (origin, lock) => {
    const start = { weights: startingWeights(plan), optimizer: {}, position: { ...startPosition, origin } };
    const open = ({ code }: Network, data: TrainingData, disk: Disk): void => {
      const checkpoint = firstCheckpoint(plan.model, start);
      createRun(disk, run, { sources: plan.sources, recipe: runRecipe(plan, data), code, data: data.manifest, checkpoint });
      lock();
    };
    return { start, open };
  });
  if (options.out === undefined && result.run === undefined) giveRunNameBack(run);
  return result;
}

/** Goes on with a run where its last checkpoint stands, with the same numbers as a training that was never interrupted. */
export async function resume(run: string, options: Omit<TrainOptions, "out"> = {}): Promise<TrainResult> {
  const { plan, diagnostics } = planOf(run);
  if (!plan) return { status: "failed", diagnostics };
  return attempt(run, diagnostics, options, plan, (origin, lock) => {
    refuseLinks(run);
    lock();
    const folder = checkpointFolder(run, "last");
    const start = readCheckpoint(folder, plan.model);
    const { epoch, step, stepInEpoch, patience, origin: before = {} } = start.position;
    const changed = changedSince(before, origin);
    if (changed.length > 0) fail(resumeProblems.runChanged({ path: run, step, changed }));
    const { epochs, earlyStopping } = plan.recipe;
    const endedEarly = epoch <= epochs && isOut(earlyStopping, patience);
    if (epoch > epochs || endedEarly) fail(runProblems.alreadyFinished({ path: run, epochs, ...(endedEarly && { endedAfter: epoch - 1 }) }));
    const open = (_network: Network, { train: { indices } }: TrainingData, disk: Disk): void => {
      if (stepInEpoch * plan.recipe.batch >= indices.length) fail(runProblems.badCheckpoint({ path: join(folder, "state.json"), why: "it is further in its epoch than the data goes" }));
      sweep(disk, run);
      cutLines(disk, run, epoch);
      cutScalars(disk, run, step);
    };
    return { start, open };
  });
}

/** The plan of a run's own recipe. */
function planOf(run: string): ReturnType<typeof makePlan> {
  try {
    recipeOf(run);
  } catch (error) {
    return { diagnostics: [diagnosticOf(error, startOf(run))] };
  }
  return makePlan(`${run}/recipe.json`, run);
}

interface Beginning {
  readonly start: Checkpoint;
  /** Writes what a run needs before its next step. */
  readonly open: (network: Network, data: TrainingData, disk: Disk) => void;
}

/** Reads data and weights, starts the backend, trains. A failure on the way becomes the result's last diagnostic. */
async function attempt(run: string, warnings: readonly Diagnostic[], options: TrainOptions, plan: Plan, begin: (origin: Origin, lock: () => void) => Beginning): Promise<TrainResult> {
  const { recipe, model } = plan;
  const { onEvent = () => {}, signal, disk = realDisk, workers = 1 } = options;
  let network: Network | undefined;
  let optimizer: Optimizer | undefined;
  let watch: Watch | undefined;
  let team: Team | undefined;
  let captured: CapturedStep | undefined;
  let onCard: ReturnType<typeof placeData> | undefined;
  let data: TrainingData | undefined;
  let unlock: (() => void) | undefined;
  let opened = false;
  try {
    data = await readTrainingData(plan, (images, all) => {
      signal?.throwIfAborted();
      onEvent({ type: "reading", images, all });
    });
    const origin = originOf(runRecipe(plan, data), plan.sources);
    const { start, open } = begin(origin, () => (unlock = lockRun(run)));
    const backend = await selectBackend(options.backend);
    if (!backend.ok) return { status: "unavailable", diagnostics: warnings, message: backend.message };

    const images = Math.min(recipe.batch, data.train.indices.length);
    const heap = workers === 1 ? undefined : heapToShare(workers, { backend: backend.name, isWatched: options.detectAnomaly === true, batch: images });

    network = await buildNetwork(model, start.weights);
    const trainable = trainableWeights(model);
    optimizer = createOptimizer(scheduledOptimizer(recipe), network.weights, trainable, groupsOf(model, recipe.optimizer));
    if (start.position.step > 0) restore(optimizer, start, run);
    const { clipGradientNorm, clipGradientValue } = recipe;
    watch = options.detectAnomaly ? createWatch(network) : undefined;
    const training: Training = { network: watch?.network ?? network, watch, optimizer, trainable, heads: headsOf(recipe, model, data.manifest), clipGradientNorm, clipGradientValue };
    const [height = 1, width = 1] = model.inputs[0]?.shape.axes ?? [];
    const isCaptured = options.capture !== false && !watch;
    const notice = (message: string): void => onEvent({ type: "notice", message });
    const form = formOf(data.train.images, images, [height, width]);
    team = heap && (await startTeam({ threads: workers, training, form, heap, recipe, start, notice: isCaptured ? notice : undefined }));
    open(network, data, disk);
    opened = true;

    const { name } = backend, why = team ? `${backend.why}, in each of ${workers} workers` : backend.why;
    const counts = { images: data.train.indices.length, validationImages: data.validation?.indices.length ?? 0, stepsPerEpoch: stepsOf(data.train, recipe.batch) };
    onEvent({ type: "start", run, model: model.name, backend: name, why, warnings: [...backend.warnings, ...crowded(workers), ...data.warnings.map(({ message }) => message)], ...counts, epochs: recipe.epochs, step: start.position.step });
    const capturer = isCaptured ? currentCapturer() : undefined, recorder = isCaptured ? currentRecorder() : undefined;
    captured = capturer && captureSteps(training, capturer, images, notice);
    onCard = recorder && placeData(recorder, data);
    const trainOn: Step = team?.step ?? captured?.step ?? ((batch, mode, rates) => trainStep(training, batch, mode, rates));
    const session = { ...training, trainOn, recipe, data: onCard?.placed ?? data, origin, run, disk, onEvent, signal };
    const status = await trainEpochs(session, start.position);
    const warning = await reportTraining(session, network, data.manifest.labels);
    return { status, diagnostics: [...warnings, ...(warning ? [locate(warning, startOf(run))] : [])], run };
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return { status: "interrupted", diagnostics: warnings };
    return { status: "failed", diagnostics: [...warnings, diagnosticOf(error, startOf(run))], ...(opened && { run }) };
  } finally {
    captured?.dispose();
    onCard?.dispose();
    optimizer?.dispose();
    watch?.dispose();
    if (network) disposeNetwork(network);
    await team?.close();
    await data?.close();
    unlock?.();
  }
}

/** An optimizer throws for a memory that is not its own: the run was tampered with. */
function restore(optimizer: Optimizer, { optimizer: memory }: Checkpoint, run: string): void {
  try {
    optimizer.restore(memory);
  } catch (error) {
    fail(runProblems.badCheckpoint({ path: `${checkpointFolder(run, "last")}/optimizer.safetensors`, why: error instanceof Error ? error.message : String(error) }));
  }
}
