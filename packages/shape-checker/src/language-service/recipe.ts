/** Recipes in an editor: completion and hovers from their schema, and from the models that they can name. */

import { createSource, parse, type ModelDeclaration, type Span } from "@cnn-lang/parser";
import { getLocation, type Node, parseTree } from "jsonc-parser";
import type { Project } from "../project.ts";
import { relativeTo } from "../recipe/check-recipe.ts";
import { splitModelReference } from "../recipe/recipe.ts";
import type { Completion } from "./completion.ts";
import type { Hover } from "./hover.ts";
import { type Schema, schemasAt, valueOf } from "./recipe-schema.ts";

export const isRecipe = (file: string): boolean => file.endsWith(".json");

/** The `.cnn` file that a recipe trains a model of; undefined where it does not say. */
export function modelFileOf(file: string, text: string): string | undefined {
  const reference: unknown = valueOf(parseTree(text), "model")?.value;
  return typeof reference === "string" ? relativeTo(file, splitModelReference(reference).file) : undefined;
}

/** Where a recipe names its model: the value, in quotes. */
export function modelIn(file: string, text: string): Span | undefined {
  const node = valueOf(parseTree(text), "model");
  return node && createSource(file, text).span(node.offset, node.offset + node.length);
}

/** Where a recipe names a model of a `.cnn` file: what stands behind the `#`. */
export function modelNameIn(file: string, text: string, program: string, model: string): Span | undefined {
  const node = valueOf(parseTree(text), "model");
  if (!node || modelFileOf(file, text) !== program || splitModelReference(String(node.value)).model !== model) return undefined;
  const end = node.offset + node.length - 1;
  return createSource(file, text).span(end - model.length, end);
}

/** Completions at an offset of a recipe; `files` are the paths that it may name. */
export function recipeCompletions(project: Project, file: string, text: string, offset: number, files: readonly string[]): readonly Completion[] {
  const { path, previousNode, isAtPropertyKey } = getLocation(text, offset);
  const root = parseTree(text);
  const covered = previousNode && previousNode.offset < offset && offset <= previousNode.offset + previousNode.length ? previousNode : undefined;
  const from = covered?.offset ?? offset - (/[\w.+-]*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  const to = covered ? covered.offset + covered.length : offset;
  const parent = path.slice(0, -1);

  if (isAtPropertyKey) {
    const colon = /^\s*:/.test(text.slice(to)) ? "" : ": ";
    const there = nodeAt(root, parent)?.children?.flatMap(({ children }) => [String(children?.[0]?.value)]) ?? [];
    const known = new Map(schemasAt(parent, root).flatMap(({ properties }) => Object.entries(properties ?? {})));
    const own = parent[0] === "arguments" && parent.length === 1 ? (modelNamed(project, file, root)?.parameters ?? []) : [];
    for (const { name } of own) known.set(name.text, { description: "A parameter of the model." });
    return [...known]
      .filter(([key]) => !there.includes(key) || key === path.at(-1))
      .map(([key, schema]) => ({ label: JSON.stringify(key), kind: "argument", detail: defaultOf(schema), doc: docOf(schema), insert: `${JSON.stringify(key)}${colon}`, from, to }));
  }

  const written = path[0] === "model" ? modelsIn(project, file, files) : path[0] === "weights" ? files.filter((name) => name.endsWith(".safetensors")) : [];
  const values = new Map(schemasAt(path, root).flatMap((schema) => wordsOf(schema).map((word) => [word, schema] as const)));
  return [
    ...written.map((name): Completion => ({ label: JSON.stringify(name), kind: "file", detail: "", insert: JSON.stringify(name), from, to })),
    ...[...values].map(([word, schema]): Completion => ({ label: word, kind: "word", detail: "", doc: docOf(schema), insert: word, from, to })),
  ];
}

/** What the key at an offset means. */
export function recipeHover(file: string, text: string, offset: number): Hover | undefined {
  const { path, previousNode, isAtPropertyKey } = getLocation(text, offset);
  if (!isAtPropertyKey || !previousNode) return undefined;
  const schemas = schemasAt(path, parseTree(text));
  const doc = schemas.map(docOf).find((each) => each !== "");
  if (doc === undefined) return undefined;
  const standard = schemas.map(defaultOf).find((each) => each !== "");
  const span = createSource(file, text).span(previousNode.offset, previousNode.offset + previousNode.length);
  return { span, markdown: [`**${String(path.at(-1))}**${standard ? ` — ${standard}` : ""}`, doc].join("\n\n") };
}

const nodeAt = (root: Node | undefined, path: readonly (string | number)[]): Node | undefined =>
  path.reduce((node, key) => (typeof key === "number" ? node?.children?.[key] : valueOf(node, key)), root);

const docOf = ({ description }: Schema): string => description ?? "";

const defaultOf = (schema: Schema): string => (schema.default === undefined ? "" : `default ${JSON.stringify(schema.default)}`);

/** The values that a schema lists, as JSON. */
function wordsOf({ enum: words, const: only, type, default: standard }: Schema): readonly string[] {
  const types = [type ?? []].flat();
  const listed = [...(words ?? []), ...(only === undefined ? [] : [only]), ...(types.includes("boolean") ? [true, false] : []), ...(types.includes("null") ? [null] : [])];
  return [...new Set([...listed, ...(standard === undefined ? [] : [standard])].map((value) => JSON.stringify(value)))];
}

/** `net.cnn#Model` for every model of the files. */
const modelsIn = (project: Project, file: string, files: readonly string[]): readonly string[] =>
  files
    .filter((name) => name.endsWith(".cnn"))
    .map((name) => name.replace(/^\.\//, ""))
    .flatMap((name) => declaredIn(project, relativeTo(file, name)).map((model) => `${name}#${model.name.text}`));

function modelNamed(project: Project, file: string, root: Node | undefined): ModelDeclaration | undefined {
  const reference: unknown = valueOf(root, "model")?.value;
  if (typeof reference !== "string") return undefined;
  const { file: path, model } = splitModelReference(reference);
  return declaredIn(project, relativeTo(file, path)).find(({ name }) => model === undefined || name.text === model);
}

function declaredIn(project: Project, file: string): readonly ModelDeclaration[] {
  const text = project.read(file);
  return typeof text === "string" ? parse(text, { file }).ast.declarations.filter((declaration) => declaration.kind === "model") : [];
}
