/** `cnn check FILE…`: what is wrong with programs and recipes. */

import { check, type Checked, type CheckedRecipe, checkRecipe, loadsOf, type Model, printShape, totalsOf } from "@cnn-lang/shape-checker";
import type { Diagnostic } from "@cnn-lang/parser";
import { buildCommand } from "@stricli/core";
import { type Context, Refusal } from "../context.ts";
import { checkOptions, eachModel, modelFlags, type ModelFlags, splitReference, tellDiagnostics } from "../model.ts";
import { githubAnnotations } from "../output/github.ts";
import { flagsFile } from "../output/human.ts";
import { checkDocument, type FileReport } from "../output/json.ts";
import { loadWords } from "../../words/load-plan.ts";
import { grouped } from "../../numbers.ts";
import { sarifDocument } from "../output/sarif.ts";
import { wholeNumber } from "../parse.ts";
import { openProjects, type Projects } from "../projects.ts";
import { recipeOfFlags } from "../recipe.ts";
import { version } from "../version.ts";
import { nextChange } from "../watch.ts";

interface Flags extends ModelFlags {
  readonly data?: string;
  readonly hints?: boolean;
  readonly watch?: boolean;
  readonly maxWarnings?: number;
  readonly format: Format;
}

type Format = "human" | "json" | "sarif" | "github";

export const checkCommand = buildCommand<Flags, readonly string[], Context>({
  docs: {
    brief: "Say what is wrong with .cnn files and recipes",
    fullDescription:
      "Checks names, shapes, arguments, weights and budgets of every model in the files, and tells all mistakes on standard output.\n" +
      "Where a file is fine it says one line a model: its name, input and output shapes, and how many weights it has.",
  },
  parameters: {
    flags: {
      ...modelFlags,
      data: { kind: "parsed", parse: String, optional: true, placeholder: "NAME-or-DIR", brief: "Hold .cnn files against data that is to be trained on" },
      hints: { kind: "boolean", optional: true, withNegated: false, brief: "Show hints as well" },
      watch: { kind: "boolean", optional: true, withNegated: false, brief: "Check again whenever a file changes" },
      maxWarnings: { kind: "parsed", parse: wholeNumber(0), optional: true, placeholder: "N", brief: "Fail where there are more warnings" },
      format: { kind: "enum", values: ["human", "json", "sarif", "github"], default: "human", brief: "How the result is written" },
    },
    positional: {
      kind: "array",
      minimum: 1,
      parameter: { parse: String, placeholder: "FILE", brief: "A .cnn file (FILE#NAME means one of its models), or a recipe" },
    },
  },
  func: runCheck,
});

async function runCheck(this: Context, flags: Flags, ...references: string[]): Promise<void> {
  if (flags.watch && flags.format !== "human") throw new Refusal(2, "--watch is for people: it goes with --format human alone.");
  if (flags.data !== undefined && flags.input) throw new Refusal(2, "--data gives the size of the images: --input cannot go with it.");
  const files = await checkedFiles(this, references, flags);
  if (!files) return;
  for (;;) {
    const begun = Date.now();
    this.process.exitCode = checkOnce(this, files, flags);
    if (!flags.watch) return;
    const change = nextChange(files.projects.asked, begun);
    const { stdout } = this.process;
    stdout.write(stdout.paint("dim", "Waiting for a change … (Ctrl-C ends)\n"));
    await change;
    stdout.write(stdout.isInteractive ? "\u001b[2J\u001b[H" : "\n");
  }
}

/** The files that were given, each with how it is checked. */
interface CheckedFiles {
  readonly projects: Projects;
  readonly files: readonly { readonly file: string; readonly check: () => Checked }[];
}

/** Nothing where the data behind `--data` is wrong, which is told. */
async function checkedFiles(context: Context, references: readonly string[], flags: Flags): Promise<CheckedFiles | undefined> {
  const { data } = flags;
  const readsData = data !== undefined || references.some((reference) => reference.endsWith(".json"));
  const projects = openProjects(readsData ? (await import("#cli/data")).manifestOf : undefined);
  const files: { file: string; check: () => Checked }[] = [];
  for (const reference of references) {
    const { file, name } = splitReference(reference);
    const project = projects.of(file);
    if (data === undefined) {
      const options = checkOptions(flags, name);
      files.push({ file: reference, check: () => check(project, file, options) });
      continue;
    }
    const recipes: string[] = [];
    for (const model of eachModel(reference, flags)) {
      const recipe = await recipeOfFlags(context, model, data, flags);
      if (!recipe) return undefined;
      recipes.push(JSON.stringify(recipe));
    }
    files.push({ file: reference, check: () => ofRecipes(recipes.map((recipe) => checkRecipe(project, flagsFile, check, recipe))) });
  }
  return { projects, files };
}

/** One for each model of a file; what is wrong with the file itself is told once. */
const ofRecipes = (checked: readonly CheckedRecipe[]): Checked => ({
  models: checked.flatMap(({ model }) => (model ? [model] : [])),
  diagnostics: checked.flatMap(({ diagnostics }) => diagnostics),
});

interface CheckedFile extends FileReport {
  readonly models: readonly Model[];
  readonly isFine: boolean;
}

function checkOnce({ process: { stdout } }: Context, { files: given, projects }: CheckedFiles, flags: Flags): 0 | 1 {
  const files = withoutRepetition(
    given.map(({ file, check }): CheckedFile => {
      const checked = check();
      return { file, ...checked, isFine: !checked.diagnostics.some(({ severity }) => severity === "error") };
    }),
  );
  const diagnostics = files.flatMap((file) => file.diagnostics);
  if (flags.format !== "human") stdout.write(documents[flags.format](files, diagnostics));
  else {
    for (const file of files) if (file.isFine) stdout.write(drawFine(file));
    tellDiagnostics(stdout, projects.textOf, diagnostics.filter(({ severity }) => severity !== "info" || flags.hints));
  }
  const warnings = diagnostics.filter(({ severity }) => severity === "warning").length;
  const tooMany = flags.maxWarnings !== undefined && warnings > flags.maxWarnings;
  return tooMany || !files.every(({ isFine }) => isFine) ? 1 : 0;
}

/** The formats for programs. */
const documents: Readonly<Record<Exclude<Format, "human">, (files: readonly FileReport[], diagnostics: readonly Diagnostic[]) => string>> = {
  json: (files) => checkDocument(files.map(({ file, diagnostics }) => ({ file, diagnostics }))),
  sarif: (_, diagnostics) => sarifDocument(diagnostics, version),
  github: (_, diagnostics) => githubAnnotations(diagnostics),
};

/** A mistake in a file that several others import is told once, under the first that leads to it. */
function withoutRepetition(files: readonly CheckedFile[]): readonly CheckedFile[] {
  const told = new Set<string>();
  const isNew = ({ code, span, message }: Diagnostic): boolean => {
    const key = JSON.stringify([code, span, message]);
    return !told.has(key) && told.add(key) !== undefined;
  };
  return files.map((file) => ({ ...file, diagnostics: file.diagnostics.filter(isNew) }));
}

function drawFine({ file, models, diagnostics }: CheckedFile): string {
  if (models.length === 0) return diagnostics.length === 0 ? `${file}: fine; it holds no model\n` : "";
  return models.map((model) => `${file}: ${describe(model)}\n`).join("");
}

/** `LeNet5 1@28x28 → 10, 44,426 parameters`; what trains where not all does, and what a `load` takes of its file. */
function describe(model: Model): string {
  const shapes = (ports: Model["inputs"]): string => ports.map(({ shape }) => printShape(shape)).join(", ");
  const { parameters, trainable } = totalsOf(model);
  const training = trainable < parameters ? ` (${grouped(trainable)} trainable)` : "";
  return [`${model.name} ${shapes(model.inputs)} → ${shapes(model.outputs)}, ${grouped(parameters)} parameters${training}`, ...loadsOf(model).map(loadWords)].join(", ");
}
