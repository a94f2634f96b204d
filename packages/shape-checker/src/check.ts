/** The pipeline: load, resolve names, expand each model, analyze it, and gather what was found. */

import { compareDiagnostics, createSource, locate, suggest, type Diagnostic, type Source, type Span, syntaxCodes } from "@cnn-lang/parser";
import { lintModel, type Written } from "./analyze/lint.ts";
import { planLoads } from "./analyze/load-plan.ts";
import { remember } from "./analyze/provenance.ts";
import { nameCodes, nameProblems } from "./codes/program.ts";
import { valueCodes } from "./codes/values.ts";
import { attempt } from "./elaborate/attempt.ts";
import { type Expand, expandModel } from "./elaborate/expand.ts";
import { checkLiteralArguments } from "./elaborate/literal-arguments.ts";
import type { ElaborationOptions } from "./elaborate/model.ts";
import { placeEdits } from "./edit-places.ts";
import { markFirstLines } from "./first-line.ts";
import { dropIgnored } from "./ignore.ts";
import type { Model } from "./model/model.ts";
import type { Project } from "./project.ts";
import { checkRecipe } from "./recipe/check-recipe.ts";
import type { Link } from "./resolve/context.ts";
import { checkNames } from "./resolve/names.ts";
import { loadProgram, type FileScope, type Parse, type Program } from "./resolve/program.ts";
import { findRecursion } from "./resolve/recursion.ts";
import { checkSelectors } from "./resolve/selectors.ts";

export interface CheckOptions extends ElaborationOptions {
  /** The model that is meant; all of the file without it. */
  readonly model?: string;
}

export interface Checked {
  /** The models whose shapes are all known, in source order. */
  readonly models: readonly Model[];
  readonly diagnostics: readonly Diagnostic[];
}

/** All that is known of a program: what `check` returns, and what an editor shows beside it. */
export interface ProgramCheck extends Checked {
  readonly program: Program;
  /** Every model as far as it could be expanded, those with mistakes included. */
  readonly expanded: readonly Model[];
}

/**
 * Checks a `.cnn` file and what it imports, or a recipe (`.json`) with the model it trains. All mistakes come back as diagnostics, in the order of their places, each
 * reported once however often the block it stands in is used. Never throws for a user's mistake.
 */
export function check(project: Project, entry: string, options: CheckOptions = {}): Checked {
  if (entry.endsWith(".json")) {
    const { model, diagnostics } = checkRecipe(project, entry, checkProgram);
    return { models: model ? [model] : [], diagnostics };
  }
  const { models, diagnostics } = checkProgram(project, entry, options);
  return { models, diagnostics };
}

/** Who checks the same files again and again may keep what it parsed and expanded before, and hear which definition each name means. */
export interface Session {
  readonly parse?: Parse;
  readonly expand?: Expand;
  readonly link?: Link;
}

/** `check` with what lies behind it. */
export function checkProgram(project: Project, entry: string, options: CheckOptions = {}, { parse, expand = expandModel, link }: Session = {}): ProgramCheck {
  const program = loadProgram(project, entry, parse);
  const { report, diagnostics } = collect(program.diagnostics);
  if (!program.entry) return { program, expanded: [], models: [], diagnostics: diagnostics() };

  const recursion = findRecursion(program);
  recursion.diagnostics.forEach(report);
  const calls = [...program.files.values()].flatMap((scope) => checkNames(scope, scope === program.entry, report, link));

  const models: Model[] = [];
  const expanded: Model[] = [];
  const { entry: scope } = program;
  for (const declaration of chosenModels(scope, options.model, report)) {
    const { model, isWhole, silentPaths, diagnostics: ofModel, budgets, rehearse } = expand(scope, declaration, options, recursion);
    ofModel.forEach(report);
    if (!model) continue;
    expanded.push(model);
    checkSelectors(declaration, model, silentPaths, report);
    if (!isWhole) continue;
    budgets.forEach(report);
    // What a mistake leaves idle is no second one.
    const found = diagnostics();
    if (!found.some(({ severity, span }) => severity === "error" && isWithin(span, declaration.span))) lintModel(model, writtenAround(program, found)).forEach(report);
    const loads = planLoads(project, model, report);
    remember(model, { attempt: (inputs) => attempt(scope, declaration, options, recursion, inputs), rehearse, loads });
    models.push(model);
  }
  for (const call of calls) checkLiteralArguments(call, report);
  const found = dropIgnored(diagnostics(), program.files).map((diagnostic) => markFirstLines(diagnostic, program.files)).map(placeEdits(program.files));
  return { program, expanded, models, diagnostics: found.toSorted(compareDiagnostics) };
}

const isWithin = (inner: Span, outer: Span): boolean =>
  inner.file === outer.file && inner.start.offset >= outer.start.offset && inner.end.offset <= outer.end.offset;

/** What the lint wants to know of the texts. */
function writtenAround({ files }: Program, found: readonly Diagnostic[]): Written {
  const sourceOf = ({ file }: Span): Source => files.get(file)?.source ?? createSource(file, "");
  let unused: ReadonlySet<string> | undefined;
  return {
    sourceOf,
    isUnused: (span) => {
      // The names of what a layer, or the braces that end with it, give: `relu } as a, b`.
      const namesBehind = /[\s}]*(?:else\b[^{}]*\{[^{}]*\}[\s}]*)*\bas\s+([\p{L}_][\p{L}\d_]*(?:\s*,\s*[\p{L}_][\p{L}\d_]*)*)/uy;
      namesBehind.lastIndex = span.end.offset;
      const [, names = ""] = namesBehind.exec(sourceOf(span).text) ?? [];
      if (names === "") return false;
      const start = namesBehind.lastIndex - names.length;
      unused ??= new Set(found.flatMap(({ code, span: place }) => (code === nameCodes.unusedName.code ? [`${place.start.offset} ${place.file}`] : [])));
      return [...names.matchAll(/[^\s,]+/g)].some(({ index }) => unused?.has(`${start + index} ${span.file}`));
    },
  };
}

function chosenModels(entry: FileScope, name: string | undefined, report: (diagnostic: Diagnostic) => void): FileScope["models"] {
  const start = { ...entry.ast.span, end: entry.ast.span.start };
  if (entry.ast.declarations.length === 0 && entry.isReadable) report(locate(nameProblems.emptyFile({}), start));
  if (name === undefined) return entry.models;
  const chosen = entry.models.filter((model) => model.name.text === name);
  if (chosen.length === 0) {
    const suggestion = suggest(name, entry.models.map((model) => model.name.text));
    report(locate(nameProblems.noModel({ name, ...(suggestion && { suggestion }) }), start));
  }
  return chosen;
}

/**
 * Keeps one diagnostic of each code and place: the first use of a block that shows a mistake is enough. Of what the parser has told, though,
 * the names' pass may know more.
 */
function collect(first: readonly Diagnostic[]) {
  const keyOf = ({ code, span: { file, start, end } }: Pick<Diagnostic, "code" | "span">): string => `${code} ${start.offset} ${end.offset} ${file}`;
  const found = new Map(first.toReversed().map((diagnostic) => [keyOf(diagnostic), diagnostic]));
  const isFirst = new Set(found.keys());
  const report = (diagnostic: Diagnostic): void => {
    const key = keyOf(diagnostic);
    if (!found.has(key) || isFirst.delete(key)) found.set(key, diagnostic);
    // `pad='same'`: what is mended without its quotes is not mended to have others.
    if (diagnostic.code === valueCodes.wrongType.code && diagnostic.fixes.length > 0) found.delete(keyOf({ ...diagnostic, code: syntaxCodes.singleQuotes.code }));
  };
  return { report, diagnostics: () => [...found.values()] };
}
