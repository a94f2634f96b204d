/**
 * What holds of the compiler for every text: no phase throws, every place lies in its text, a model is consistent, formatting
 * keeps the meaning and every comment, and a mend leaves a text that can be read.
 */

import { compile } from "@cnn-lang/codegen";
import { children, createSource, format, parse, type AnyNode, type Diagnostic, type Edit, type File, type Span } from "@cnn-lang/parser";
import { check, createLanguageService, graph, memoryProject, printModel, summarize, verifyModel, type Checked, type Model } from "@cnn-lang/shape-checker";
import { readText } from "../../packages/parser/src/parse.ts";
import { Break } from "../../packages/parser/src/tokens.ts";
import { shapeOf } from "../syntax/support.ts";

export type Files = Readonly<Record<string, string>>;

/** A promise of the compiler that a program shows to be broken. */
export interface Broken {
  readonly invariant: string;
  readonly message: string;
}

/** Emitting and summarizing larger models takes long, and shows nothing that smaller ones do not. */
const mostLayers = 150;

/** Runs every phase over `main.cnn` and says what is wrong with what they give; nothing where all is well. */
export async function examine(files: Files): Promise<readonly Broken[]> {
  const broken: Broken[] = [];
  const tell = (invariant: string, message: string | undefined): void => {
    if (message !== undefined) broken.push({ invariant, message });
  };
  /** What a phase gives, or nothing where it throws, which none may. */
  const run = async <T>(phase: string, work: () => T): Promise<Awaited<T> | undefined> => {
    try {
      return await work();
    } catch (error) {
      tell(`${phase} throws`, error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 4).join("\n") : String(error));
      return undefined;
    }
  };
  const text = files["main.cnn"] ?? "";

  const parsed = await run("parse", () => parse(text, { file: "main.cnn" }));
  if (!parsed) return broken;
  tell("places of nodes", wrongNode(parsed.ast, text));
  const checked = await run("check", () => check(memoryProject(files), "main.cnn"));
  if (checked) {
    for (const diagnostic of checked.diagnostics) tell("places of diagnostics", placesOf(diagnostic).map((span) => wrongPlace(span, files)).find(Boolean));
    for (const { code, message, help = "" } of checked.diagnostics) {
      if (/\bundefined\b|\bNaN\b|\[object |\bInfinity\b/.test(`${message} ${help}`) && !/undefined|NaN|object|Infinity|e\d{3}/.test(text)) tell("words", `${code}: ${message} ${help}`);
    }
    tell("models of right programs", lostModel(checked, parsed.ast));
    for (const diagnostic of checked.diagnostics) tell(...wrongFix(diagnostic, files, parsed.diagnostics.length === 0));
    for (const model of checked.models) await examineModel(model, files, { tell, run });
  }
  // An editor asks while a text is being changed; that takes another check, so not of each text.
  if (text.length % 4 === 0) await run("language service", () => askEverything(files, Math.floor(text.length * 0.618)));
  if (parsed.diagnostics.length > 0) return broken;
  const formatted = await run("format", () => format(text));
  if (formatted) {
    const [before, behind] = [readLines(text), readLines(formatted.text)];
    tell("formatting keeps the tree", keepsTree(before, behind));
    tell("formatting keeps comments", keepsComments(before, behind));
    const again = await run("format", () => format(formatted.text));
    if (again && again.text !== formatted.text) tell("formatting twice", JSON.stringify([formatted.text, again.text]));
    const after = await run("check", () => check(memoryProject({ ...files, "main.cnn": formatted.text }), "main.cnn"));
    if (checked && after) tell("formatting keeps the meaning", otherMeaning(checked, after));
  }
  return broken;
}

function askEverything(files: Files, offset: number): void {
  const file = "main.cnn";
  const service = createLanguageService(memoryProject(files));
  const { start } = createSource(file, files[file] ?? "").span(offset, offset);
  service.codeActions(file, { file, start, end: start });
  service.rename(file, offset, "renamed");
  for (const ask of [service.hover, service.completions, service.signatureHelp, service.definition, service.references, service.selectionRanges]) ask(file, offset);
  for (const list of [service.inlayHints, service.codeLenses, service.documentSymbols, service.foldingRanges, service.semanticTokens]) list(file);
}

interface Reporter {
  readonly tell: (invariant: string, message: string | undefined) => void;
  readonly run: <T>(phase: string, work: () => T) => Promise<Awaited<T> | undefined>;
}

async function examineModel(model: Model, files: Files, { tell, run }: Reporter): Promise<void> {
  const violations = await run("verify", () => verifyModel(model));
  tell("verified models", violations?.map(({ invariant, layer, message }) => `${invariant} ${layer}: ${message}`)[0]);
  tell("places of layers", model.layers.map(({ span }) => wrongPlace(span, files)).find(Boolean));
  await run("print", () => printModel(model));
  await run("graph", () => [graph(model, "dot"), graph(model, "mermaid")]);
  if (model.layers.length > mostLayers) return;
  const summary = await run("summarize", () => summarize(model));
  tell("numbers of a summary", summary && wrongNumber(summary, ""));
  const compiled = await run("compile", () => compile(memoryProject(files), "main.cnn", { model: model.name }));
  if (compiled?.diagnostics.every(({ severity }) => severity !== "error") && compiled.code === undefined) tell("emitted code", `${model.name} has none`);
}

/** A number that is none, anywhere in plain data. */
function wrongNumber(value: unknown, at: string): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${at} is ${value}`;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const found = wrongNumber(each, `${at}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

// Places

const placesOf = ({ span, related, fixes }: Diagnostic): readonly Span[] => [
  span, ...related.map((each) => each.span), ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span)),
];

function wrongPlace({ file, start, end }: Span, files: Files): string | undefined {
  const text = files[file];
  // A file that is not there is an import's mistake, told at the import.
  if (text === undefined) return `there is no file ${file}`;
  if (!(0 <= start.offset && start.offset <= end.offset && end.offset <= text.length)) return `${start.offset} to ${end.offset} of ${text.length} in ${file}`;
  const source = sourceOf(file, text);
  for (const place of [start, end]) {
    const right = source.position(place.offset);
    if (right.line !== place.line || right.column !== place.column) return `offset ${place.offset} is ${right.line}:${right.column}, not ${place.line}:${place.column}`;
  }
  return undefined;
}

let recent = createSource("", "");

function sourceOf(file: string, text: string): typeof recent {
  if (recent.file !== file || recent.text !== text) recent = createSource(file, text);
  return recent;
}

/** A node that lies outside of its text or of the node around it. */
function wrongNode(node: AnyNode, text: string): string | undefined {
  const wrong = wrongPlace({ ...node.span, file: "main.cnn" }, { "main.cnn": text });
  if (wrong !== undefined) return `${node.kind}: ${wrong}`;
  for (const child of children(node)) {
    if (child.span.start.offset < node.span.start.offset || child.span.end.offset > node.span.end.offset) {
      return `${child.kind} at ${child.span.start.offset}–${child.span.end.offset} in ${node.kind} at ${node.span.start.offset}–${node.span.end.offset}`;
    }
    const found = wrongNode(child, text);
    if (found !== undefined) return found;
  }
  return undefined;
}

// Models and mends

function lostModel({ models, diagnostics }: Checked, { declarations }: File): string | undefined {
  if (diagnostics.some(({ severity }) => severity === "error")) return undefined;
  const declared = declarations.flatMap((each) => (each.kind === "model" ? [each.name.text] : []));
  const found = models.map(({ name }) => name);
  return declared.join() === found.join() ? undefined : `${declared.join(", ")} are declared, ${found.join(", ")} came out`;
}

/** Each mend has edits apart from each other; a text without mistakes of syntax has none after it. */
function wrongFix({ code, fixes }: Diagnostic, files: Files, isReadable: boolean): readonly [string, string | undefined] {
  for (const { title, edits } of fixes) {
    const mended = applied(files, edits);
    if (typeof mended === "string") return ["edits of mends", `${code}: ${title}: ${mended}`];
    // Behind a misspelt statement may stand the next mistake.
    if (!isReadable || /^write (?:input|output|repeat|reuse|assert|freeze)$/.test(title)) continue;
    for (const [file, text] of Object.entries(mended)) {
      const found = parse(text, { file }).diagnostics;
      if (found.length > 0) return ["mends", `${code}: ${title}: ${found.map(({ code: other, message }) => `${other} ${message}`).join("; ")}\n${text}`];
    }
  }
  return ["mends", undefined];
}

function applied(files: Files, edits: readonly Edit[]): Files | string {
  const mended: Record<string, string> = { ...files };
  const sorted = edits.toSorted((a, b) => b.span.start.offset - a.span.start.offset);
  for (const [i, { span, text }] of sorted.entries()) {
    const before = sorted.slice(0, i).findLast((other) => other.span.file === span.file);
    if (before && before.span.start.offset < span.end.offset) return "its edits overlap";
    mended[span.file] = (mended[span.file] ?? "").slice(0, span.start.offset) + text + (mended[span.file] ?? "").slice(span.end.offset);
  }
  return mended;
}

// Formatting

/** The text as the formatter leaves line ends, read with its tokens. */
const readLines = (text: string) => readText(text.replaceAll(/\r\n?/g, "\n"), { file: "" });

type Read = ReturnType<typeof readLines>;

function keepsTree(before: Read, after: Read): string | undefined {
  if (after.diagnostics.length > 0) return after.diagnostics[0]?.message;
  return JSON.stringify(shapeOf(before.ast)) === JSON.stringify(shapeOf(after.ast)) ? undefined : "the trees differ";
}

/** Comments in order, each with the number of tokens before it. Brackets and commas come and go: `dense(120)`, the last comma of a list. */
function keepsComments(before: Read, after: Read): string | undefined {
  const commentsOf = ({ tokens, ast }: Read): string => {
    const lasting = tokens.filter(({ tokenType, image }) => tokenType !== Break && !/^[(),]$/.test(image));
    let passed = 0;
    return ast.comments.map((comment) => {
      while ((lasting[passed]?.startOffset ?? Infinity) < comment.span.start.offset) passed += 1;
      return `${passed} ${comment.text.trimEnd()}`;
    }).join("\n");
  };
  const [was, is] = [commentsOf(before), commentsOf(after)];
  return was === is ? undefined : `${was}\n---\n${is}`;
}

/** What differs but places: codes, messages without their line numbers, models. */
function otherMeaning(before: Checked, after: Checked): string | undefined {
  const said = ({ diagnostics }: Checked): string => diagnostics.map(({ code, severity }) => `${code} ${severity}`).sort().join(", ");
  if (said(before) !== said(after)) return `${said(before)}\n---\n${said(after)}`;
  const plain = ({ models }: Checked): string => JSON.stringify(models, (key, value: unknown) => (key === "span" ? undefined : value));
  return plain(before) === plain(after) ? undefined : "the models differ";
}
