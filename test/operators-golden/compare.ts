/** Each golden case that is a layer: program → checked → emitted → imported → run forwards and backwards. */

import { readFileSync } from "node:fs";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { download, layoutOf, load, run, weightsFrom, weightLayouts } from "../helpers/emitted.ts";
import { modelOf } from "../helpers/program.ts";
import { readTensors, type GoldenTensor } from "../helpers/safetensors.ts";
import { depthwiseOf, programOf, type Case } from "./programs.ts";

const goldens = new URL("../goldens/", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(new URL("ops.json", goldens), "utf8"));
const tensors = readTensors(new URL("ops.safetensors", goldens));

/** What only moves, selects or compares values gives exactly PyTorch's. */
const exact = new Set(["relu", "relu6", "max_pool1d", "max_pool2d", "max_pool3d", "adaptive_max_pool2d", "pixel_shuffle", "channel_shuffle", "pad", "shortcut", "cat"]);
const isExact = ({ op, args }: Case): boolean => exact.has(op) || (op === "interpolate" && args.mode === "nearest");

function tensorOf(golden: Case, role: string): GoldenTensor {
  const tensor = tensors.get(`${golden.name}/${role}`);
  if (tensor === undefined) throw new Error(`There is no golden ${golden.name}/${role}.`);
  return tensor;
}

/** Within 1e-5 + 1e-5 · |reference|, as the goldens' README says; exactly where nothing is computed. */
function compare(what: string, actual: Float32Array | undefined, { values }: GoldenTensor, exactly: boolean): void {
  assert.is(actual?.length, values.length, `${what}: as many values`);
  values.forEach((expected, index) => {
    const value = actual?.[index] ?? Number.NaN;
    const allowed = exactly ? 0 : 1e-5 + 1e-5 * Math.abs(expected);
    assert.ok(Math.abs(value - expected) <= allowed, `${what}[${index}]: ${value}, not ${expected}`);
  });
}

/** A weight's or an input's name in the program → the role it has in the goldens. */
const role = (name: string): string => (name === "first" ? "input" : name === "it" ? "weight" : name.replace(/^it\./, ""));

async function verify(golden: Case, model: Model): Promise<void> {
  const emitted = await load(model);
  const weights = weightsFrom(model, (name) => tensorOf(golden, role(name)));
  const inputs = new Map(model.inputs.map(({ name }) => [name, tensorOf(golden, role(name))]));
  const mode = { training: golden.args.training === true };
  const { outputs, gradients } = await run(emitted, weights, inputs, mode, tensorOf(golden, "grad_output"));
  compare(`${golden.name}/output`, outputs.get("output"), tensorOf(golden, "output"), isExact(golden));
  for (const [name, gradient] of gradients) {
    compare(`${golden.name}/grad_${role(name)}`, gradient, tensorOf(golden, `grad_${role(name)}`), false);
  }
  const layouts = weightLayouts(model);
  for (const statistic of golden.results.filter((name) => name.startsWith("new_"))) {
    const name = statistic.replace("new_", "it.");
    const moved = weights[name];
    compare(`${golden.name}/${statistic}`, moved && (await download(layoutOf(layouts, name), moved)), tensorOf(golden, statistic), false);
  }
  tf.dispose(weights);
}

/** A suite with one test for each of PyTorch's functions, on a backend that `start` makes current, skipped where there is none; `end` undoes what else it set. */
export function compareOn(backend: string, start: (() => Promise<unknown>) | undefined, end: () => void = () => {}): void {
  const all = suite(`operators as emitted code, on ${backend}`);
  if (start) all.before(async () => void (await start()));
  all.after(end);
  const test = start ? all : all.skip;
  const programs = cases.flatMap((golden) => {
    const shapeOf = (name: string): readonly number[] => tensorOf(golden, name).shape;
    return [programOf(golden, shapeOf), depthwiseOf(golden, shapeOf)].flatMap((program) => (program ? [{ golden, program }] : []));
  });
  for (const op of new Set(programs.map(({ golden }) => golden.op))) {
    const ofThisOp = programs.filter(({ golden }) => golden.op === op);
    test(`${op}: ${ofThisOp.length} programs`, async () => {
      for (const { golden, program } of ofThisOp) await verify(golden, modelOf(program));
    });
  }
  test("only losses, and log-softmax, which is a part of one, are no layers", () => {
    const said = new Set(programs.map(({ golden }) => golden.op));
    const losses = ["log_softmax", "cross_entropy", "binary_cross_entropy_with_logits", "mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss"];
    assert.equal([...new Set(cases.map(({ op }) => op))].filter((op) => !said.has(op)), losses);
  });
  all.run();
}
