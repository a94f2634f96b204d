/** Dropout as emitted code: which values fall is random, so what is tested is how many, and that draws never depend on order. */

import type { Mode } from "@cnn-lang/codegen";
import * as assert from "uvu/assert";
import { backendNames } from "../../packages/runtime/src/backends/backend.ts";
import { suiteOn } from "../helpers/backends.ts";
import { load, run, type Run } from "../helpers/emitted.ts";
import { around, modelOf } from "../helpers/program.ts";

const random = { seed: 7, step: 3 };
const training: Mode = { training: true, random };

const ones = (shape: readonly number[]) => ({ shape, values: new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(1) });

async function drop(line: string, batch: number, mode: Mode): Promise<Run> {
  const emitted = await load(modelOf(around(line, "4@8x8")));
  const x = ones([batch, 4, 8, 8]);
  return run(emitted, {}, new Map([["input", x]]), mode, x);
}

const output = async (line: string, batch: number, mode: Mode): Promise<Float32Array> => (await drop(line, batch, mode)).outputs.get("output") ?? new Float32Array();

/** What the first backend drew: all others must draw the same. */
const drawn = new Map<string, Float32Array>();

for (const backend of backendNames) {
  const { all, test } = await suiteOn("dropout", backend);

  for (const [name, group] of [["dropout", 1], ["spatial_dropout", 64], ["droppath", 256]] as const) {
    test(`${name}: a share p falls, the rest is scaled by 1 / (1 − p), and so is the gradient`, async () => {
      const { outputs, gradients } = await drop(`${name} 0.2`, 400, training);
      const values = outputs.get("output") ?? new Float32Array();
      assert.equal([...new Set(values)].sort(), [0, 1.25]);
      assert.equal(gradients.get("input"), values);
      const groups = values.length / group;
      const fallen = values.filter((value) => value === 0).length / group;
      // Within four standard deviations of a binomial count.
      assert.ok(Math.abs(fallen - 0.2 * groups) < 4 * Math.sqrt(groups * 0.2 * 0.8), `${fallen} of ${groups}`);
    });

    test(`${name}: all of a channel, or of a sample, falls together`, async () => {
      const values = await output(`${name} 0.5`, 16, training);
      for (let from = 0; from < values.length; from += group) assert.is(new Set(values.subarray(from, from + group)).size, 1);
    });

    test(`${name}: a slice of a batch draws what the whole batch draws there`, async () => {
      const whole = await output(`${name} 0.5`, 6, training);
      const slice = await output(`${name} 0.5`, 2, { training: true, random: { ...random, first: 4 } });
      assert.equal(slice, whole.slice(4 * 256));
    });
  }

  test("seed, step and path each give masks of their own, the same facts the same mask", async () => {
    const masks = [
      await output("dropout 0.5", 2, training),
      await output("dropout 0.5", 2, { training: true, random: { ...random, seed: 8 } }),
      await output("dropout 0.5", 2, { training: true, random: { ...random, step: 4 } }),
      await output("other: dropout 0.5", 2, training),
    ];
    assert.is(new Set(masks.map((mask) => mask.join())).size, 4);
    assert.equal(await output("dropout 0.5", 2, training), masks[0]);
  });

  test("without training, without random numbers, and with p = 0 nothing falls", async () => {
    const all = ones([2, 4, 8, 8]).values;
    assert.equal(await output("dropout 0.5 -> relu", 2, { training: false, random }), all);
    assert.equal(await output("dropout 0.5 -> relu", 2, { training: true }), all);
    assert.equal(await output("dropout 0 -> relu", 2, training), all);
  });

  test("every backend draws the same", async () => {
    for (const line of ["dropout 0.3", "spatial_dropout 0.5", "droppath 0.5"]) {
      const values = await output(line, 6, training);
      assert.equal(values, drawn.get(line) ?? values);
      drawn.set(line, values);
    }
  });

  all.run();
}
