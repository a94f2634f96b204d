/**
 * What can stand at the cursor. The place is read from the text before it, since a program in the middle of being typed
 * seldom parses there; names come from the enclosing declaration.
 */

import { walk, type AnyNode } from "@cnn-lang/parser";
import { functions } from "../elaborate/functions.ts";
import { needed } from "../elaborate/bind-value.ts";
import { isOperatorName, operatorOf, operators, type OperatorName } from "../operators/index.ts";
import { metricNames } from "../analyze/metrics.ts";
import { resolvePath } from "../project.ts";
import type { Analysis } from "./analysis.ts";
import { signatureText } from "./hover.ts";

export interface Completion {
  readonly label: string;
  readonly kind: "operator" | "block" | "model" | "argument" | "word" | "value" | "point" | "path" | "keyword" | "function" | "file";
  readonly detail: string;
  /** What it means, in Markdown, where that is more than its detail says. */
  readonly doc?: string;
  readonly insert: string;
  /** The offsets of the text that it takes the place of. */
  readonly from: number;
  readonly to: number;
}

type Candidate = Omit<Completion, "from" | "to">;

const stepKeywords = ["skip", "repeat", "for", "if", "frozen", "reuse", "let", "assert"];
const modelKeywords = ["input", "output", "load", "freeze"];

/** Completions at an offset; `files` are the paths that an import or a load may name. */
export function completions(analysis: Analysis, offset: number, files: readonly string[]): readonly Completion[] {
  const before = analysis.text.slice(0, offset);
  const line = before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1);
  // A path is typed as a whole, all else word by word.
  const isPath = /"[^"]*$/.test(line.replace(/"[^"]*"/g, "")) || isSelector.test(line);
  const typed = (isPath ? /[^\s,"]*$/ : /[\p{L}\p{M}\d_]*$/u).exec(line)?.[0] ?? "";
  return candidates(analysis, offset, line, files).map((candidate) => ({ ...candidate, from: offset - typed.length, to: offset }));
}

/** A name that is being given: nothing that is there already can stand for it. */
const isNewName = /(?:^\s*|[\s{|>(])(?:(?:block|model|let|as|input)\s+(?:[\p{L}\w]+\s*,\s*)*|for\s+(?:[\p{L}\w]+\s*,\s*)*)[\p{L}\w]*$/u;
const isSelector = /^\s*(freeze|load\b.*\bexcept)\b/;
const isDeclaration = /^(?:block|model)\b[^{]*$/;
/** The first line of a declaration up to an open bracket: of its parameters, or of the arguments of the model it is derived from. */
const isInParameters = /^(?:block|model)\s+[\p{L}\w]+\s*\(([^()]*)$/u;
const isInGiven = /=\s*([\p{L}\w]+)\s*\(([^()]*)$/u;
const isBase = /^model\s+[\p{L}\w]+(?:\s*\([^)]*\))?\s*=\s*[\p{L}\w]*$/u;

function candidates(analysis: Analysis, offset: number, line: string, files: readonly string[]): readonly Candidate[] {
  const code = line.replace(/"[^"]*"/g, "");
  if (/\/\/|^\s*#/.test(code)) return [];
  const string = /\b(from|load)\s+"([^"]*)$/.exec(line);
  if (string) {
    const ending = string[1] === "from" ? ".cnn" : ".safetensors";
    return files.filter((path) => path.endsWith(ending) || path.endsWith("/")).map((path) => ({ label: path, kind: "file", detail: "", insert: path }));
  }
  if (code.includes('"') || isNewName.test(code)) return [];
  if (/^import\b/.test(code)) return importCompletions(analysis, offset, code);

  const names = namesBefore(analysis, offset);
  if (isDeclaration.test(code)) return headCompletions(analysis, code, names);
  if (names.inside === "nothing") return /^[\p{L}\w]*$/u.test(line) ? ["block", "model", "import"].map(keyword) : [];
  if (isSelector.test(line)) return pathCompletions(analysis, line);
  if (/^\s*load\b/.test(line)) return line === code ? [] : [keyword("except")];
  if (/^\s*assert\b/.test(line) || /\([^()]*$/.test(code)) return [...values(names), ...expressionWords(/^\s*assert\b/.test(line))];
  if (/\}\s*[\p{L}\w]*$/u.test(code)) return ["project", "else", "as"].map(keyword);

  // The step that is being typed: what stands behind the last separator.
  const step = line.replace(/^.*(?:->|[{}|])/s, "").replace(/^\s*(?:frozen\s+)?(?:[\p{L}\w]+\s*:|"[^"]*"\s*:)?/u, "");
  const [callee = "", ...given] = step.trimStart().split(/\s+/);
  if (given.length === 0) return [...layers(analysis, names), ...keywords(names)];
  if (callee === "skip" && given.length === 1) return [keyword("if")];
  if (callee === "for" && !given.includes("in")) return [keyword("in")];
  if (callee === "let" && !given.includes("=")) return [];
  if (["if", "repeat", "for", "skip", "let"].includes(callee)) return [...values(names), ...expressionWords(false)];
  if (callee === "reuse" || callee === "output") {
    const known = callee === "reuse" ? names.labels : [...names.labels, ...names.points];
    return given.length > 1 ? [keyword("as")] : known.map((label) => ({ label, kind: "point", detail: "named above", insert: label }));
  }
  return callee === "input" ? [] : [...argumentCompletions(analysis, callee, given, names), keyword("as")];
}

function importCompletions(analysis: Analysis, offset: number, code: string): readonly Candidate[] {
  if (/\{[^}]*$/.test(code)) return importable(analysis, offset);
  return /\}\s*\w*$/.test(code) ? [keyword("from")] : [];
}

/** In the first line of a block or model, before its body. */
function headCompletions(analysis: Analysis, code: string, names: Names): readonly Candidate[] {
  if (isBase.test(code)) return declared(analysis, "model");
  const isValue = (list: string | undefined): boolean => /=[^,]*$/.test(list ?? "");
  const given = isInGiven.exec(code);
  const base = given && analysis.program.entry?.names.get(given[1] ?? "");
  if (base?.kind === "model" && !isValue(given?.[2])) {
    return base.declaration.parameters.map(({ name }): Candidate => ({ label: name.text, kind: "argument", detail: `of ${given?.[1]}`, insert: `${name.text} = ` }));
  }
  return isValue(isInParameters.exec(code)?.[1]) ? [...values(names), ...expressionWords(false)] : [];
}

interface Names {
  readonly inside: "block" | "model" | "nothing";
  readonly values: readonly string[];
  readonly points: readonly string[];
  readonly labels: readonly string[];
}

/** The names that the enclosing declaration defines before an offset. */
function namesBefore({ program }: Analysis, offset: number): Names {
  const declarations = program.entry?.ast.declarations ?? [];
  // A declaration that is being typed may be cut off by the parser: the last one that begins before the cursor is meant.
  const declaration = declarations.findLast(({ span }) => span.start.offset < offset);
  if (!declaration || declaration.kind === "import") return { inside: "nothing", values: [], points: [], labels: [] };
  const closed = declaration.body !== undefined && declaration.span.end.offset < offset && program.entry?.text.slice(declaration.span.end.offset - 1, declaration.span.end.offset) === "}";
  const [values, points, labels]: [string[], string[], string[]] = [[], [], []];
  walk(declaration, (node: AnyNode) => {
    if (node.span.start.offset >= offset) return false;
    if (node.kind === "parameter") values.push(node.name.text);
    if (node.kind === "let") values.push(node.name.text);
    if (node.kind === "for" && node.body.span.end.offset >= offset) values.push(...node.names.map(({ text }) => text));
    if (node.kind === "input" && node.name) points.push(node.name.text);
    if (node.kind === "step") {
      points.push(...node.as.filter(({ span }) => span.end.offset < offset).map(({ text }) => text));
      const text = node.label?.parts.every((part) => typeof part === "string") ? node.label.parts.join("") : undefined;
      if (text !== undefined && node.span.end.offset < offset) labels.push(text);
    }
    return undefined;
  });
  return { inside: closed ? "nothing" : declaration.kind, values, points, labels };
}

const keyword = (word: string): Candidate => ({ label: word, kind: "keyword", detail: "", insert: `${word} ` });

const keywords = ({ inside }: Names): readonly Candidate[] => [...stepKeywords, ...(inside === "model" ? modelKeywords : [])].map(keyword);

function declared({ program }: Analysis, kind: "block" | "model"): readonly Candidate[] {
  return [...(program.entry?.names ?? [])].flatMap(([name, declaration]): readonly Candidate[] => {
    if (declaration.kind !== kind) return [];
    const parameters = declaration.declaration.parameters.map((parameter) => parameter.name.text).join(", ");
    return [{ label: name, kind, detail: `${kind} ${name}(${parameters})`, insert: name }];
  });
}

/** What the file of the import at an offset declares and the import does not name yet. */
function importable({ program, file }: Analysis, offset: number): readonly Candidate[] {
  const statement = program.entry?.ast.declarations.find(({ kind, span }) => kind === "import" && span.start.offset < offset && offset <= span.end.offset);
  if (statement?.kind !== "import" || statement.from.kind === "invalid") return [];
  const imported = program.files.get(resolvePath(file, statement.from.value));
  const named = statement.names.map(({ name }) => name.text);
  return [...(imported?.names ?? [])].flatMap(([name, declared]): readonly Candidate[] =>
    declared.kind === "failed" || declared.scope !== imported || named.includes(name) ? [] : [{ label: name, kind: declared.kind, detail: `${declared.kind} ${name}`, insert: name }],
  );
}

const layers = (analysis: Analysis, names: Names): readonly Candidate[] => [
  ...declared(analysis, "block"),
  ...names.points.map((name): Candidate => ({ label: name, kind: "point", detail: "a point in the flow", insert: name })),
  ...Object.keys(operators).filter(isOperatorName).filter((name) => name !== "input").map(operatorCompletion),
  ...names.values.map((name): Candidate => ({ label: name, kind: "value", detail: "a parameter that may be a layer", insert: name })),
];

const operatorCompletion = (name: OperatorName): Candidate => ({ label: name, kind: "operator", detail: signatureText(name), doc: operatorOf(name).doc, insert: name });

const values = ({ values: names }: Names): readonly Candidate[] =>
  names.map((name) => ({ label: name, kind: "value", detail: "", insert: name }));

const expressionWords = (metrics: boolean): readonly Candidate[] => [
  { label: "here", kind: "value", detail: "the shape that flows here", insert: "here" },
  ...Object.entries(functions).map(([name, { takes, doc }]): Candidate => ({ label: name, kind: "function", detail: `takes ${takes}. ${doc}`, insert: `${name}(` })),
  ...(metrics ? metricNames.map((name): Candidate => ({ label: name, kind: "value", detail: "counted over the whole model", insert: name })) : []),
];

function argumentCompletions(analysis: Analysis, callee: string, given: readonly string[], names: Names): readonly Candidate[] {
  const declaration = analysis.program.entry?.names.get(callee);
  const value = /^([\p{L}\w]+)=/u.exec(given.at(-1) ?? "");
  const position = given.slice(0, -1).filter((word) => !word.includes("=")).length;
  const isFree = (name: string, index: number): boolean => index >= position && !given.some((word) => word.startsWith(`${name}=`));
  if (declaration?.kind === "block") {
    if (value) return [...values(names), ...layers(analysis, names)];
    const free = declaration.declaration.parameters.filter(({ name }, index) => isFree(name.text, index));
    return [...free.map(({ name }): Candidate => ({ label: `${name.text}=`, kind: "argument", detail: `of ${callee}`, insert: `${name.text}=` })), ...(free.length > 0 ? values(names) : [])];
  }
  if (!isOperatorName(callee)) return [];
  const { signature, arity } = operatorOf(callee);
  if (value) {
    const parameter = signature[value[1] ?? ""];
    return [...(parameter ? wordsOf(parameter) : []), ...values(names)];
  }
  const here = Object.values(signature)[position];
  const free = Object.entries(signature).filter(([name], index) => isFree(name, arity === "one" ? index : position));
  return [
    ...(here && arity === "one" ? wordsOf(here) : []),
    ...(arity === "many" ? names.points.map((name): Candidate => ({ label: name, kind: "point", detail: "a point in the flow", insert: name })) : []),
    ...free.map(([name, parameter]): Candidate => ({ label: `${name}=`, kind: "argument", detail: needed(parameter), doc: parameter.doc, insert: `${name}=` })),
    ...(arity === "many" || free.length > 0 ? values(names) : []),
  ];
}

function wordsOf(parameter: ReturnType<typeof operatorOf>["signature"][string]): readonly Candidate[] {
  const words =
    parameter.kind === "word" || parameter.kind === "words"
      ? parameter.words
      : parameter.kind === "boolean"
        ? ["true", "false"]
        : parameter.kind === "padding" && parameter.same
          ? ["same"]
          : [];
  return words.map((word) => ({ label: word, kind: "word", detail: "", doc: parameter.doc, insert: word }));
}

/** The next segment of a path in `freeze` or `except`, or what follows the paths. */
function pathCompletions({ expanded }: Analysis, line: string): readonly Candidate[] {
  const typed = /(?:\b(?:freeze|except)\s+|,\s*)([^\s,]*)$/.exec(line)?.[1];
  if (typed === undefined) return /\bexcept\b/.test(line) ? [] : [keyword("except")];
  const prefix = typed.slice(0, typed.lastIndexOf(".") + 1);
  const next = new Set<string>();
  for (const { layers: all } of expanded) {
    for (const { path, operator } of all) {
      if (operator !== "input" && path.startsWith(prefix)) next.add(path.slice(prefix.length).split(".")[0] ?? "");
    }
  }
  const everything: Candidate = { label: "all", kind: "path", detail: "every layer", insert: "all" };
  const paths = [...next].map((segment): Candidate => ({ label: `${prefix}${segment}`, kind: "path", detail: "", insert: `${prefix}${segment}` }));
  return /\bfreeze\s+[^\s,.]*$/.test(line) ? [everything, ...paths] : paths;
}
