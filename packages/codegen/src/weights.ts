/** The weights of a module: their shapes, their types, and how batch norms are folded into them. */

import type { Model } from "@cnn-lang/shape-checker";
import { code, comment, object, type Code } from "./code.ts";
import { isUnusual, weightLayout } from "./layout.ts";
import { foldOf, type Fold } from "./passes/fold-batch-norm.ts";
import { tensorType } from "./statements.ts";

type Shapes = ReadonlyMap<string, readonly number[]>;

/** The weights that a program has, each once, in its order. Counters (`num_batches_tracked`) are the trainer's. */
function shapesOf({ layers }: Model): Shapes {
  const read = layers.flatMap((layer) =>
    layer.weights.filter(({ dtype }) => dtype === "float32").map((weight) => [weight.name, weightLayout(layer, weight).shape] as const),
  );
  return new Map(read);
}

const typeOf = (shapes: Shapes): Code => object([...shapes].map(([name, shape]) => [name, tensorType(shape.length)]), "lines");

/** `export const weightShapes = { … }`, and the type `Weights`. */
export function weightTable(model: Model, typescript: boolean): Code {
  const shapes = shapesOf(model);
  const table = code`/** The weights' shapes, by name. */\nexport const weightShapes = ${object([...shapes], "lines")};\n\n`;
  return typescript ? code`${table}export type Weights = ${typeOf(shapes)};\n\n` : table;
}

/** `const weightAxes = { … }`: the weights whose axes `loadWeights` has to be told, where there are such. */
export function axesTable({ layers }: Model, exported: boolean): Code {
  const layouts = layers.flatMap((layer) => layer.weights.map((weight) => [weight.name, weightLayout(layer, weight)] as const));
  const unusual = [...new Map(layouts)].filter(([, layout]) => isUnusual(layout)).map(([name, { permutation }]) => [name, permutation] as const);
  if (unusual.length === 0) return code``;
  const about = comment(["PyTorch's axes of weights that are no filters, in the order that is wanted here."]);
  return code`${about}${exported ? code`export ` : code``}const weightAxes = ${object(unusual, "lines")};\n\n`;
}

/** `export function load(file)`: what `forward` computes with, from a safetensors file. */
export function emitLoad(model: Model, folds: readonly Fold[]): Code {
  const table = axesTable(model, false);
  const loaded = code`loadWeights(file, weightShapes${table.text === "" ? code`` : code`, weightAxes`})`;
  const about = comment(["The weights from a safetensors file, an ArrayBuffer, with PyTorch's names and layouts."]);
  return code`${about}export function load(file) {\nreturn ${folds.length > 0 ? code`tf.tidy(() => fold(${loaded}))` : loaded};\n}\n\n${table}`;
}

/** The folds of an optimised model, one for each filter. */
export function foldsOf({ layers }: Model): readonly Fold[] {
  const folds = new Map<string, Fold>();
  for (const layer of layers) {
    const fold = foldOf(layer);
    if (fold) folds.set(fold.filter, fold);
  }
  return [...folds.values()];
}

/** `const norms = { … }` and `export function fold(weights)`, where there is something to fold; `model` is the one before the passes. */
export function emitFold(model: Model, folds: readonly Fold[], typescript: boolean): Code {
  if (folds.length === 0) return code``;
  const entries = folds.map((fold) => [fold.filter, entryOf(fold)] as const);
  const table = code`${comment(["The batch norms that are part of the layers before them."])}const norms = ${object(entries, "lines")}${typescript ? code` as const` : code``};\n\n`;
  const about = comment([
    "What `forward` computes with, of the weights that `weightShapes` names: to be called once, after loading. The tensors",
    "are new ones; those that are given may be disposed.",
  ]);
  const call = code`foldBatchNorms(weights, norms)`;
  if (!typescript) return code`${about}export function fold(weights) {\nreturn ${call};\n}\n\n${table}`;
  const types = code`export type Folded = ${typeOf(foldedShapes(model, folds))};\n\n`;
  return code`${about}export function fold(weights: Weights): Folded {\nreturn ${call} as Folded;\n}\n\n${table}${types}`;
}

/** `{ norm: "bn1" }`, with what is not as usual. */
function entryOf({ layer, norm: { path, attributes: { eps } } }: Fold) {
  const usual = { norm: path, eps: eps === 1e-5 ? undefined : eps };
  if (layer.operator === "depthwise") return { ...usual, filter: "depthwise" };
  return layer.operator === "conv_transpose" ? { ...usual, filter: "transposed", groups: layer.attributes.groups === 1 ? undefined : layer.attributes.groups } : usual;
}

/** The shapes after folding: without the norms' weights, and with new names for what they changed. */
function foldedShapes(model: Model, folds: readonly Fold[]): Shapes {
  const shapes = shapesOf(model);
  const gone = new Set(folds.flatMap(({ filter, norm }) => [`${filter}.bias`, ...norm.weights.map(({ name }) => name)]));
  const filters = new Map(folds.map((fold) => [`${fold.filter}.weight`, fold]));
  return new Map([...shapes].flatMap(([name, shape]) => {
    const fold = filters.get(name);
    if (fold === undefined) return gone.has(name) ? [] : [[name, shape] as const];
    const channels = shapes.get(`${fold.norm.path}.running_mean`) ?? [];
    return [[`${fold.filter}.folded.weight`, shape] as const, [`${fold.filter}.folded.bias`, channels] as const];
  }));
}
