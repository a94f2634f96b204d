/**
 * The contract between data, model and loss: what must agree before anything runs. Each error stands in the file that must
 * change, the recipe or the `.cnn` text, with the other as related place. Here are the images and the input; outputs, losses and
 * labels are in `contract-outputs.ts`, the training itself in `contract-training.ts`.
 */

import { type Diagnostic, type Fix, locate } from "@cnn-lang/parser";
import { recipeProblems } from "../codes/recipe.ts";
import type { Port } from "../model/model.ts";
import { printShape, printSize, sameShape, type Shape } from "../shapes/shape.ts";
import { augmentedSizes, isOneSize } from "./image-sizes.ts";
import { layerOf, type Parties } from "./parties.ts";
import { replacement } from "./program-fixes.ts";

/** Holds the data's images against the model's input. */
export function checkImages(parties: Parties): readonly Diagnostic[] {
  return [...imageDiagnostics(parties), ...normalizationDiagnostics(parties), ...validationDiagnostics(parties)];
}

function imageDiagnostics(parties: Parties): readonly Diagnostic[] {
  const { recipe, model, data, places } = parties;
  const augmented = augmentedSizes(data.sizes, recipe.data.augment);
  // Where some images are too small for a crop, and others are not, one size for all mends it.
  if ("tooLarge" in augmented && isOneSize(data.sizes)) {
    const { tooLarge, piece, image, padded } = augmented;
    const step = recipe.data.augment[tooLarge];
    const key = step && "centerCrop" in step ? "centerCrop" : "crop";
    const place = ["data", "augment", tooLarge];
    const padding = Math.ceil(Math.max(...piece.map((size, axis) => size - (image[axis] ?? 0))) / 2);
    const fix = step && "crop" in step ? { title: `pad by ${padding}`, edits: places.set([...place, "padding"], padding) } : { title: `cut out ${printSize(image)}`, edits: places.set([...place, key], [...image]) };
    return [locate(recipeProblems.cropTooLarge({ crop: printSize(piece), image: printSize(image), padded: printSize(padded) }), places.value([...place, key]), { fixes: [fix] })];
  }
  const sizes = "tooLarge" in augmented ? data.sizes : augmented;
  if (isOneSize(sizes)) return inputDiagnostics(parties, { channels: data.shape.channels, axes: sizes.smallest });
  const axes = model.inputs[0]?.shape.axes ?? [];
  const fixes = axes.length === 2 ? [{ title: `resize all images to ${printSize(axes)}`, edits: places.set(["data", "resize"], [...axes]) }] : [];
  const finding = recipeProblems.sizesDiffer({ smallest: printSize(sizes.smallest), largest: printSize(sizes.largest) });
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
const inputFixes = ({ model, project }: Parties, input: Port, given: Shape): readonly Fix[] =>
  replacement(project, layerOf(model, input).span, /\d+@\d+x\d+(x\d+)?/, printShape(given), `write input ${printShape(given)}`);

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
    .map((what) => {
      const given = normalize[what];
      const place = ["data", "normalize", what];
      const isOneNumber = new Set(given).size === 1;
      const fix = isOneNumber
        ? { title: `give ${channels}`, edits: places.set(place, Array.from({ length: channels }, () => given[0])) }
        : { title: "take them from the training images", edits: places.set(["data", "normalize"], "auto") };
      return locate(recipeProblems.channelNumbers({ what, given: given.length, channels }), places.value(place), { fixes: [fix] });
    });
}

function validationDiagnostics({ recipe, places, data }: Parties): readonly Diagnostic[] {
  if (recipe.data.validation !== "test" || data.test !== 0) return [];
  const fixes = [{ title: "take a tenth of the training images", edits: places.set(["data", "validation"], 0.1) }];
  return [locate(recipeProblems.noTestImages({ source: recipe.data.path ?? recipe.data.format }), places.value(["data", "validation"]), { fixes })];
}
