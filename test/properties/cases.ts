/**
 * The cases of the fuzzer: programs grown from the grammar and the operator table, and changed copies of every example, every
 * program of the zoo and the goldens, and every program under `test/errors`.
 */

import fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { filesOf } from "../helpers/program.ts";
import { programs } from "../syntax/support.ts";
import { grow } from "./grow.ts";
import type { Files } from "./invariants.ts";
import { mutate } from "./mutate.ts";

export interface Original {
  readonly name: string;
  readonly files: Files;
}

/** Every program that is changed, with the files that it imports. */
export const originals: readonly Original[] = [
  ...[...programs()].map(([path, text]) => ({ name: path, files: { ...neighbours(path), "main.cnn": text } })),
  ...readdirSync("test/errors").filter((name) => name.endsWith(".cnn")).map((name) => ({
    name: `test/errors/${name}`,
    files: { ...filesOf(readFileSync(`test/errors/${name}`, "utf8")) },
  })),
];

/** The files beside one that it imports. */
function neighbours(path: string): Files {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const imported = [...readFileSync(path, "utf8").matchAll(/from "\.\/([\w-]+\.cnn)"/g)].flatMap(([, name]) => name ?? []);
  return Object.fromEntries(imported.map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]));
}

/** Large models take long: a program of the zoo is drawn less often than one of some lines. */
const drawn: readonly Original[] = originals.flatMap((original) => Array.from({ length: original.name.includes("zoo") ? 1 : 6 }, () => original));

export interface Case {
  readonly kind: string;
  readonly files: Files;
}

export const grown: fc.Arbitrary<Case> = fc.uint8Array({ minLength: 100, maxLength: 1000, size: "max" }).map((bytes) => ({ kind: "grown", files: grow(bytes) }));

/** What changes a program. */
export const changes = fc.uint8Array({ minLength: 4, maxLength: 24 });

const mutated: fc.Arbitrary<Case> = fc
  .tuple(fc.constantFrom(...drawn), changes)
  .map(([{ name, files }, bytes]) => ({ kind: name, files: { ...files, "main.cnn": mutate(files["main.cnn"] ?? "", bytes) } }));

/** Grown programs with something changed: near to right ones in all that the grammar has. */
export const grownAndMutated: fc.Arbitrary<Case> = fc
  .tuple(grown, changes)
  .map(([{ files }, bytes]) => ({ kind: "grown, changed", files: { ...files, "main.cnn": mutate(files["main.cnn"] ?? "", bytes) } }));

export const cases: fc.Arbitrary<Case> = fc.oneof({ weight: 3, arbitrary: grown }, { weight: 4, arbitrary: mutated }, { weight: 2, arbitrary: grownAndMutated });
