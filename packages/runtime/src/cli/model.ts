/** Which model a command line means: `FILE#Name`, `--model`, `--set`, `--input`; and its checked form. */

import { readShapeText, check, type CheckOptions, type Model, type Shape } from "@cnn-lang/shape-checker";
import { existsSync } from "node:fs";
import { type Diagnostic, parse } from "@cnn-lang/parser";
import { type Context, Refusal } from "./context.ts";
import { drawCounts, drawDiagnostic, type TextOf } from "./output/human.ts";
import { openProjects, tidyPath } from "./projects.ts";
import type { Terminal } from "./output/terminal.ts";

export interface ModelFlags {
  readonly model?: string;
  readonly set?: readonly (readonly [name: string, value: string])[];
  readonly input?: Shape;
}

/** The flags' definitions, for every command that means a model. */
export const modelFlags = {
  model: { kind: "parsed", parse: String, optional: true, placeholder: "NAME", brief: "The model of the file that is meant (or FILE#NAME)" },
  set: {
    kind: "parsed",
    parse: parseSetting,
    optional: true,
    variadic: true,
    placeholder: "key=value",
    brief: "key=value: a value for one of the model's parameters, as the language writes it; may be repeated",
  },
  input: { kind: "parsed", parse: parseShape, optional: true, placeholder: "C@HxW", brief: "Another input size, such as 3@64x64" },
} as const;

function parseSetting(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new Error("write it as key=value, such as classes=100");
  return [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
}

function parseShape(text: string): Shape {
  const shape = readShapeText(text);
  if (!shape) throw new Error("write a shape such as 3@64x64, 16@128 or 10");
  return shape;
}

/** `nets/vgg.cnn#VGG` → the file and the model's name. A file whose own name holds `#` is taken as it is. */
export function splitReference(reference: string): { readonly file: string; readonly name?: string } {
  const [, file, name] = /^(.+)#([^#/\\]*)$/.exec(reference) ?? [];
  if (!file || name === undefined || existsSync(reference)) return { file: tidyPath(reference) };
  return { file: tidyPath(file), name };
}

/** What the flags ask of `check`. */
export function checkOptions({ model, set, input }: ModelFlags, name?: string): CheckOptions {
  if (name !== undefined && model !== undefined && name !== model) {
    throw new Refusal(2, `Two models are named: ${name} behind #, and ${model} with --model.`);
  }
  const chosen = model ?? name;
  return {
    ...(chosen !== undefined && { model: chosen }),
    ...(set && { arguments: Object.fromEntries(set) }),
    ...(input && { input }),
  };
}

/** Checks the file and tells what was found on standard error; nothing where it has errors, and then the exit code is 1. */
export function checkedModels(context: Context, reference: string, flags: ModelFlags): readonly Model[] | undefined {
  const { file, name } = splitReference(reference);
  const projects = openProjects();
  const { models, diagnostics } = check(projects.of(file), file, checkOptions(flags, name));
  return told(context, projects.textOf, diagnostics) ? models : undefined;
}

/** The only model that is meant. */
export function checkedModel(context: Context, reference: string, flags: ModelFlags): Model | undefined {
  const models = checkedModels(context, reference, flags);
  if (!models) return undefined;
  const [model, another] = models;
  if (model && !another) return model;
  const { file } = splitReference(reference);
  if (!model) throw new Refusal(1, `${file} holds no model.`);
  throw severalModels(file, models.map(({ name }) => name));
}

/** The models that a reference means, each by a reference of its own: the one that is picked, or all of the file. */
export function eachModel(reference: string, flags: Pick<ModelFlags, "model">): readonly string[] {
  const { file, name } = splitReference(reference);
  if (name !== undefined || flags.model !== undefined) return [reference];
  const { declarations } = parse(openProjects().textOf(file) ?? "", { file }).ast;
  const names = declarations.flatMap((declaration) => (declaration.kind === "model" ? [declaration.name.text] : []));
  return names.length > 1 ? names.map((each) => `${file}#${each}`) : [reference];
}

/** Refuses a reference that picks none of several models, before anything is checked. */
export function refuseSeveralModels(reference: string, flags: Pick<ModelFlags, "model">): void {
  const names = eachModel(reference, flags).map((each) => splitReference(each).name ?? "");
  if (names.length > 1) throw severalModels(splitReference(reference).file, names);
}

const severalModels = (file: string, names: readonly string[]): Refusal =>
  new Refusal(2, `${file} holds several models: ${names.join(", ")}. Pick one: ${file}#${names[0]}`);

/** Writes errors and warnings to standard error. False where there are errors. */
export function told({ process }: Context, textOf: TextOf, diagnostics: readonly Diagnostic[]): boolean {
  tellDiagnostics(process.stderr, textOf, diagnostics.filter(({ severity }) => severity !== "info"));
  if (!diagnostics.some(({ severity }) => severity === "error")) return true;
  process.exitCode = 1;
  return false;
}

/** Draws diagnostics, and under them how many they are. */
export function tellDiagnostics(to: Terminal, textOf: TextOf, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) to.write(`${drawDiagnostic(diagnostic, textOf, to.paint)}\n`);
  const counts = drawCounts(diagnostics, to.paint);
  if (counts) to.write(`${counts}\n`);
}
