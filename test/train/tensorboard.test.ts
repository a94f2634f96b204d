/** TensorBoard's event files: as TensorFlow's own reader wants them, and as a resumed training finds them. */

import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { disk } from "../../packages/runtime/src/run/files.ts";
import { appendScalars, cutScalars, firstRecord, newEventFile } from "../../packages/runtime/src/run/tensorboard.ts";

const test = suite("TensorBoard");

function newRun(): { readonly run: string; readonly file: string } {
  const run = mkdtempSync(join(tmpdir(), "cnn-events-")), file = join(run, newEventFile(1_700_000_000));
  writeFileSync(file, firstRecord(1_700_000_000));
  return { run, file };
}

test("records as TensorFlow's writer makes them", () => {
  const { run, file } = newRun();
  appendScalars(disk, run, { time: 1_700_000_001.5, step: 300, scalars: { "loss/train": 0.25 } });
  // Made by tensorboard 2.15's own EventFileWriter of the same events (test/goldens/make/events.py).
  assert.is(readFileSync(file).toString("hex"), readFileSync("test/goldens/events.hex", "utf8").trim());
});

test("a resumed training drops what was written after its step, and a torn tail", () => {
  const { run, file } = newRun();
  for (const step of [100, 200]) appendScalars(disk, run, { time: step, step, scalars: { "loss/train": 1 / step } });
  const kept = readFileSync(file);
  appendScalars(disk, run, { time: 300, step: 70_000, scalars: { "loss/train": 1, "accuracy/train": 0.5 } });
  const whole = readFileSync(file);
  cutScalars(disk, run, 70_000);
  assert.equal(readFileSync(file), whole, "nothing is torn");
  cutScalars(disk, run, 69_999);
  assert.equal(readFileSync(file), kept);
  for (const torn of [whole.subarray(kept.length, whole.length - 3), Buffer.alloc(40, 1), Buffer.alloc(5)]) {
    appendFileSync(file, torn);
    cutScalars(disk, run, 1e9);
    assert.equal(readFileSync(file), kept);
  }
});

test("a damaged record ends the file there", () => {
  const { run, file } = newRun();
  appendScalars(disk, run, { time: 1, step: 1, scalars: { "loss/train": 1 } });
  const length = readFileSync(file).length;
  appendScalars(disk, run, { time: 2, step: 2, scalars: { "loss/train": 1 } });
  const damaged = readFileSync(file);
  damaged[length + 20] = (damaged[length + 20] ?? 0) ^ 1;
  writeFileSync(file, damaged);
  cutScalars(disk, run, 1e9);
  assert.is(readFileSync(file).length, length);
});

test("a run without an event file is no worse for it", () => {
  const run = mkdtempSync(join(tmpdir(), "cnn-events-"));
  appendScalars(disk, run, { time: 1, step: 1, scalars: {} });
  cutScalars(disk, run, 1);
  assert.equal(readdirSync(run), []);
});

test.run();
