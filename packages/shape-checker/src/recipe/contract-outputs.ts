/** The contract between outputs, losses and labels: kind, shape and number of scores, and what stands before a loss. */

import { type Diagnostic, type Fix, locate, type Related, suggest } from "@cnn-lang/parser";
import { recipeProblems } from "../codes/recipe.ts";
import type { Layer, Model, Port } from "../model/model.ts";
import { printShape, printSize } from "../shapes/shape.ts";
import { augmentedSizes, isOneSize } from "./image-sizes.ts";
import { columnOf, isLoss, labelsOfLoss, lossesByOutput, lossOfLabels, type LossSettings } from "./loss.ts";
import type { DataFacts } from "./manifest.ts";
import { layerOf, outputWords, type Parties, type RecipeAndModel } from "./parties.ts";
import { appended, removal, replacement } from "./program-fixes.ts";

/** An output with its loss. */
interface Head extends RecipeAndModel {
  /** Undefined where nothing tells what the data is. */
  readonly data: DataFacts | undefined;
  readonly output: Port;
  readonly loss: LossSettings;
  /** Where the loss stands in the recipe. */
  readonly path: readonly string[];
}

/** Holds each output against its loss, and both against the data's labels. */
export function checkOutputs(parties: RecipeAndModel & { readonly data?: DataFacts }): readonly Diagnostic[] {
  const { recipe, model, data } = parties;
  return [
    ...lossKeyDiagnostics(parties),
    ...[...lossesByOutput(recipe, model.outputs)].flatMap(([name, loss]) => {
      const output = model.outputs.find((port) => port.name === name);
      return output ? headDiagnostics({ ...parties, data, output, loss, path: isLoss(recipe.loss) ? ["loss"] : ["loss", name] }) : [];
    }),
  ];
}

function lossKeyDiagnostics({ recipe, places, model }: RecipeAndModel): readonly Diagnostic[] {
  const { loss } = recipe;
  const outputs = model.outputs.map(({ name }) => name);
  const missing = isLoss(loss) ? (outputs.length > 1 ? outputs : []) : outputs.filter((name) => !Object.hasOwn(loss, name));
  const whole = isLoss(loss) ? loss : (Object.values(loss)[0] ?? { name: "cross-entropy" });
  const surplus = isLoss(loss) ? [] : Object.keys(loss).filter((name) => !outputs.includes(name));
  const renamed = surplus.map((name) => suggest(name, missing));
  const given = Object.fromEntries(outputs.map((name) => [name, isLoss(loss) || missing.includes(name) ? { name: whole.name } : { ...loss[name] }]));
  return [
    // A misspelt name is one mistake: it is told of the name.
    ...(missing.some((name) => !renamed.includes(name))
      ? [locate(recipeProblems.lossMissing({ outputs, missing }), places.key(["loss"]), { fixes: [{ title: "give each output a loss", edits: places.set(["loss"], given) }] })]
      : []),
    ...surplus.map((name, i) => {
      const suggestion = renamed[i];
      const place = places.key(["loss", name]);
      const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: [{ span: place, text: JSON.stringify(suggestion) }] }] : [{ title: "leave it out", edits: places.remove(["loss", name]) }];
      return locate(recipeProblems.lossSurplus({ name, outputs, ...(suggestion && { suggestion }) }), place, { fixes });
    }),
  ];
}

function headDiagnostics(head: Head): readonly Diagnostic[] {
  const { data, loss } = head;
  if (data && !labelsOfLoss[loss.name].includes(data.labelKind)) return [labelsDiagnostic(head, data)];
  const shape = loss.name === "pixel-cross-entropy" ? mapDiagnostics(head) : vectorDiagnostics(head);
  return [...activationDiagnostics(head), ...shape, ...(shape.length === 0 ? weightCountDiagnostics(head) : [])];
}

function labelsDiagnostic({ loss, places, path }: Head, { labelKind }: DataFacts): Diagnostic {
  const [wanted = "classes"] = labelsOfLoss[loss.name];
  const fitting = lossOfLabels[labelKind];
  const isWritten = places.has([...path, "name"]);
  return locate(recipeProblems.lossLabels({ loss: loss.name, wanted, labels: labelKind }), places.value(isWritten ? [...path, "name"] : ["data", "format"]), {
    related: isWritten ? [{ message: "the data is named here", span: places.value(["data", "format"]) }] : [],
    fixes: [{ title: `take the loss ${fitting}`, edits: places.set(path, { name: fitting }) }],
  });
}

/** What the last layer does to the scores. */
function activationDiagnostics({ model, output, loss, places, project }: Head): readonly Diagnostic[] {
  const layer = lastLayer(model, output);
  const about = { related: lossPlace(places, loss), fixes: removal(project, layer.span) };
  const takesLogits = "labelSmoothing" in loss || loss.name === "binary-cross-entropy";
  if (takesLogits && (layer.operator === "softmax" || layer.operator === "sigmoid")) {
    return [locate(recipeProblems.notLogits({ loss: loss.name, layer: layer.operator }), layer.span, about)];
  }
  if (takesLogits && (layer.operator === "relu" || layer.operator === "relu6")) {
    return [locate(recipeProblems.clippedScores({ loss: loss.name, layer: layer.operator }), layer.span, about)];
  }
  return !takesLogits && layer.operator === "softmax" ? [locate(recipeProblems.softmaxBeforeNumbers({ loss: loss.name }), layer.span, about)] : [];
}

const lossPlace = (places: Head["places"], { name }: LossSettings): readonly Related[] =>
  places.has(["loss"]) ? [{ message: `the loss is ${name}`, span: places.value(["loss"]) }] : [];

/** The layer that an output comes from, with nothing behind it that changes a value. */
function lastLayer(model: Model, output: Port): Layer {
  let layer = layerOf(model, output);
  while (["identity", "dropout", "flatten", "reshape"].includes(layer.operator)) {
    const before = model.layers[layer.inputs[0] ?? -1];
    if (!before) return layer;
    layer = before;
  }
  return layer;
}

function vectorDiagnostics(head: Head): readonly Diagnostic[] {
  const { model, output, loss, places, data } = head;
  const { span } = layerOf(model, output);
  const name = outputWords(model, output);
  if (output.shape.axes.length > 0) {
    const finding = recipeProblems.notAVector({ output: name, shape: printShape(output.shape), loss: loss.name });
    const layers = !data || output.shape.channels === labelCount(data, output) ? "globalavgpool" : `globalavgpool -> dense ${labelCount(data, output)}`;
    return [locate(finding, span, { related: lossPlace(places, loss), fixes: [appended(span, layers)] })];
  }
  const { channels: scores } = output.shape;
  if (loss.name === "cross-entropy" && scores === 1) return [oneClassDiagnostic(head)];
  // Of two classes a single yes or no tells.
  const isEnough = data && loss.name === "binary-cross-entropy" && data.labelKind === "classes" && data.classes === 2 && scores === 1;
  return !data || isEnough || scores === labelCount(data, output) ? [] : [countDiagnostic({ ...head, data })];
}

/** How many labels of an image an output tells: one where it has the name of one, else all. */
const labelCount = ({ labelKind, labels, classes }: DataFacts, { name }: Port): number => (columnOf(name, labelKind, labels) === undefined ? classes : 1);

function mapDiagnostics(head: Head): readonly Diagnostic[] {
  const { model, output, loss, places, recipe, data } = head;
  const { span } = layerOf(model, output);
  const name = outputWords(model, output);
  if (output.shape.axes.length === 0) {
    return [locate(recipeProblems.notAMap({ output: name, shape: `a vector of ${output.shape.channels}` }), span, { related: lossPlace(places, loss) })];
  }
  if (output.shape.channels === 1) return [oneClassDiagnostic(head)];
  if (!data) return [];
  const masks = augmentedSizes(data.sizes, recipe.data.augment);
  const counts = output.shape.channels < data.classes ? [countDiagnostic({ ...head, data })] : [];
  if ("tooLarge" in masks || !isOneSize(masks) || masks.smallest.join() === output.shape.axes.join()) return counts;
  const size = printSize(masks.smallest);
  return [
    ...counts,
    locate(recipeProblems.maskSize({ output: name, size: printSize(output.shape.axes), masks: size }), span, {
      related: [{ message: "the masks are as large as the images", span: places.value(["data", "format"]) }],
      fixes: [appended(span, `upsample size=${size} mode=bilinear`)],
    }),
  ];
}

function oneClassDiagnostic({ model, output, places, project, data, path }: Head): Diagnostic {
  const { span } = layerOf(model, output);
  return locate(recipeProblems.oneClass({ output: outputWords(model, output) }), span, {
    related: data ? [{ message: `the data has ${data.classes} classes`, span: places.value(["data", "format"]) }] : [],
    fixes: [
      ...(data ? writtenCount(project, model, output, data.classes) : []),
      ...(data?.classes === 2 && output.shape.axes.length === 0 ? [{ title: "take the loss binary-cross-entropy", edits: places.set(path, { name: "binary-cross-entropy" }) }] : []),
    ],
  });
}

/** Where a parameter of the model says the number of classes, the recipe can give it; else the `.cnn` text must change. */
function countDiagnostic({ recipe, places, model, data, output, project }: Head & Parties): Diagnostic {
  const { channels: scores } = output.shape;
  const name = outputWords(model, output);
  const needed = labelCount(data, output);
  const finding = recipeProblems.classesDiffer({ output: name, scores, classes: needed, labels: data.labelKind, ...(needed < data.classes && { column: output.name }) });
  const { span } = layerOf(model, output);
  const written = writtenCount(project, model, output, needed);
  const fitting = Object.entries(model.arguments).filter(([, value]) => value === scores).map(([parameter]) => parameter);
  // A number that stands in the layer itself comes from no parameter.
  const parameter = written.length > 0 ? undefined : (fitting.find((candidate) => /class|label/i.test(candidate)) ?? (fitting.length === 1 ? fitting[0] : undefined));
  if (parameter === undefined) {
    return locate(finding, span, {
      related: [{ message: `the data has ${data.classes} ${data.labelKind === "numbers" ? "numbers" : data.labelKind === "yes-no" ? "labels" : "classes"}`, span: places.value(["data", "format"]) }],
      fixes: written,
    });
  }
  const path = ["arguments", parameter];
  return locate(finding, Object.hasOwn(recipe.arguments, parameter) ? places.value(path) : places.value(["model"]), {
    related: [{ message: `${name} is made here`, span }],
    fixes: [{ title: `set ${parameter} to ${needed}`, edits: places.set(path, needed) }],
  });
}

/** Another number in the place of the one that stands in the layer that makes the scores. */
function writtenCount(project: RecipeAndModel["project"], model: Model, output: Port, needed: number): readonly Fix[] {
  const { channels } = output.shape;
  let layer = layerOf(model, output);
  while (!["dense", "conv"].includes(layer.operator) && layer.inputs.length === 1) {
    const before = model.layers[layer.inputs[0] ?? -1];
    if (before?.outputShape.channels !== channels) return [];
    layer = before;
  }
  if (layer.calls.some(({ kind }) => kind === "block")) return [];
  return replacement(project, layer.span, new RegExp(`(?<=(?:dense|conv)\\s+)${channels}\\b`), `${needed}`, `write ${layer.operator} ${needed}`);
}

function weightCountDiagnostics({ loss, output, places, path, data }: Head): readonly Diagnostic[] {
  const { channels } = output.shape;
  const check = (what: "classWeights" | "positiveWeights", given: readonly number[] | null, needed: number, of: string): readonly Diagnostic[] => {
    if (given === null || given.length === needed) return [];
    const fitted = Array.from({ length: needed }, (_, i) => given[i] ?? 1);
    return [locate(recipeProblems.weightCount({ what, given: given.length, needed, of }), places.value([...path, what]), { fixes: [{ title: `give ${needed} numbers`, edits: places.set([...path, what], fitted) }] })];
  };
  if ("classWeights" in loss) return check("classWeights", loss.classWeights, loss.name === "cross-entropy" ? (data?.classes ?? channels) : channels, "class");
  return "positiveWeights" in loss ? check("positiveWeights", loss.positiveWeights, channels, "score") : [];
}
