/**
 * The contract between data, model and loss: what must agree before anything runs. Each error stands in the file that must
 * change, the recipe or the `.cnn` text, with the other as related place.
 */

import { type Diagnostic, type Edit, type Fix, locate, type Related, type Span, suggest } from "@cnn-lang/parser";
import { recipeProblems } from "../codes/recipe.ts";
import type { Layer, Model, Port } from "../model/model.ts";
import type { Project } from "../project.ts";
import { printShape, printSize, sameShape, type Shape } from "../shapes/shape.ts";
import { augmentedSizes, isOneSize } from "./image-sizes.ts";
import type { DataFacts } from "./manifest.ts";
import type { Places } from "./places.ts";
import { isLoss, lossesByOutput, type LossSettings, type Recipe } from "./recipe.ts";

export interface Parties {
  readonly recipe: Recipe;
  readonly places: Places;
  readonly model: Model;
  readonly data: DataFacts;
  /** For the texts that fixes change. */
  readonly project: Project;
}

/** Holds data, model and loss against each other. */
export function checkContract(parties: Parties): readonly Diagnostic[] {
  const { recipe, model } = parties;
  return [
    ...imageDiagnostics(parties),
    ...normalizationDiagnostics(parties),
    ...validationDiagnostics(parties),
    ...lossKeyDiagnostics(parties),
    ...[...lossesByOutput(recipe, model.outputs)].flatMap(([name, loss]) => {
      const output = model.outputs.find((port) => port.name === name);
      return output ? lossRules[loss.name](parties, output) : [];
    }),
  ];
}

function imageDiagnostics(parties: Parties): readonly Diagnostic[] {
  const { recipe, model, data, places } = parties;
  const augmented = augmentedSizes(data.sizes, recipe.data.augment);
  if ("tooLarge" in augmented) {
    const { tooLarge, piece, image, padded } = augmented;
    const step = recipe.data.augment[tooLarge];
    const key = step && "centerCrop" in step ? "centerCrop" : "crop";
    return [locate(recipeProblems.cropTooLarge({ crop: printSize(piece), image: printSize(image), padded: printSize(padded) }), places.value(["data", "augment", tooLarge, key]))];
  }
  if (isOneSize(augmented)) return inputDiagnostics(parties, { channels: data.shape.channels, axes: augmented.smallest });
  const axes = model.inputs[0]?.shape.axes ?? [];
  const fixes = axes.length === 2 ? [{ title: `resize all images to ${printSize(axes)}`, edits: places.set(["data", "resize"], [...axes]) }] : [];
  const finding = recipeProblems.sizesDiffer({ smallest: printSize(augmented.smallest), largest: printSize(augmented.largest) });
  return [locate(finding, places.value(["data", places.has(["data", "resize"]) ? "resize" : "path"]), { fixes })];
}

function inputDiagnostics(parties: Parties, given: Shape): readonly Diagnostic[] {
  const { recipe, places, model, data } = parties;
  const [input, second] = model.inputs;
  if (!input) return [];
  const span = layerOf(model, second ?? input).span;
  const related = [{ message: `the data is ${printShape(data.shape)}`, span: places.value(["data", "format"]) }];
  if (second) return [locate(recipeProblems.severalInputs({ inputs: model.inputs.map(({ name }) => name) }), span, { related })];
  if (sameShape(input.shape, given)) return [];

  const fixes = inputFixes(parties, input, given);
  const facts = { input: printShape(input.shape), data: printShape(data.shape) };
  const numbers = [input.shape.channels, ...input.shape.axes].join();
  const [height = 0, width = 0] = given.axes;
  if (numbers === [height, width, given.channels].join()) {
    return [locate(recipeProblems.otherLayout({ ...facts, order: "channels last" }), span, { related, fixes })];
  }
  if (input.shape.axes.join() === [given.channels, height, width].join()) {
    return [locate(recipeProblems.otherLayout({ ...facts, order: "batch first" }), span, { related, fixes })];
  }

  const crop = recipe.data.augment.findLastIndex((step) => "crop" in step);
  const finding = recipeProblems.inputDiffers({
    input: facts.input,
    given: sameShape(given, data.shape) ? `is ${printShape(given)}` : `is ${facts.data} and becomes ${printShape(given)}`,
    source: "the data",
  });
  // A crop to another size is the recipe's own doing; else the model must change, or the recipe gets a crop.
  if (crop >= 0 && input.shape.channels === given.channels) {
    const mended = places.set(["data", "augment", crop, "crop"], [...input.shape.axes]);
    const [height = 0, width = 0] = input.shape.axes;
    return [
      locate(finding, places.value(["data", "augment", crop, "crop"]), {
        related: [{ message: `the model takes ${facts.input}`, span }],
        fixes: [{ title: `crop to ${height}x${width}`, edits: mended }, ...fixes],
      }),
    ];
  }
  return [locate(finding, span, { related, fixes: [...fixes, ...cropFixes(parties, input.shape, given)] })];
}

/** Writes the data's shape into the `input` line, where a shape of plain numbers stands there. */
function inputFixes({ model, project }: Parties, input: Port, given: Shape): readonly Fix[] {
  const { span } = layerOf(model, input);
  const text = textOf(project, span);
  const written = text && /\d+@\d+x\d+(x\d+)?/.exec(text);
  if (!written) return [];
  const place = { ...span, start: moved(span.start, written.index), end: moved(span.start, written.index + written[0].length) };
  return [{ title: `write input ${printShape(given)}`, edits: [{ span: place, text: printShape(given) }] }];
}

const moved = ({ line, column, offset }: Span["start"], by: number): Span["start"] => ({ line, column: column + by, offset: offset + by });

/** A smaller image can be padded to the input's size, a larger one cropped. */
function cropFixes({ places, recipe }: Parties, wanted: Shape, given: Shape): readonly Fix[] {
  const [height = 0, width = 0] = wanted.axes;
  const missing = Math.max(...wanted.axes.map((size, axis) => size - (given.axes[axis] ?? 0)));
  if (wanted.axes.length !== 2 || wanted.channels !== given.channels) return [];
  const step = { crop: [height, width], padding: Math.max(0, Math.ceil(missing / 2)) };
  return [
    {
      title: missing > 0 ? `pad the images to ${height}x${width}` : `crop the images to ${height}x${width}`,
      edits: places.set(["data", "augment"], [...recipe.data.augment, step]),
    },
  ];
}

function normalizationDiagnostics({ recipe, places, data }: Parties): readonly Diagnostic[] {
  const { normalize } = recipe.data;
  if (normalize === null || normalize === "auto") return [];
  const { channels } = data.shape;
  return (["mean", "std"] as const)
    .filter((what) => normalize[what].length !== channels)
    .map((what) => locate(recipeProblems.channelNumbers({ what, given: normalize[what].length, channels }), places.value(["data", "normalize", what])));
}

function validationDiagnostics({ recipe, places, data }: Parties): readonly Diagnostic[] {
  if (recipe.data.validation !== "test" || data.test !== 0) return [];
  const fixes = [{ title: "take a tenth of the training images", edits: places.set(["data", "validation"], 0.1) }];
  return [locate(recipeProblems.noTestImages({ source: recipe.data.path ?? recipe.data.format }), places.value(["data", "validation"]), { fixes })];
}

function lossKeyDiagnostics({ recipe, places, model }: Parties): readonly Diagnostic[] {
  const { loss } = recipe;
  const outputs = model.outputs.map(({ name }) => name);
  if (isLoss(loss)) {
    const missing = outputs.slice(1);
    return missing.length === 0 ? [] : [locate(recipeProblems.lossMissing({ outputs, missing: outputs }), places.key(["loss"]))];
  }
  const missing = outputs.filter((name) => !Object.hasOwn(loss, name));
  const surplus = Object.keys(loss).filter((name) => !outputs.includes(name));
  return [
    ...(missing.length > 0 ? [locate(recipeProblems.lossMissing({ outputs, missing }), places.key(["loss"]))] : []),
    ...surplus.map((name) => {
      const suggestion = suggest(name, outputs);
      return locate(recipeProblems.lossSurplus({ name, outputs, ...(suggestion && { suggestion }) }), places.key(["loss", name]));
    }),
  ];
}

/** What each loss asks of its output. */
const lossRules: Readonly<Record<LossSettings["name"], (parties: Parties, output: Port) => readonly Diagnostic[]>> = {
  "cross-entropy": (parties, output) => {
    const { model, data, places } = parties;
    const { span } = layerOf(model, output);
    const name = model.outputs.length === 1 ? `the output of ${model.name}` : `the output ${output.name}`;
    const related = [{ message: `the data has ${data.classes} classes`, span: places.value(["data", "format"]) }];
    const squashing = finalActivation(model, output);
    const squashed = squashing && locate(recipeProblems.notLogits({ layer: squashing.operator }), squashing.span, { related: lossPlace(places), fixes: removal(parties.project, squashing.span) });
    const rest = (): readonly Diagnostic[] => {
      if (output.shape.axes.length > 0) {
        return [locate(recipeProblems.notAVector({ output: name, shape: printShape(output.shape) }), span, { related: lossPlace(places) })];
      }
      if (output.shape.channels === 1) return [locate(recipeProblems.oneClass({ output: name }), span, { related })];
      return output.shape.channels === data.classes ? [] : [classesDiagnostic(parties, output, name)];
    };
    return [...(squashed ? [squashed] : []), ...rest()];
  },
};

const lossPlace = (places: Places): readonly Related[] =>
  places.has(["loss"]) ? [{ message: "the loss is cross-entropy", span: places.value(["loss"]) }] : [];

/** Where a parameter of the model says the number of classes, the recipe can give it; else the `.cnn` text must change. */
function classesDiagnostic({ recipe, places, model, data }: Parties, output: Port, name: string): Diagnostic {
  const scores = output.shape.channels;
  const finding = recipeProblems.classesDiffer({ output: name, scores, classes: data.classes });
  const { span } = layerOf(model, output);
  const fitting = Object.entries(model.arguments).filter(([, value]) => value === scores).map(([parameter]) => parameter);
  const parameter = fitting.find((candidate) => /class|label/i.test(candidate)) ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (parameter === undefined) {
    return locate(finding, span, { related: [{ message: `the data has ${data.classes} classes`, span: places.value(["data", "format"]) }] });
  }
  const path = ["arguments", parameter];
  return locate(finding, Object.hasOwn(recipe.arguments, parameter) ? places.value(path) : places.value(["model"]), {
    related: [{ message: `${name} is made here`, span }],
    fixes: [{ title: `set ${parameter} to ${data.classes}`, edits: places.set(path, data.classes) }],
  });
}

/** The softmax or sigmoid that an output comes from, with nothing behind it that changes a value. */
function finalActivation(model: Model, output: Port): Extract<Layer, { operator: "softmax" | "sigmoid" }> | undefined {
  let layer = layerOf(model, output);
  while (["identity", "dropout", "flatten", "reshape"].includes(layer.operator)) {
    const before = model.layers[layer.inputs[0] ?? -1];
    if (!before) return undefined;
    layer = before;
  }
  return layer.operator === "softmax" || layer.operator === "sigmoid" ? layer : undefined;
}

/** Takes a layer out of the text: with the arrow before it, or with its whole line. */
function removal(project: Project, span: Span): readonly Fix[] {
  const text = project.read(span.file);
  if (typeof text !== "string") return [];
  const before = text.slice(0, span.start.offset);
  const after = text.slice(span.end.offset);
  const arrow = /[ \t]*->[ \t]*$/.exec(before);
  const line = /(^|\n)[ \t]*$/.test(before) && /^[ \t]*(\r?\n|$)/.test(after) ? /[ \t]*$/.exec(before) : null;
  const cut = arrow ?? line;
  if (!cut) return [];
  const end = arrow ? 0 : (/^[ \t]*(\r?\n|$)/.exec(after)?.[0].length ?? 0);
  const edit: Edit = { span: { ...span, start: moved(span.start, -cut[0].length), end: moved(span.end, end) }, text: "" };
  return [{ title: "leave it out", edits: [edit] }];
}

function layerOf(model: Model, port: Port): Layer {
  const layer = model.layers[port.layer];
  if (!layer) throw new Error(`The model ${model.name} has no layer ${port.layer} for ${port.name}.`);
  return layer;
}

function textOf(project: Project, span: Span): string | undefined {
  const text = project.read(span.file);
  return typeof text === "string" ? text.slice(span.start.offset, span.end.offset) : undefined;
}
