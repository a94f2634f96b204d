/**
 * The language service: pure functions from a file and an offset to plain data in our own spans. Editors, the server
 * and a page are thin fronts of it. Every answer is made from the project's texts as they are now.
 */

import { format, type Diagnostic, type Name, type Span } from "@cnn-lang/parser";
import type { Model } from "../model/model.ts";
import type { Project } from "../project.ts";
import { fixActions, refactorActions, type CodeAction } from "./actions.ts";
import { createAnalyses, type Analysis } from "./analysis.ts";
import { completions, type Completion } from "./completion.ts";
import { codeLenses, inlayHints, type CodeLens, type InlayHint } from "./hints.ts";
import { hover, type Hover } from "./hover.ts";
import {
  definition,
  documentSymbols,
  foldingRanges,
  references,
  rename,
  selectionRanges,
  semanticTokens,
  type DocumentSymbol,
  type Renaming,
  type SemanticToken,
} from "./navigation.ts";
import { checkRecipe } from "../recipe/check-recipe.ts";
import { isRecipe, modelIn, modelNameIn, recipeCompletions, recipeHover } from "./recipe.ts";
import { signatureHelp, type SignatureHelp } from "./signature.ts";
import { importThatLeadsTo, toldHere } from "./told-here.ts";

export interface LanguageService {
  /**
   * Every mistake, warning and hint of a file and what it imports; of a recipe and the model that it trains. `others` are
   * recipes that train a model of the file, and programs that import it: what only they show to be wrong is added.
   */
  diagnostics(file: string, others?: readonly string[]): readonly Diagnostic[];
  /** Those as they are shown in the file itself: mistakes of other files stand where it leads to them. */
  told(file: string, others?: readonly string[]): readonly Diagnostic[];
  inlayHints(file: string): readonly InlayHint[];
  codeLenses(file: string): readonly CodeLens[];
  hover(file: string, offset: number): Hover | undefined;
  /** `files` are the paths that an import, a `load` or a recipe may name, relative to the file. */
  completions(file: string, offset: number, files?: readonly string[]): readonly Completion[];
  signatureHelp(file: string, offset: number): SignatureHelp | undefined;
  codeActions(file: string, range: Span, others?: readonly string[]): readonly CodeAction[];
  definition(file: string, offset: number): Span | undefined;
  /** Places in this file, in what it imports, and in the `others`: the files that may import it. */
  references(file: string, offset: number, others?: readonly string[]): readonly Span[];
  /** The same, and in the `recipes` that name a model. */
  rename(file: string, offset: number, name: string, others?: readonly string[], recipes?: readonly string[]): Renaming;
  documentSymbols(file: string): readonly DocumentSymbol[];
  foldingRanges(file: string): readonly Span[];
  selectionRanges(file: string, offset: number): readonly Span[];
  semanticTokens(file: string): readonly SemanticToken[];
  /** The file's models whose shapes are all known, as they are now: for a summary or a picture beside the text. */
  models(file: string): readonly Model[];
  /** The canonical layout of a file, or its text unchanged where it has syntax errors. */
  format(file: string): Promise<string | undefined>;
}

/** Answers for `.cnn` files and recipes (`.json`). A file's path is the project's; offsets count UTF-16 units from 0. */
export function createLanguageService(project: Project): LanguageService {
  const { analyze, check } = createAnalyses(project);
  const among = (file: string, others: readonly string[]): readonly Analysis[] =>
    [...new Set([file, ...others])].flatMap((each) => analyze(each) ?? []);
  /** Answers from a file's analysis, or with nothing where there is no such file. */
  const answer = <T>(file: string, nothing: T, of: (analysis: Analysis) => T): T => {
    const analysis = isRecipe(file) ? undefined : analyze(file);
    return analysis ? of(analysis) : nothing;
  };
  /** The same from a recipe's text. */
  const answerRecipe = <T>(file: string, of: (text: string) => T): T | undefined => {
    const text = project.read(file);
    return isRecipe(file) && typeof text === "string" ? of(text) : undefined;
  };
  const ofRecipe = (file: string): readonly Diagnostic[] => checkRecipe(project, file, (_, model, options) => check(model, options)).diagnostics;
  const found = (file: string): readonly Diagnostic[] =>
    isRecipe(file) ? ofRecipe(file) : answer<readonly Diagnostic[]>(file, [], (analysis) => analysis.diagnostics);
  function diagnostics(file: string, others: readonly string[] = []): readonly Diagnostic[] {
    const own = found(file);
    if (others.length === 0) return own;
    const seen = new Set(own.map(sameMistake));
    return [...own, ...others.flatMap(found).filter((diagnostic) => !seen.has(sameMistake(diagnostic)) && seen.add(sameMistake(diagnostic)))];
  }
  function told(file: string, others?: readonly string[]): readonly Diagnostic[] {
    const leadTo = (other: string): Span | undefined =>
      answerRecipe(file, (text) => modelIn(file, text)) ?? answer(file, undefined, ({ program }) => importThatLeadsTo(program, other));
    return toldHere(file, diagnostics(file, others), leadTo);
  }
  return {
    diagnostics,
    told,
    inlayHints: (file) => answer(file, [], inlayHints),
    codeLenses: (file) => answer(file, [], codeLenses),
    hover: (file, offset) => answerRecipe(file, (text) => recipeHover(file, text, offset)) ?? answer(file, undefined, (analysis) => hover(analysis, offset)),
    completions: (file, offset, files = []) =>
      answerRecipe(file, (text) => recipeCompletions(project, file, text, offset, files)) ??
      answer<readonly Completion[]>(file, [], (analysis) => completions(analysis, offset, files)),
    signatureHelp: (file, offset) => answer(file, undefined, (analysis) => signatureHelp(analysis, offset)),
    codeActions: (file, range, others) => [
      ...fixActions(told(file, others), range),
      ...answer<readonly CodeAction[]>(file, [], (analysis) => refactorActions(analysis, range)),
    ],
    definition: (file, offset) => answer(file, undefined, (analysis) => definition(analysis, offset)),
    references: (file, offset, others = []) =>
      answer<readonly Span[]>(file, [], (analysis) => references(analysis, offset, among(file, others))),
    rename: (file, offset, name, others = [], recipes = []) =>
      answer<Renaming>(file, { refusal: "there is no such file" }, (analysis) => {
        const renaming = rename(analysis, offset, name, among(file, others));
        const model = modelAt(analysis, offset);
        if ("refusal" in renaming || !model) return renaming;
        const named = recipes.flatMap((recipe) => answerRecipe(recipe, (text) => modelNameIn(recipe, text, model.span.file, model.text)) ?? []);
        return { edits: [...renaming.edits, ...named.map((span) => ({ span, text: name }))] };
      }),
    documentSymbols: (file) => answer(file, [], documentSymbols),
    foldingRanges: (file) => answer(file, [], foldingRanges),
    selectionRanges: (file, offset) => answer<readonly Span[]>(file, [], (analysis) => selectionRanges(analysis, offset)),
    semanticTokens: (file) => answer(file, [], semanticTokens),
    models: (file) => answer<readonly Model[]>(file, [], ({ models }) => models),
    format: async (file) => {
      const text = isRecipe(file) ? undefined : project.read(file);
      return typeof text === "string" ? (await format(text)).text : undefined;
    },
  };
}

/** The name of the model that is meant at an offset, where it is declared. */
function modelAt(analysis: Analysis, offset: number): Name | undefined {
  const target = definition(analysis, offset);
  const models = target && analysis.program.files.get(target.file)?.models;
  return models?.find(({ name }) => name.span.start.offset === target?.start.offset)?.name;
}

/** Equal for one mistake that two checks found. */
const sameMistake = ({ code, span: { file, start, end } }: Diagnostic): string => `${code} ${start.offset} ${end.offset} ${file}`;
