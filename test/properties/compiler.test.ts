/**
 * The promises of invariants.ts, held against some thousand programs: the same ones in each run. A case that breaks one is
 * made smaller by fast-check, and its text is shown; scripts/fuzz.ts runs as many more as one likes.
 */

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, memoryProject } from "@cnn-lang/shape-checker";
import { grown, grownAndMutated, mutated, originals, type Case } from "./cases.ts";
import { examine } from "./invariants.ts";

const test = suite("promises of the compiler");

for (const [name, cases, numRuns] of [
  ["programs of the repository, changed", mutated, 1000],
  ["grown programs", grown, 250],
  ["grown programs, changed", grownAndMutated, 500],
] as const) {
  test(name, () => fc.assert(fc.asyncProperty(cases, keepsPromises), { numRuns, seed: 1, includeErrorInReport: true }));
}

async function keepsPromises({ kind, files }: Case): Promise<void> {
  const [broken] = await examine(files);
  if (broken) throw new Error(`${kind} breaks "${broken.invariant}": ${broken.message}\n${JSON.stringify(files["main.cnn"])}`);
}

test("the programs of the repository, as they are", async () => {
  for (const { name, files } of originals) if (!name.includes("zoo")) await keepsPromises({ kind: name, files });
});

test("most grown programs are right, and all constructs stand in them", () => {
  const texts = fc.sample(grown, { numRuns: 200, seed: 2 });
  const right = texts.filter(({ files }) => check(memoryProject(files), "main.cnn").diagnostics.every(({ severity }) => severity !== "error"));
  assert.ok(right.length > 140, `${right.length} of 200 are right`);
  const all = right.map(({ files }) => files["main.cnn"]).join("\n");
  for (const word of ["import", "skip", "project", "repeat", "for", "if", "else", "split", "concat", "reuse", "frozen", "freeze", "load", "assert", "let", "as", "output", "act={", "Derived", "//", "/*"]) {
    assert.ok(all.includes(word), word);
  }
});

test.run();
