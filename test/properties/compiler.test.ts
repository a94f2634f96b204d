/**
 * The promises of invariants.ts, held against some thousand programs: the same ones in each run. A case that breaks one is
 * made smaller by fast-check, and its text is shown; scripts/fuzz.ts runs as many more as one likes.
 */

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, memoryProject } from "@cnn-lang/shape-checker";
import { changes, grown, grownAndMutated, originals, type Case, type Original } from "./cases.ts";
import { examine } from "./invariants.ts";
import { mutate } from "./mutate.ts";

const test = suite("promises of the compiler");

for (const [name, cases, numRuns] of [["grown programs", grown, 250], ["grown programs, changed", grownAndMutated, 500]] as const) {
  test(name, () => fc.assert(fc.asyncProperty(cases, keepsPromises), { numRuns, seed: 1, includeErrorInReport: true }));
}

/** Each program has changes of its own, drawn by its name, so that a new program leaves the others' as they are. */
function changesOf({ name, files }: Original): readonly Case[] {
  const seed = [...name].reduce((sum, letter) => (31 * sum + (letter.codePointAt(0) ?? 0)) | 0, 1);
  const rows = fc.sample(changes, { seed, numRuns: name.includes("zoo") ? 2 : 4 });
  return rows.map((bytes) => ({ kind: `${name}, changed by ${bytes.join()},`, files: { ...files, "main.cnn": mutate(files["main.cnn"] ?? "", bytes) } }));
}

test("programs of the repository, changed", async () => {
  for (const original of originals) for (const each of changesOf(original)) await keepsPromises(each);
});

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
