/**
 * `load "x.safetensors" except fc` against the file's header: which tensors come from the file, which start anew, and
 * which the model has no use for. Of the file only its header is read, and a file that is not there yet is no mistake.
 */

import { locate, type Diagnostic, type Fix, type Related } from "@cnn-lang/parser";
import { weightProblems } from "../codes/weights.ts";
import { selects, selectsPath } from "../elaborate/freeze.ts";
import type { Layer, LoadStatement, Model, Weight } from "../model/model.ts";
import type { Project } from "../project.ts";
import { headerLength, readHeader, type BadHeader, type SafetensorsHeader } from "./safetensors-header.ts";

export interface LoadPlan {
  readonly file: string;
  /** False where the file is missing or cannot be read: then only `anew` is known. */
  readonly isThere: boolean;
  /** Tensors whose values come from the file. */
  readonly mapped: readonly string[];
  /** Tensors that keep their initial values: those excepted, and counters that older files lack. */
  readonly anew: readonly string[];
  /** Tensors of the file that the model does not have. */
  readonly leftOver: readonly string[];
}

/** Plans each `load` of a model, and reports where a file does not fit it. */
export const planLoads = (project: Project, model: Model, report: (diagnostic: Diagnostic) => void): readonly LoadPlan[] =>
  model.load.map((statement) => planLoad(project, model, statement, report));

function planLoad(project: Project, model: Model, statement: LoadStatement, report: (diagnostic: Diagnostic) => void): LoadPlan {
  const { file, span } = statement;
  const isExcepted = (path: string): boolean => statement.except.some((selector) => selectsPath(selector, path));
  const owned = ownedWeights(model);
  const wanted = owned.filter(({ layer }) => !isExcepted(layer.path));
  const excepted = owned.filter(({ layer }) => isExcepted(layer.path)).map(({ weight }) => weight.name);
  const unread: LoadPlan = { file, isThere: false, mapped: [], anew: excepted, leftOver: [] };

  if (isOutside(project, statement)) {
    report(locate(weightProblems.weightPath({ file: statement.written }), span));
    return unread;
  }
  const header = readFileHeader(project, file);
  if (header === undefined) return unread;
  if ("why" in header) {
    report(locate(weightProblems.badWeightFile({ file, why: header.why }), span));
    return unread;
  }
  const { missing, differing, leftOver, mapped, absent } = againstHeader(owned, wanted, header);
  const fixes = exceptFix(statement, model, [...missing, ...differing].map(({ layer }) => layer.path));
  if (missing.length > 0) {
    const finding = weightProblems.tensorMissing({ file, names: missing.map(({ weight }) => weight.name) });
    report(locate(finding, span, { fixes, related: missing.slice(0, 1).map(shapeHere) }));
  }
  const [first] = differing;
  if (first) {
    const { name, shape } = first.weight;
    const finding = weightProblems.tensorDiffers({ file, name, found: first.found, needed: shape, more: differing.length - 1 });
    report(locate(finding, span, { fixes, related: [shapeHere(first)] }));
  }
  if (leftOver.length > 0) report(locate(weightProblems.tensorsLeftOver({ file, names: leftOver }), span));
  return { file, isThere: true, mapped: namesOf(mapped), anew: [...excepted, ...namesOf(absent)], leftOver };
}

/** Every weight of a model once, with the layer that owns it. */
export const ownedWeights = ({ layers }: Model): readonly Owned[] =>
  layers.flatMap((layer) => (layer.reuses === undefined ? layer.weights.map((weight) => ({ layer, weight })) : []));

const namesOf = (owned: readonly Owned[]): readonly string[] => owned.map(({ weight }) => weight.name);

/** Where a weight is, and of which shape. */
export const shapeHere = ({ layer, weight }: Owned): Related => ({ message: `${weight.name} is [${weight.shape.join(", ")}] here`, span: layer.span });

/** Holds the wanted ones of a model's weights against the tensors of a file. Counters may be absent: older files lack them. */
export function againstHeader(owned: readonly Owned[], wanted: readonly Owned[], { tensors }: SafetensorsHeader) {
  const isCounter = ({ dtype }: Weight): boolean => dtype === "int64";
  const lacking = wanted.filter(({ weight }) => !tensors.has(weight.name));
  const held = wanted.flatMap((one) => {
    const found = tensors.get(one.weight.name)?.shape;
    return found ? [{ ...one, found }] : [];
  });
  const fits = ({ weight, found }: (typeof held)[number]): boolean => found.join() === weight.shape.join();
  const names = new Set(namesOf(owned));
  return {
    missing: lacking.filter(({ weight }) => !isCounter(weight)),
    absent: lacking.filter(({ weight }) => isCounter(weight)),
    mapped: held.filter(fits),
    differing: held.filter((one) => !fits(one)),
    leftOver: [...tensors.keys()].filter((name) => !names.has(name)),
  };
}

export interface Owned {
  readonly layer: Layer;
  readonly weight: Weight;
}

/** Absolute paths, addresses, and relative ones that lead out of the project. */
function isOutside(project: Project, { file, written }: LoadStatement): boolean {
  if (/^(?:[/\\]|[a-z][a-z\d+.-]*:)/i.test(written)) return true;
  if (!written.includes("..")) return false;
  const text = project.read(file);
  return typeof text !== "string" && text.reason === "outside";
}

/** A file's header; nothing where the file is not there. */
export function readFileHeader(project: Project, file: string): SafetensorsHeader | BadHeader | undefined {
  const start = project.readBytes(file, 0, 8);
  if (start === undefined) return undefined;
  const size = sizeOf(project, file);
  const length = headerLength(start, size);
  if (typeof length !== "number") return length;
  const header = project.readBytes(file, 8, length);
  return header && readHeader(header, size - 8 - length);
}

/** A file's size. A project tells none, so its last byte is looked for: in some sixty reads of one byte. */
function sizeOf(project: Project, file: string): number {
  const holds = (size: number): boolean => (project.readBytes(file, size - 1, 1)?.length ?? 0) > 0;
  let [held, missing] = [0, 1];
  while (holds(missing)) [held, missing] = [missing, 2 * missing];
  while (missing - held > 1) {
    const middle = Math.floor((held + missing) / 2);
    if (holds(middle)) held = middle;
    else missing = middle;
  }
  return held;
}

/** Lets the layers that do not fit start anew, by the shortest paths that name no layer that fits; few enough to be meant. */
function exceptFix({ except, span }: LoadStatement, { layers }: Model, paths: readonly string[]): readonly Fix[] {
  const failing = new Set(paths);
  const fitting = layers.filter(({ path, weights }) => weights.length > 0 && !failing.has(path));
  const selectors = new Set(
    paths.map((path) => {
      const segments = path.split(".");
      const prefixes = segments.map((_, i) => ({ segments: segments.slice(0, i + 1) }));
      return (prefixes.find((prefix) => !fitting.some((layer) => selects(prefix, layer.path))) ?? { segments }).segments.map(writeSegment).join(".");
    }),
  );
  if (fitting.length === 0 || selectors.size > 4) return [];
  const listed = [...selectors].join(", ");
  const text = except.length > 0 ? `, ${listed}` : ` except ${listed}`;
  return [{ title: `let ${listed} start anew:${text}`, edits: [{ span: { ...span, start: span.end }, text }] }];
}

/** Words and numbers stand as they are, any other label in quotes. */
const writeSegment = (segment: string): string =>
  /^(?:[\p{L}_][\p{L}\p{N}_]*|\d+)$/u.test(segment) ? segment : `"${segment.replaceAll("\\", "\\\\")}"`;
