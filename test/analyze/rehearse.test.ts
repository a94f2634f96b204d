/** Other input sizes, rehearsed on the shapes alone, are judged as by expanding the program once more. */

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check as checkProject, memoryProject, type Model } from "@cnn-lang/shape-checker";
import { provenanceOf } from "../../packages/shape-checker/src/analyze/provenance.ts";
import { around, check, modelOf } from "../helpers/program.ts";
import { grown } from "../properties/cases.ts";
import { zooFile } from "../helpers/zoo.ts";

const test = suite("rehearsing input sizes");

/** Judges a model's inputs moved by so many positions on each axis; undefined where nothing can be rehearsed. */
function compare(model: Model, steps: readonly number[]): number {
  const provenance = provenanceOf(model);
  assert.ok(provenance);
  let judged = 0;
  for (const step of steps) {
    const inputs = new Map(model.inputs.map(({ name, shape }) => [name, { ...shape, axes: shape.axes.map((n) => Math.max(1, n + step)) }]));
    const passes = provenance.rehearse?.(inputs);
    if (passes === undefined) continue;
    judged += 1;
    assert.is(passes, provenance.attempt(inputs) === undefined, `${model.name} with ${[...inputs].map(([name, { axes }]) => `${name} of ${axes.join("x")}`).join(", ")}`);
  }
  return judged;
}

for (const file of ["alexnet.cnn", "resnet.cnn", "squeezenet.cnn", "unet.cnn", "mobilenet-v2.cnn", "shufflenet-v2.cnn"]) {
  test(file, () => {
    const [model] = zooFile(file).models;
    assert.ok(model);
    const steps = [-1000, -200, -100, -31, -8, -3, -2, -1, 0, 1, 2, 3, 5, 16, 17, 32];
    assert.is(compare(model, steps), steps.length, "all were judged");
  });
}

test("grown programs", () => {
  let judged = 0;
  for (const { files } of fc.sample(grown, { seed: 3, numRuns: 150 })) {
    if (files["parts.cnn"] !== undefined) continue;
    for (const model of check(files["main.cnn"] ?? "").models) judged += compare(model, [-20, -3, -1, 1, 2, 8]);
  }
  assert.ok(judged > 300, `${judged} were judged`);
});

const isRehearsed = (lines: string): boolean => provenanceOf(modelOf(around(lines)))?.rehearse !== undefined;

test("a program that asks for sizes is expanded", () => {
  assert.ok(isRehearsed("conv (2 * here.channels) 3 -> skip { conv here.channels 3 pad=1 }"));
  assert.not(isRehearsed("if here.height > 16 { maxpool 2 }"));
  assert.not(isRehearsed("let size = here.size\n  maxpool 2 -> upsample size=size"));
  assert.not(isRehearsed("flatten -> dense (here.channels / 2)"));
  assert.not(isRehearsed("skip { conv 3 3 stride=2 pad=1 } project { maxpool 2 }"));
});

test("an argument that asks for a size is known to ask again in a second expansion of the same text", () => {
  const project = memoryProject({ "main.cnn": around("conv here.height 5x5") });
  const first = checkProject(project, "main.cnn").models;
  const again = checkProject(project, "main.cnn").models;
  for (const model of [...first, ...again]) assert.is(provenanceOf(model)?.rehearse, undefined);
  assert.is(again.length, 1);
});

test.run();
