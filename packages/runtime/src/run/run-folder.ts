/**
 * A run: the folder that a training leaves. It holds the `.cnn` sources, the resolved recipe, the emitted code for reading, what
 * the data was, metrics and checkpoints. It is untrusted input: nothing in it is ever executed.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DataManifest, Recipe } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import type { Metrics } from "../train/metrics.ts";
import { append, type Content, type Disk, reasonOf, temporaryOf, writeFile, writeFolder } from "./files.ts";
import { makeFolder } from "./folder.ts";
import { firstRecord, newEventFile } from "./tensorboard.ts";

export interface NewRun {
  /** The `.cnn` texts by their paths below the project's root. */
  readonly sources: ReadonlyMap<string, string>;
  /** With `model` below `model/`, so that the run can be checked again where it lies. */
  readonly recipe: Recipe;
  readonly code: string;
  readonly data: DataManifest;
  /** The files of the checkpoint that it starts from, by their paths in the run. */
  readonly checkpoint: Readonly<Record<string, Content>>;
}

/**
 * Makes a run's folder with all that is known before the first step, at once.
 *
 * @throws Failure CNN8001 where the folder exists and holds something, CNN8002 where it cannot be written.
 */
export function createRun(disk: Disk, path: string, { sources, recipe, code, data, checkpoint }: NewRun): void {
  if (!isFree(path)) fail(runProblems.outExists({ path }));
  const now = Date.now() / 1000;
  writeFolder(disk, path, {
    ...Object.fromEntries([...sources].map(([file, text]) => [`model/${file}`, text])),
    "recipe.json": json(recipe),
    "data.json": json(data),
    "model.js": code,
    "metrics.jsonl": "",
    "timing.jsonl": "",
    [newEventFile(now)]: firstRecord(now),
    ...checkpoint,
  });
}

function isFree(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    // Nothing is there, or what is there says so when the folder is written.
    return true;
  }
}

/**
 * `runs/LeNet5-1`, or with the first number that is free. The name is taken at once, by the folder in which the run will be written,
 * so that trainings that begin together get one each.
 */
export function takeRunName(model: string): string {
  for (let number = 1; ; number += 1) {
    const path = join("runs", `${model}-${number}`);
    try {
      makeFolder(dirname(path));
      mkdirSync(temporaryOf(path));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") continue;
      // Why nothing can be written there is told when the run is.
      return path;
    }
    // Looked at last: a run that became whole in between has given its name back.
    if (!existsSync(path)) return path;
    rmdirSync(temporaryOf(path));
  }
}

/** Gives a name back of which no run has come. */
export function giveRunNameBack(path: string): void {
  try {
    rmdirSync(temporaryOf(path));
    rmdirSync(dirname(path));
  } catch {
    // The run is there, or others beside it.
  }
}

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A line of `metrics.jsonl`: only what seed, data and code determine. */
export interface MetricsLine extends Metrics {
  readonly epoch: number;
  readonly step: number;
  readonly split: "train" | "validation";
  readonly learningRate: number;
}

export function appendMetrics(disk: Disk, run: string, { learningRate, ...line }: MetricsLine): void {
  append(disk, join(run, "metrics.jsonl"), `${JSON.stringify({ ...line, learningRate })}\n`);
}

export interface TimingLine {
  readonly epoch: number;
  readonly step: number;
  /** Of training alone, without validation. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

export function appendTiming(disk: Disk, run: string, line: TimingLine): void {
  append(disk, join(run, "timing.jsonl"), `${JSON.stringify(line)}\n`);
}

/**
 * A run that goes on is written into, so nothing of it may lead elsewhere.
 *
 * @throws Failure CNN8003 where something in it is a symbolic link.
 */
export function refuseLinks(run: string): void {
  const entries = readdirSync(run, { withFileTypes: true });
  const checkpoints = entries.some((entry) => entry.name === "checkpoints" && entry.isDirectory()) ? readdirSync(join(run, "checkpoints"), { withFileTypes: true }) : [];
  const link = [...entries, ...checkpoints].find((entry) => entry.isSymbolicLink());
  if (link) fail(runProblems.notARun({ path: run, why: `${link.name} in it is a symbolic link, and what it leads to would be written over` }));
}

/** Removes what a process left that was killed while it wrote. */
export function sweep(disk: Disk, run: string): void {
  for (const name of readdirSync(run)) if (/^\.(.*\.new|lock\.\d+)$/.test(name)) disk.remove(join(run, name));
}

/** Drops the lines of the given epoch and later ones, and a torn last line: a resumed training writes them again. */
export function cutLines(disk: Disk, run: string, epoch: number): void {
  for (const name of ["metrics.jsonl", "timing.jsonl"]) {
    const file = join(run, name);
    const text = readText(file);
    const lines = text.split("\n").slice(0, -1).filter((line) => epochOf(line) < epoch);
    const kept = lines.map((line) => `${line}\n`).join("");
    if (kept !== text) writeFile(disk, file, kept);
  }
}

function epochOf(line: string): number {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "epoch" in value && typeof value.epoch === "number" ? value.epoch : Infinity;
  } catch {
    return Infinity;
  }
}

/** A text file of a run; empty where it is missing. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    reasonOf(error);
    return "";
  }
}

/** The text of a run's recipe. Throws the Failure CNN8003 where the folder is no run. */
export function recipeOf(run: string): string {
  const refuse = (why: string): never => fail(runProblems.notARun({ path: run, why: existsSync(run) ? `recipe.json cannot be read: ${why}` : "there is no such folder" }));
  return readSmall(join(run, "recipe.json"), refuse);
}

/** What the data of a run was. Throws the Failure CNN8003 where that is not told. */
export function dataOf(run: string): DataManifest {
  const refuse = (why: string): never => fail(runProblems.notARun({ path: run, why: `data.json ${why}` }));
  const text = readSmall(join(run, "data.json"), (why) => refuse(`cannot be read: ${why}`));
  try {
    const value: unknown = JSON.parse(text);
    if (isManifest(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return refuse("does not describe a data set");
}

/** What a run tells of itself has some kilobytes. */
const mostBytes = 10e6;

/** A text of a run, which is untrusted: it may be no file, or larger than memory. `refuse` is told why it cannot be read. */
export function readSmall(file: string, refuse: (why: string) => never): string {
  const found = reading(() => statSync(file));
  if (typeof found === "string") return refuse(found);
  if (!found.isFile()) return refuse(found.isDirectory() ? "it is a folder" : "it is no file");
  if (found.size > mostBytes) return refuse("it is larger than 10 MB");
  const text = reading(() => readFileSync(file));
  return typeof text === "string" ? refuse(text) : text.toString("utf8");
}

/** What is read, or why it cannot be. */
function reading<T extends object>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    return reasonOf(error);
  }
}

const isManifest = (value: unknown): value is DataManifest =>
  typeof value === "object" && value !== null && "labels" in value && Array.isArray(value.labels) && value.labels.every((label) => typeof label === "string") &&
  "shape" in value && typeof value.shape === "string" && "classes" in value && value.classes === value.labels.length;
