/** A recipe with all it names: its text, the model, the data's manifest, and the contract between them. */

import { createSource, type Diagnostic, locate, parse, type Span, suggest } from "@cnn-lang/parser";
import { recipeProblems } from "../codes/recipe.ts";
import type { Model } from "../model/model.ts";
import { type Project, resolvePath, unreadableWords } from "../project.ts";
import { checkImages } from "./contract-images.ts";
import { checkOutputs } from "./contract-outputs.ts";
import { checkTraining } from "./contract-training.ts";
import { checkWeights } from "./contract-weights.ts";
import type { DataFormat } from "./data.ts";
import { type BadData, type DataFacts, type DataManifest, factsOf, readManifest } from "./manifest.ts";
import type { RecipeAndModel } from "./parties.ts";
import { noPlaces, type Places } from "./places.ts";
import { readRecipe } from "./read.ts";
import { type Recipe, splitModelReference } from "./recipe.ts";

export interface CheckedRecipe {
  /** With every default written out. */
  readonly recipe?: Recipe;
  readonly places: Places;
  /** The model that is to be trained, where it is whole. */
  readonly model?: Model;
  readonly diagnostics: readonly Diagnostic[];
}

/** How a `.cnn` file is checked: `check.ts`'s own function, which also leads here. */
export type CheckProgram = (
  project: Project,
  file: string,
  options: { readonly model?: string; readonly arguments?: Recipe["arguments"] },
) => { readonly models: readonly Model[]; readonly diagnostics: readonly Diagnostic[] };

/**
 * Checks a recipe, its model and its data's headers together. All mistakes come back as diagnostics, in the recipe or in the
 * `.cnn` file, whichever must change.
 *
 * @param file The recipe's path.
 * @param text Its text, where it is not in the project (one made from command line flags).
 */
export function checkRecipe(project: Project, file: string, checkProgram: CheckProgram, text?: string): CheckedRecipe {
  const read = text ?? project.read(file);
  if (typeof read !== "string") {
    const finding = recipeProblems.unreadable({ file, why: unreadableWords[read.reason] });
    return { places: noPlaces(file), diagnostics: [locate(finding, createSource(file, "").span(0, 0))] };
  }
  const { recipe, places, diagnostics } = readRecipe(file, read);
  if (!recipe) return { places, diagnostics };

  const { model, diagnostics: ofModel } = findModel(project, recipe, places, checkProgram);
  const { facts: data, diagnostics: ofData } = findData(project, recipe, places);
  const ofContract = model ? contractDiagnostics({ recipe, places, model, project }, data) : [];
  // What is only doubtful of a model by itself, its training may prove wrong: that is said once.
  const doubtless = ofModel.filter(({ severity, span }) => severity === "error" || !ofContract.some((other) => contains(other.span, span)));
  return { recipe, places, ...(model && { model }), diagnostics: [...diagnostics, ...doubtless, ...ofData, ...ofContract] };
}

function contractDiagnostics(parties: RecipeAndModel, data: DataFacts | undefined): readonly Diagnostic[] {
  const known = data ? { ...parties, data } : parties;
  const { recipe, places } = parties;
  return [
    ...(data ? checkImages({ ...parties, data }) : []),
    ...checkOutputs(known),
    ...checkTraining(known),
    ...(recipe.weights === null ? [] : checkWeights(parties, recipe.weights, relativeTo(places.file, recipe.weights))),
  ];
}

const contains = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start.offset <= inner.start.offset && inner.end.offset <= outer.end.offset;

function findModel(project: Project, recipe: Recipe, places: Places, checkProgram: CheckProgram): { readonly model?: Model; readonly diagnostics: readonly Diagnostic[] } {
  const { file: written, model: name } = splitModelReference(recipe.model);
  const file = relativeTo(places.file, written);
  const place = places.value(["model"]);
  const text = project.read(file);
  if (typeof text !== "string") {
    return { diagnostics: [locate(recipeProblems.modelUnreadable({ file: written, why: unreadableWords[text.reason] }), place)] };
  }

  const declared = parse(text, { file }).ast.declarations.filter((declaration) => declaration.kind === "model");
  const names = declared.map((model) => model.name.text);
  if (name !== undefined && !names.includes(name)) {
    const suggestion = suggest(name, names);
    const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: places.set(["model"], `${written}#${suggestion}`) }] : [];
    return { diagnostics: [locate(recipeProblems.unknownModel({ file: written, name, ...(suggestion && { suggestion }) }), place, { fixes })] };
  }
  if (name === undefined && names.length !== 1) {
    const { models, diagnostics } = checkProgram(project, file, {});
    if (names.length === 0 && models.length === 0 && diagnostics.some(({ severity }) => severity === "error")) return { diagnostics };
    const fixes = names.map((candidate) => ({ title: `train ${candidate}`, edits: places.set(["model"], `${written}#${candidate}`) }));
    return { diagnostics: [locate(recipeProblems.severalModels({ file: written, names }), place, { fixes })] };
  }

  const declaration = declared.find((model) => name === undefined || model.name.text === name);
  const parameters = declaration?.parameters.map((parameter) => parameter.name.text) ?? [];
  const unknown = Object.keys(recipe.arguments).filter((key) => !parameters.includes(key));
  const given = Object.fromEntries(Object.entries(recipe.arguments).filter(([key]) => parameters.includes(key)));
  const { models, diagnostics } = checkProgram(project, file, { ...(name !== undefined && { model: name }), arguments: given });
  const [model] = models;
  return {
    ...(model && { model }),
    diagnostics: [
      ...unknown.map((key) => {
        const suggestion = suggest(key, parameters);
        const at = places.key(["arguments", key]);
        const fix = suggestion ? { title: `write ${suggestion}`, edits: [{ span: at, text: JSON.stringify(suggestion) }] } : { title: "leave it out", edits: places.remove(["arguments", key]) };
        return locate(recipeProblems.unknownArgument({ model: declaration?.name.text ?? written, name: key, ...(suggestion && { suggestion }) }), at, { fixes: [fix] });
      }),
      // A value of the recipe that the model cannot take is reported at the model's name: it stands here.
      ...diagnostics.map((diagnostic) => {
        const atName = diagnostic.span.file === file && diagnostic.span.start.offset === declaration?.name.span.start.offset;
        return atName && /^CNN[23]/.test(diagnostic.code) ? { ...diagnostic, span: places.value(["arguments"]) } : diagnostic;
      }),
    ],
  };
}

function findData(project: Project, recipe: Recipe, places: Places): { readonly facts?: DataFacts; readonly diagnostics: readonly Diagnostic[] } {
  const { data } = recipe;
  const answer = data.path === null ? undefined : readManifest(project.manifest(relativeTo(places.file, data.path)));
  if (answer && isBad(answer)) return { diagnostics: [locate(answer.problem, places.value(["data", "path"]))] };
  if (answer && !isFormat(data.format, answer.format)) {
    const fixes = [{ title: `write ${answer.format}`, edits: places.set(["data", "format"], answer.format) }];
    const finding = recipeProblems.formatDiffers({ path: data.path ?? "", written: data.format, found: answer.format });
    return { diagnostics: [locate(finding, places.value(["data", "format"]), { fixes })] };
  }
  const facts = factsOf(data, answer);
  const unexpected = answer ? expectsDiagnostics(recipe, answer, places) : [];
  if (!facts) return { diagnostics: [...unexpected, locate(recipeProblems.dataUnknown({ path: data.path ?? data.format }), places.value(["data", "path"]))] };
  return { facts, diagnostics: unexpected };
}

/** MNIST's files are IDX files. */
const isFormat = (written: DataFormat, found: DataFormat): boolean => written === found || (written === "mnist" && found === "idx");

const isBad = (answer: DataManifest | BadData): answer is BadData => "problem" in answer;

function expectsDiagnostics({ data: { expects } }: Recipe, manifest: DataManifest, places: Places): readonly Diagnostic[] {
  return (["shape", "classes"] as const).flatMap((what) => {
    if (!expects || expects[what] === manifest[what]) return [];
    const finding = recipeProblems.expectsDiffers({ what, expected: `${expects[what]}`, found: `${manifest[what]}` });
    const fixes = [{ title: `write ${manifest[what]}`, edits: places.set(["data", "expects", what], manifest[what]) }];
    return [locate(finding, places.value(["data", "expects", what]), { fixes })];
  });
}

/** A path written in `file`: absolute, or relative to the file's folder. */
export function relativeTo(file: string, path: string): string {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) ? path : resolvePath(file, path);
}
