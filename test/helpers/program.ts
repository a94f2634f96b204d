/**
 * Checks programs written in tests: `check(text)`, with other files beside it after lines such as `// === other.cnn ===`,
 * and says in one line what a test wants to know of the result.
 */

import { check as checkProject, memoryProject, weightsOf, type Checked, type CheckOptions, type Model } from "@cnn-lang/shape-checker";
import { print } from "./infer.ts";

/** The files of a text: `main.cnn`, then those that a `// === name ===` line begins. */
export function filesOf(text: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  let name = "main.cnn";
  for (const part of text.split(/^\/\/ === (\S+) ===\r?\n/m)) {
    if (name in files) name = part;
    else files[name] = part;
  }
  return files;
}

/** Checks `main.cnn`. */
export const check = (text: string, options: CheckOptions = {}): Checked => checkProject(memoryProject(filesOf(text)), "main.cnn", options);

/** The diagnostics of errors and warnings (hints with `hints`): `CNN4001 5:11 a 7x7 kernel …`. */
export const mistakes = (text: string, options: CheckOptions = {}): readonly string[] =>
  check(text, options)
    .diagnostics.filter(({ severity }) => severity !== "info")
    .map(({ code, span, message }) => `${code} ${span.start.line}:${span.start.column} ${message}`);

/** The codes alone, in order: `CNN4001 CNN2001`. */
export const codes = (text: string, options: CheckOptions = {}): string =>
  check(text, options)
    .diagnostics.filter(({ severity }) => severity !== "info")
    .map(({ code }) => code)
    .join(" ");

/** The one model of a program that has no mistakes. */
export function modelOf(text: string, options: CheckOptions = {}): Model {
  const { models, diagnostics } = check(text, options);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [model] = models;
  if (errors.length > 0 || !model || models.length > 1) {
    throw new Error(`${models.length} models; ${errors.map(({ code, message }) => `${code}: ${message}`).join("; ")}`);
  }
  return model;
}

/** A model whose layers are those lines: `modelOf(around("conv 8 3"))`. */
export const around = (lines: string, input = "3@32x32"): string => `model Net {\n  input ${input}\n  ${lines}\n}\n`;

/** The paths of the layers that have weights, in order. */
export const weightedPaths = (text: string): readonly string[] =>
  modelOf(text)
    .layers.filter(({ weights }) => weights.length > 0)
    .map(({ path }) => path);

/** All weights' names. */
export const weightNames = (text: string): readonly string[] => weightsOf(modelOf(text)).map(({ name }) => name);

/** The shapes of the outputs: `10`, `2@64x64`. */
export const outputs = (text: string, options: CheckOptions = {}): string =>
  modelOf(text, options)
    .outputs.map(({ shape }) => print(shape))
    .join(" ");
