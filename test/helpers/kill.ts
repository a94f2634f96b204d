/** Trainings that are killed again and again at random moments, as real processes, and held against one that never was. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { disk } from "../../packages/runtime/src/run/files.ts";
import { cutScalars } from "../../packages/runtime/src/run/tensorboard.ts";
import { cnn, folderWith, start } from "./cli.ts";
import { randomNumbers } from "./random.ts";

const net = `model Net(classes = 10) {
  input 1@28x28
  conv 4 5 stride=2 -> batchnorm -> relu -> maxpool 2
  flatten -> dropout 0.2 -> dense classes
}
`;

/** Everything that has a memory or draws at random, and a checkpoint every few milliseconds. */
const recipe = (epochs: number) => ({
  model: "net.cnn",
  data: { format: "digits", limit: 400, validation: 0.2, augment: [{ crop: [28, 28], padding: 1 }] },
  batch: 32,
  epochs,
  seed: 5,
  checkpoint: { everySteps: 3 },
});

export interface Killed {
  /** Processes that were killed, and of them those that were already training. */
  readonly kills: number;
  readonly whileTraining: number;
  /** Trainings that came to their end, each equal to the one that was never killed. */
  readonly trainings: number;
}

/**
 * Kills trainings until there were so many kills, resumes each until it is done, and compares what it left: throws where it differs.
 *
 * @param seed Draws the moments; the machine's load has its say in them, too.
 * @param onKill Told after each kill.
 */
export async function killOften({ kills, seed, epochs, onKill = () => {} }: { readonly kills: number; readonly seed: number; readonly epochs: number; readonly onKill?: (so: Killed) => void }): Promise<Killed> {
  const folder = folderWith({ "net.cnn": net, "net.train.json": JSON.stringify(recipe(epochs)) });
  const whole = join(folder, "whole");
  assert.is(cnn("train net.train.json --backend wasm --out whole", folder).code, 0);
  // From the first step to the end of an uninterrupted training, in milliseconds.
  const lasts = readFileSync(join(whole, "timing.jsonl"), "utf8").trim().split("\n").reduce((sum, line) => sum + 1000 * JSON.parse(line).seconds, 0);
  const draw = randomNumbers(seed);
  let so: Killed = { kills: 0, whileTraining: 0, trainings: 0 };
  while (so.kills < kills) {
    const run = `killed-${so.trainings}`;
    for (let isDone = false; !isDone; ) {
      const words = isThere(join(folder, run)) ? `train --resume ${run}` : `train net.train.json --out ${run}`;
      const running = start(`${words} --backend wasm`, folder);
      const isToDie = so.kills < kills;
      const isTraining = isToDie && draw() < 0.75 && (await running.says("\nrun killed-").then(() => true, () => false));
      // Starting takes longer than training: half a second is somewhere in the middle of it.
      const timer = isToDie ? setTimeout(() => running.process.kill("SIGKILL"), draw() * (isTraining ? lasts : 1500)) : undefined;
      const { code, stderr } = await running.ended;
      clearTimeout(timer);
      if (running.process.signalCode === "SIGKILL") {
        so = { ...so, kills: so.kills + 1, whileTraining: so.whileTraining + (isTraining ? 1 : 0) };
        onKill(so);
      } else {
        // One that was killed behind its last checkpoint has nothing left to do.
        assert.ok(code === 0 || /CNN8010/.test(stderr), stderr);
        isDone = true;
      }
    }
    assertEqualRuns(join(folder, run), whole);
    so = { ...so, trainings: so.trainings + 1 };
  }
  return so;
}

const isThere = (run: string): boolean => statSync(run, { throwIfNoEntry: false }) !== undefined;

/** What seed, data and code determine is equal to the byte; of what times stand in, the form is. */
function assertEqualRuns(run: string, whole: string): void {
  const bytes = (folder: string, ...path: readonly string[]): Buffer => readFileSync(join(folder, ...path));
  assert.is(bytes(run, "metrics.jsonl").toString(), bytes(whole, "metrics.jsonl").toString());
  for (const which of ["last", "best"]) {
    const name = bytes(whole, which).toString();
    assert.is(bytes(run, which).toString(), name);
    for (const file of ["weights.safetensors", "optimizer.safetensors", "state.json"]) {
      assert.ok(bytes(run, "checkpoints", name.trim(), file).equals(bytes(whole, "checkpoints", name.trim(), file)), `${which}: ${file}`);
    }
    assert.is(cnn(`eval ${run} --checkpoint ${which} --backend wasm`, ".").code, 0);
  }
  // Nothing is torn or damaged: of all records none is to be cut off, and there are as many as there should be.
  const untouched = { ...disk, truncate: () => assert.unreachable("the event file is torn") };
  cutScalars(untouched, run, Infinity);
  assert.is(statSync(eventFileOf(run)).size, statSync(eventFileOf(whole)).size);
  assert.equal(readdirSync(run).filter((name) => name.includes(".new") || name === ".lock"), []);
}

const eventFileOf = (run: string): string => join(run, readdirSync(run).find((name) => name.startsWith("events.out.tfevents.")) ?? "");
