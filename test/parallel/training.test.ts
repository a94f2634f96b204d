/** `train` with several workers: the same numbers whenever it is run or resumed, and what is refused. */

import type { WrittenRecipe } from "@cnn-lang/shape-checker";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { resume, train, type TrainOptions, type TrainResult } from "../../packages/runtime/src/index.ts";
import { cnn } from "../helpers/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "cnn-workers-"));
writeFileSync(join(folder, "package.json"), "{}");
writeFileSync(
  join(folder, "small.cnn"),
  "model Small(classes = 10) {\n  input 1@28x28\n  conv 4 5 stride=2 -> batchnorm -> relu -> maxpool 2\n  flatten -> dense 16 -> relu -> dropout 0.2\n  dense classes\n}\n",
);
const path = (name: string): string => join(folder, name);

/** 63 images by 16: the last batch has 15. */
const recipe: WrittenRecipe = { model: path("small.cnn"), data: { format: "digits", limit: 70, validation: 0.1 }, batch: 16, epochs: 2, seed: 3, clipGradientNorm: 1, schedule: { name: "one-cycle" }, optimizer: { name: "adamw", groups: [{ layers: ["dense_1"], learningRate: 0.002 }] } };
const start = (out: string, options: TrainOptions = {}, changes: Partial<WrittenRecipe> = {}) => train({ ...recipe, ...changes }, { out: path(out), backend: "wasm", ...options });

/** The numbers that a run's last checkpoint holds, and the metrics that were told. */
function leftBy(out: string): readonly Buffer[] {
  const checkpoint = join(path(out), "checkpoints", readFileSync(join(path(out), "last"), "utf8").trim());
  return [join(checkpoint, "weights.safetensors"), join(checkpoint, "optimizer.safetensors"), join(path(out), "metrics.jsonl")].map((file) => readFileSync(file));
}

const said = ({ status, diagnostics, message }: TrainResult): readonly unknown[] => [status, ...diagnostics.map((one) => `${one.code} ${one.message}`), ...(message === undefined ? [] : [message])];

const test = suite("trainings with workers");
test.after(() => rmSync(folder, { recursive: true }));

test("two trainings of two workers leave the same bytes, and one that was stopped and resumed, too", async () => {
  const whys: string[] = [];
  const first = await start("first", { workers: 2, onEvent: (event) => event.type === "start" && whys.push(event.why, ...event.warnings) });
  assert.equal(said(first), ["finished"]);
  assert.match(whys[0] ?? "", /, in each of 2 workers$/);
  await start("second", { workers: 2 });
  assert.equal(leftBy("second"), leftBy("first"));

  // Whoever resumes gives all threads the main one's weights: they had the same before, or the bytes would differ.
  const controller = new AbortController();
  const stopped = await start("stopped", { workers: 2, signal: controller.signal, onEvent: ({ type }) => type === "epoch" && controller.abort() });
  assert.equal(said(stopped), ["interrupted"]);
  assert.equal(said(await resume(path("stopped"), { backend: "wasm", workers: 2 })), ["finished"]);
  assert.equal(leftBy("stopped"), leftBy("first"));
});

test("steps that are done again leave the bytes of those that are computed anew", async () => {
  const notices: string[] = [];
  await start("again", { workers: 2, onEvent: (event) => event.type === "notice" && notices.push(event.message) });
  await start("anew", { workers: 2, capture: false });
  assert.equal(leftBy("again"), leftBy("anew"));
  assert.equal(notices, []);
});

test("one worker is none: the same bytes", async () => {
  await start("alone");
  await start("one", { workers: 1 });
  assert.equal(leftBy("one"), leftBy("alone"));
});

test("a few workers, and then fewer: a run can be resumed with any number", async () => {
  const controller = new AbortController();
  await start("many", { workers: 3, signal: controller.signal, onEvent: ({ type }) => type === "epoch" && controller.abort() });
  assert.equal(said(await resume(path("many"), { backend: "wasm" })), ["finished"]);
});

test("what cannot be shared is refused, and no run is begun", async () => {
  const refused = async (options: TrainOptions, changes?: Partial<WrittenRecipe>): Promise<unknown> => {
    const result = await start("refused", options, changes);
    assert.not.ok(readdirSync(folder).includes("refused"));
    return said(result)[1];
  };
  assert.is(await refused({ workers: 0 }), "CNN8016 0 workers cannot share this training: from 1 to 64 can be asked for");
  assert.is(await refused({ workers: 1.5 }), "CNN8016 1.5 workers cannot share this training: from 1 to 64 can be asked for");
  assert.is(await refused({ workers: 3 }, { batch: 4 }), "CNN8016 3 workers cannot share this training: each takes at least 2 images of a batch, and a batch has 4");
  assert.is(await refused({ workers: 2, detectAnomaly: true }), "CNN8016 2 workers cannot share this training: what --detect-anomaly looks at is in one thread");
  assert.is(await refused({ workers: 2, backend: "cpu" }), "CNN8016 2 workers cannot share this training: only the backend wasm has them, and cpu was taken: give --backend wasm");
});

test("a loss that is no number ends it as it ends one thread's", async () => {
  const result = await start("diverged", { workers: 2 }, { optimizer: { name: "sgd", learningRate: 1e30 }, clipGradientNorm: null, schedule: { name: "constant" } });
  assert.match(String(said(result)[1]), /^CNN8009 the loss became /);
});

test("from the command line, with a word on more workers than cores", () => {
  const many = availableParallelism() + 1;
  writeFileSync(path("small.train.json"), JSON.stringify({ ...recipe, model: "small.cnn", epochs: 1, batch: 2 * many }));
  const { stdout, stderr, code } = cnn(`train small.train.json --backend wasm --workers ${many} --out cli`, folder);
  assert.is(code, 0, stderr);
  assert.match(stderr, new RegExp(`in each of ${many} workers`));
  assert.match(stderr, new RegExp(`warning: ${many} workers share .*: more than one a core make nothing faster`));
  assert.match(stdout, /The run is in cli/);
  const none = cnn("train small.train.json --workers 0", folder);
  assert.is(none.code, 2);
  assert.match(none.stderr, /--workers/);
});

test.run();
