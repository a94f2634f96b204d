/** CNN6xxx: recipes, and the contract between data, model and loss. */

import { defineCodes } from "@cnn-lang/parser";
import type { LossName } from "../recipe/loss.ts";
import type { LabelKind } from "../recipe/manifest.ts";
import { type MetricName, metricsOfLoss } from "../recipe/metric.ts";

const labelKinds: Readonly<Record<LabelKind, string>> = {
  classes: "the class of each image",
  masks: "masks, a class for each pixel",
  "yes-no": "a yes or no for each of several labels",
  numbers: "numbers",
};
const scoreWords: Readonly<Record<LabelKind, string>> = { classes: "class score", masks: "class score", "yes-no": "score", numbers: "number" };
const labelWords: Readonly<Record<LabelKind, string>> = { classes: "class", masks: "class", "yes-no": "label", numbers: "number" };
const vectorWords: Readonly<Record<LossName, string>> = {
  "cross-entropy": "score a class",
  "pixel-cross-entropy": "score a class",
  "binary-cross-entropy": "score a label",
  mse: "number a label",
  l1: "number a label",
  huber: "number a label",
};
const counted = (n: number, what: string): string => `${n} ${n === 1 ? what : what.endsWith("s") ? `${what}es` : `${what}s`}`;
const nearest = (suggestion: string | undefined): string => (suggestion ? `; did you mean ${suggestion}?` : "");
const list = (words: readonly string[]): string => words.join(", ");

export const { table: recipeCodes, create: recipeProblems } = defineCodes({
  unreadable: {
    code: "CNN6001",
    severity: "error",
    title: "A recipe cannot be read",
    message: (f: { file: string; why: string }) => `${f.file} cannot be read: ${f.why}`,
  },
  notJson: {
    code: "CNN6002",
    severity: "error",
    title: "A recipe is not JSON",
    message: (f: { why: string }) => `this is not JSON: ${f.why}`,
  },
  unknownKey: {
    code: "CNN6003",
    severity: "error",
    title: "A recipe has an unknown key",
    message: (f: { key: string; within: string; known: readonly string[]; suggestion?: string }) =>
      `${f.within} has no key ${JSON.stringify(f.key)}${nearest(f.suggestion)}`,
    help: (f) => `its keys are ${list(f.known)}`,
  },
  missingKey: {
    code: "CNN6004",
    severity: "error",
    title: "A recipe lacks a key",
    message: (f: { key: string; within: string }) => `${f.within} needs ${JSON.stringify(f.key)}`,
  },
  duplicateKey: {
    code: "CNN6005",
    severity: "error",
    title: "A key stands twice in a recipe",
    message: (f: { key: string }) => `${JSON.stringify(f.key)} stands twice here; only the last would count`,
  },
  wrongType: {
    code: "CNN6006",
    severity: "error",
    title: "A recipe's value has the wrong type",
    message: (f: { what: string; needed: string; found: string }) => `${f.what} must be ${f.needed}, but this is ${f.found}`,
  },
  outOfRange: {
    code: "CNN6007",
    severity: "error",
    title: "A recipe's value is out of range",
    message: (f: { what: string; range: string; found: string }) => `${f.what} must be ${f.range}, but this is ${f.found}`,
  },
  unknownWord: {
    code: "CNN6008",
    severity: "error",
    title: "A recipe's word is not known",
    message: (f: { what: string; words: readonly string[]; found: string; suggestion?: string }) =>
      `${f.what} ${f.words.length === 1 ? "can only be" : "is one of"} ${list(f.words)}, but this is ${f.found}${nearest(f.suggestion)}`,
  },
  modelUnreadable: {
    code: "CNN6009",
    severity: "error",
    title: "A recipe's model cannot be read",
    message: (f: { file: string; why: string }) => `the model ${f.file} cannot be read: ${f.why}`,
    help: () => "paths start where the command is called, those in a recipe at its own folder",
  },
  severalModels: {
    code: "CNN6010",
    severity: "error",
    title: "A recipe does not say which model is meant",
    message: (f: { file: string; names: readonly string[] }) =>
      f.names.length === 0 ? `${f.file} holds no model` : `${f.file} holds ${f.names.length} models (${list(f.names)}); the recipe must say which`,
  },
  unknownModel: {
    code: "CNN6011",
    severity: "error",
    title: "A recipe's model does not exist",
    message: (f: { file: string; name: string; suggestion?: string }) => `${f.file} has no model called ${f.name}${nearest(f.suggestion)}`,
  },
  unknownArgument: {
    code: "CNN6012",
    severity: "error",
    title: "A recipe gives an argument that the model does not have",
    message: (f: { model: string; name: string; suggestion?: string }) => `${f.model} has no parameter called ${f.name}${nearest(f.suggestion)}`,
  },
  nesterovWithoutMomentum: {
    code: "CNN6013",
    severity: "error",
    title: "Nesterov's look ahead needs momentum",
    message: () => "nesterov looks ahead along the momentum, which is 0 here",
    help: () => 'give "momentum" a value such as 0.9',
  },

  inputDiffers: {
    code: "CNN6101",
    severity: "error",
    title: "The model's input is not what the data gives",
    message: (f: { input: string; given: string; source: string }) => `the model takes ${f.input}, but ${f.source} ${f.given}`,
  },
  otherLayout: {
    code: "CNN6102",
    severity: "error",
    title: "The model's input is written in another order",
    message: (f: { input: string; data: string; order: "channels last" | "batch first" }) =>
      `the input ${f.input} is written ${f.order}, but the data is ${f.data}`,
    help: (f) =>
      f.order === "batch first"
        ? "the batch is never written: a shape is channels@heightxwidth"
        : "channels come first in a shape, whatever the data's files look like: channels@heightxwidth",
  },
  classesDiffer: {
    code: "CNN6103",
    severity: "error",
    title: "The model's classes are not the data's",
    message: (f: { output: string; scores: number; classes: number; labels: LabelKind; column?: string }) =>
      `${f.output} has ${counted(f.scores, scoreWords[f.labels])}, but the data has ${counted(f.classes, labelWords[f.labels])}${f.column === undefined ? "" : ` called ${f.column}`}`,
  },
  notLogits: {
    code: "CNN6104",
    severity: "error",
    title: "Cross-entropy is given probabilities",
    message: (f: { loss: LossName; layer: "softmax" | "sigmoid" }) =>
      `${f.loss} takes the ${f.loss === "binary-cross-entropy" ? "sigmoid" : "softmax"} itself and needs plain scores (logits), but this ${f.layer} comes before it`,
    help: () => "training would be slow and wrong; predictions get their softmax from cnn predict",
  },
  notAVector: {
    code: "CNN6105",
    severity: "error",
    title: "A loss needs a vector",
    message: (f: { output: string; shape: string; loss: LossName }) =>
      `${f.output} is ${f.shape}, but ${f.loss} needs a vector with one ${vectorWords[f.loss]}`,
    help: () => "flatten or globalavgpool, then dense N, make a vector of a map",
  },
  oneClass: {
    code: "CNN6106",
    severity: "error",
    title: "Cross-entropy needs two classes or more",
    message: (f: { output: string }) => `${f.output} has one score, but cross-entropy compares the scores of two classes or more`,
  },
  channelNumbers: {
    code: "CNN6107",
    severity: "error",
    title: "Mean and std need one number a channel",
    message: (f: { what: "mean" | "std"; given: number; channels: number }) =>
      `${f.what} has ${f.given} ${f.given === 1 ? "number" : "numbers"}, but the images have ${f.channels} ${f.channels === 1 ? "channel" : "channels"}`,
  },
  cropTooLarge: {
    code: "CNN6108",
    severity: "error",
    title: "A crop is larger than the image",
    message: (f: { crop: string; image: string; padded: string }) =>
      `a piece of ${f.crop} cannot be cut out of ${f.image}${f.padded === f.image ? "" : ` padded to ${f.padded}`}`,
  },
  severalInputs: {
    code: "CNN6109",
    severity: "error",
    title: "The data has one image for several inputs",
    message: (f: { inputs: readonly string[] }) => `the model takes ${f.inputs.length} inputs (${list(f.inputs)}), but each sample of the data is one image`,
  },
  lossMissing: {
    code: "CNN6110",
    severity: "error",
    title: "An output has no loss",
    message: (f: { outputs: readonly string[]; missing: readonly string[] }) =>
      `the model has the outputs ${list(f.outputs)}; the recipe gives no loss for ${list(f.missing)}`,
    help: (f) => `"loss": { ${f.outputs.map((name: string) => `${JSON.stringify(name)}: { "name": "cross-entropy" }`).join(", ")} }`,
  },
  lossSurplus: {
    code: "CNN6111",
    severity: "error",
    title: "A loss belongs to no output",
    message: (f: { name: string; outputs: readonly string[]; suggestion?: string }) =>
      `the model has no output called ${f.name}${nearest(f.suggestion)}`,
    help: (f) => `its outputs are ${list(f.outputs)}`,
  },
  noTestImages: {
    code: "CNN6112",
    severity: "error",
    title: "The data has no test images",
    message: (f: { source: string }) => `validation is "test", but ${f.source} has no test images`,
    help: () => "a share such as 0.1 takes validation images from the training images",
  },
  expectsDiffers: {
    code: "CNN6113",
    severity: "error",
    title: "The data is not what the recipe expects",
    message: (f: { what: string; expected: string; found: string }) => `the recipe expects ${f.what} ${f.expected}, but the data has ${f.found}`,
  },
  formatDiffers: {
    code: "CNN6114",
    severity: "error",
    title: "The data is of another format than the recipe says",
    message: (f: { path: string; written: string; found: string }) => `the recipe calls ${f.path} ${f.written}, but its files are ${f.found}`,
  },
  sizesDiffer: {
    code: "CNN6115",
    severity: "error",
    title: "The images are of several sizes",
    message: (f: { smallest: string; largest: string }) =>
      f.largest.includes("Infinity")
        ? `resize brings the shorter side to a length, but images of other proportions still differ in the longer one`
        : `the images are from ${f.smallest} to ${f.largest} large, but the model takes one size`,
    help: () => '"resize": [height, width] brings each to one size; a crop behind "resize": length keeps their proportions',
  },
  lossLabels: {
    code: "CNN6121",
    severity: "error",
    title: "A loss compares with labels that the data does not have",
    message: (f: { loss: LossName; wanted: LabelKind; labels: LabelKind }) =>
      `${f.loss} compares an output with ${labelKinds[f.wanted]}, but the data has ${labelKinds[f.labels]}`,
  },
  notAMap: {
    code: "CNN6122",
    severity: "error",
    title: "Per-pixel cross-entropy needs a map of scores",
    message: (f: { output: string; shape: string }) =>
      `${f.output} is ${f.shape}, but pixel-cross-entropy needs a map with the scores of each class at each pixel: classes@heightxwidth`,
  },
  weightCount: {
    code: "CNN6123",
    severity: "error",
    title: "Weights of classes are not as many as the classes",
    message: (f: { what: "classWeights" | "positiveWeights"; given: number; needed: number; of: string }) =>
      `${f.what} has ${counted(f.given, "number")}, but there ${f.needed === 1 ? "is" : "are"} ${counted(f.needed, f.of)}`,
  },
  maskSize: {
    code: "CNN6124",
    severity: "error",
    title: "The scores are not as large as the masks",
    message: (f: { output: string; size: string; masks: string }) => `${f.output} is a map of ${f.size}, but the masks are ${f.masks}`,
    help: () => "the scores of a segmentation are as large as its images: upsample brings a map to a size",
  },
  metricUnfit: {
    code: "CNN6125",
    severity: "error",
    title: "A metric fits no loss",
    message: (f: { metric: MetricName; losses: readonly LossName[] }) => `${f.metric} says nothing of an output with the loss ${list(f.losses)}`,
    help: (f) => `what can be asked: ${list(f.losses.map((loss: LossName) => `${list(metricsOfLoss[loss])} of ${loss}`))}`,
  },
  topOfFew: {
    code: "CNN6126",
    severity: "error",
    title: "The five best of so few classes are always right",
    message: (f: { classes: number }) => `top-5 asks whether the class is among the five highest scores; of ${f.classes} classes it always is`,
  },
  stoppingUnmeasured: {
    code: "CNN6127",
    severity: "error",
    title: "Early stopping watches what is not measured",
    message: (f: { metric: MetricName; metrics: readonly MetricName[] }) =>
      `earlyStopping watches ${f.metric}, which is not among the metrics${f.metrics.length > 0 ? ` (${list(f.metrics)})` : ""}`,
  },
  stoppingBlind: {
    code: "CNN6128",
    severity: "error",
    title: "Early stopping has no images to judge by",
    message: () => "earlyStopping judges an epoch by images that it did not learn from, but validation is null",
  },
  lastBatchOfOne: {
    code: "CNN6129",
    severity: "error",
    title: "The last batch is one image, which cannot be normalised",
    message: (f: { path: string; images: number; batch: number }) =>
      `${f.path} needs two values a channel to normalise by, but ${f.batch === 1 ? "each batch has" : `of ${f.images} training images the last batch has`} one image`,
  },
  nothingToTrain: {
    code: "CNN6130",
    severity: "error",
    title: "Nothing is left to train",
    message: (f: { model: string; hasWeights: boolean }) =>
      f.hasWeights ? `all weights of ${f.model} are frozen` : `${f.model} has no weights that could be trained`,
  },
  warmupTooLong: {
    code: "CNN6131",
    severity: "error",
    title: "A warm-up takes the whole training",
    message: (f: { warmup: number; epochs: number }) =>
      `the learning rate rises for ${counted(f.warmup, "epoch")}, but the training has ${f.epochs}: nothing is left for the way down`,
  },
  weightsLeftOver: {
    code: "CNN6132",
    severity: "error",
    title: "A recipe's weights hold more than the model takes",
    message: (f: { file: string; names: readonly string[] }) =>
      `${f.file} also holds ${f.names.slice(0, 3).join(", ")}${f.names.length > 3 ? ` and ${f.names.length - 3} more` : ""}, which this model does not have`,
    help: () => 'a recipe\'s weights are all of the model\'s, and no others; load "FILE" except … in the .cnn file takes a part of a file',
  },
  dataUnknown: {
    code: "CNN6201",
    severity: "warning",
    title: "The data is not here, so the model is not checked against it",
    message: (f: { path: string }) => `there is no data in ${f.path}, so input size and classes are not checked`,
    help: () => 'say what it holds: "expects": { "shape": "3@32x32", "classes": 10 }',
  },
  scheduleLonger: {
    code: "CNN6202",
    severity: "warning",
    title: "A schedule is longer than the training",
    message: (f: { key: "every" | "at" | "epochs"; length: number; epochs: number }) => {
      const said = { every: `is ${counted(f.length, "epoch")}`, at: `goes on to epoch ${f.length}`, epochs: `is ${counted(f.length, "epoch")}` };
      const so = { every: "it never acts", at: "it does not come so far", epochs: "it does not come to its end" };
      return `schedule.${f.key} ${said[f.key]}, but the training ends after ${f.epochs}: ${so[f.key]}`;
    },
  },
  groupFrozen: {
    code: "CNN6203",
    severity: "warning",
    title: "A group of the optimizer is frozen",
    message: (f: { layers: readonly string[] }) => `all weights of ${list(f.layers)} are frozen: a learning rate or weight decay of their own does nothing`,
  },
  clippedScores: {
    code: "CNN6204",
    severity: "warning",
    title: "Scores cannot be negative",
    message: (f: { loss: LossName; layer: string }) =>
      `this ${f.layer} is the last layer, so no score is below 0; ${f.loss} needs scores of either sign to say no`,
  },
  softmaxBeforeNumbers: {
    code: "CNN6205",
    severity: "warning",
    title: "Numbers are compared with a softmax",
    message: (f: { loss: LossName }) => `this softmax makes the outputs add up to 1; ${f.loss} compares them with numbers that do not`,
  },
  loadOverwritten: {
    code: "CNN6206",
    severity: "warning",
    title: "A recipe's weights take the place of all that the model loads",
    message: (f: { file: string; weights: string }) => `all weights come from ${f.weights}: what the model loads from "${f.file}" is not used`,
  },
});
