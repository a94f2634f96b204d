/**
 * Checkpoints: weights, the optimizer's memory, and how far the training is. Each is a folder of its own that appears at once;
 * `last` and `best` name one each. Since nothing random has a memory, this is all that a training needs to go on.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Model } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import { noSums, type Sums } from "../train/metrics.ts";
import type { OptimizerState } from "../train/optimizers.ts";
import { type PlateauState, startPlateau } from "../train/plateau.ts";
import { type Best, type Patience, startPatience } from "../train/stopping.ts";
import { type NamedArray, type NamedArrays, readSafetensors, safetensorsBytes } from "../weights/safetensors.ts";
import { fitting, layoutOf } from "../weights/transfer.ts";
import { type Content, type Disk, writeFile, writeFolder } from "./files.ts";
import type { Origin } from "./origin.ts";
import { json, readSmall } from "./run-folder.ts";

/** How far a training is. */
export interface Position {
  readonly version: 1;
  /** The epoch that is under way, from 1. */
  readonly epoch: number;
  /** Steps done in all, and in this epoch. */
  readonly step: number;
  readonly stepInEpoch: number;
  /** What this epoch's steps added up to. */
  readonly sums: Sums;
  readonly best: Best | null;
  /** What early stopping remembers. */
  readonly patience: Patience;
  /** What the schedule remembers, where it waits for a plateau. */
  readonly plateau: PlateauState;
  /** What the training hangs on; older runs do not tell. */
  readonly origin?: Origin;
}

export const startPosition: Position = { version: 1, epoch: 1, step: 0, stepInEpoch: 0, sums: noSums, best: null, patience: startPatience, plateau: startPlateau };

export interface Checkpoint {
  readonly weights: NamedArrays;
  readonly optimizer: OptimizerState;
  readonly position: Position;
}

const folderOf = (run: string, name: string): string => join(run, "checkpoints", name);

/**
 * Saves a checkpoint, makes it the last one (and the best), and then removes those that neither `last` nor `best` names. Its
 * step must not be the one that `last` names already.
 *
 * @throws Failure CNN8002 where it cannot be written: the checkpoints before it stay as they were.
 */
export function saveCheckpoint(disk: Disk, run: string, model: Model, checkpoint: Checkpoint, isBest: boolean): void {
  const name = `${checkpoint.position.step}`;
  // One that a crash left behind before `last` could name it.
  if (existsSync(folderOf(run, name))) disk.remove(folderOf(run, name));
  writeFolder(disk, folderOf(run, name), filesOf(model, checkpoint));
  // `last` at the end: where it is not reached, the training goes on from before and makes the same checkpoint again.
  if (isBest) writeFile(disk, join(run, "best"), `${name}\n`);
  writeFile(disk, join(run, "last"), `${name}\n`);
  const named = [name, nameIn(run, "best")];
  for (const other of readdirSync(join(run, "checkpoints"))) if (isOurs.test(other) && !named.includes(other)) disk.remove(folderOf(run, other));
}

/** A checkpoint, or one that was being written; whatever else somebody has put beside them stays. */
const isOurs = /^\d+$|^\.\d+\.new$/;

const filesOf = (model: Model, { weights, optimizer, position }: Checkpoint): Readonly<Record<string, Content>> => ({
  "weights.safetensors": safetensorsBytes(weights),
  "optimizer.safetensors": safetensorsBytes(optimizerArrays(model, optimizer)),
  "state.json": json(position),
});

/** The files of a run's first checkpoint by their paths in the run: a new run has them from the beginning. */
export function firstCheckpoint(model: Model, checkpoint: Checkpoint): Readonly<Record<string, Content>> {
  const name = `${checkpoint.position.step}`;
  return { ...Object.fromEntries(Object.entries(filesOf(model, checkpoint)).map(([file, content]) => [`checkpoints/${name}/${file}`, content])), last: `${name}\n` };
}

/** The memory by slot and weight, in PyTorch's layout. */
function optimizerArrays(model: Model, state: OptimizerState): NamedArrays {
  return new Map(
    Object.entries(state).map(([key, values]): [string, NamedArray] => {
      const weight = weightOfSlot(key);
      if (weight === undefined) return [key, { shape: [values.length], values }];
      const { shape, toTorch } = layoutOf(model, weight);
      return [key, { shape, values: toTorch(values) }];
    }),
  );
}

/** `exp_avg/conv_1.weight` → `conv_1.weight`. */
const weightOfSlot = (key: string): string | undefined => (key.includes("/") ? key.slice(key.indexOf("/") + 1) : undefined);

/** The checkpoint that `last` or `best` names; undefined where it names none that is there. */
function nameIn(run: string, which: "last" | "best"): string | undefined {
  const file = join(run, which);
  if (!existsSync(file)) return undefined;
  const name = readFileSync(file, "utf8").trim();
  return /^\d+$/.test(name) && existsSync(folderOf(run, name)) ? name : undefined;
}

/**
 * The folder of the last or best checkpoint; a run that has no best one yet gives its last.
 *
 * @throws Failure CNN8003 where the run has no checkpoint.
 */
export function checkpointFolder(run: string, which: "last" | "best"): string {
  const name = nameIn(run, which) ?? nameIn(run, "last");
  if (name === undefined) return fail(runProblems.notARun({ path: run, why: "it holds no checkpoint" }));
  return folderOf(run, name);
}

/** A checkpoint's weights, checked against the model. Throws a Failure CNN8xxx where they do not fit. */
export function readWeights(folder: string, model: Model): NamedArrays {
  const file = join(folder, "weights.safetensors");
  return fitting(model, readSafetensors(file), file);
}

/** All of a checkpoint. Throws a Failure CNN8xxx where something of it is missing or damaged. */
export function readCheckpoint(folder: string, model: Model): Checkpoint {
  const file = join(folder, "state.json");
  const refuse = (why: string): never => fail(runProblems.badCheckpoint({ path: file, why }));
  const text = readSmall(file, refuse);
  let position: unknown;
  try {
    position = JSON.parse(text);
  } catch {
    return refuse("it is no JSON");
  }
  if (!isPosition(position)) return refuse("it does not say how far the training was");
  return { weights: readWeights(folder, model), optimizer: readOptimizer(join(folder, "optimizer.safetensors"), model), position };
}

function readOptimizer(file: string, model: Model): OptimizerState {
  const names = new Set(model.layers.flatMap(({ weights }) => weights.map(({ name }) => name)));
  return Object.fromEntries(
    [...readSafetensors(file)].map(([key, { shape, values }]) => {
      const weight = weightOfSlot(key);
      const numbers = Float32Array.from(values, Number);
      if (weight === undefined) return [key, numbers];
      if (!names.has(weight)) return fail(runProblems.tensorsLeftOver({ file, names: [key] }));
      const layout = layoutOf(model, weight);
      if (layout.shape.join() !== shape.join()) return fail(runProblems.tensorDiffers({ file, name: key, found: shape, needed: layout.shape }));
      return [key, layout.toTensorFlow(numbers)];
    }),
  );
}

function isPosition(value: unknown): value is Position {
  const isNumber = (number: unknown): boolean => Number.isFinite(number);
  const isCount = (number: unknown): boolean => Number.isSafeInteger(number) && Number(number) >= 0;
  const { version, epoch, step, stepInEpoch, sums, best, patience, plateau, origin = {} } = fieldsOf(value);
  const { loss, samples, heads } = fieldsOf(sums);
  const areHeads = Array.isArray(heads) && heads.map(fieldsOf).every((head) => isNumber(head["loss"]) && Array.isArray(head["counts"]) && head["counts"].every(isNumber));
  const hasNumbers = (given: unknown, ...names: string[]): boolean => names.every((name) => isNumber(fieldsOf(given)[name]));
  const mayBeNumber = (given: unknown): boolean => given === null || isNumber(given);
  return (
    version === 1 && [epoch, step, stepInEpoch, samples].every(isCount) && isNumber(loss) && areHeads &&
    (best === null || hasNumbers(best, "step", "value", "loss")) &&
    hasNumbers(patience, "waited") && mayBeNumber(fieldsOf(patience)["value"]) &&
    hasNumbers(plateau, "share", "waited") && mayBeNumber(fieldsOf(plateau)["best"]) &&
    Object.values(fieldsOf(origin)).every((hash) => typeof hash === "string")
  );
}

/** What an object of unknown origin holds; nothing where it is none. */
const fieldsOf = (value: unknown): { readonly [name: string]: unknown } => (typeof value === "object" && value !== null ? { ...value } : {});
