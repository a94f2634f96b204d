/** CNN6xxx: recipes, and the contract between data, model and loss. */

import { defineCodes } from "@cnn-lang/parser";

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
    help: () => "paths in a recipe start at the recipe's own folder",
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
    message: (f: { output: string; scores: number; classes: number }) =>
      `${f.output} has ${f.scores} class scores, but the data has ${f.classes} classes`,
  },
  notLogits: {
    code: "CNN6104",
    severity: "error",
    title: "Cross-entropy is given probabilities",
    message: (f: { layer: "softmax" | "sigmoid" }) =>
      `cross-entropy takes the softmax itself and needs plain scores (logits), but this ${f.layer} comes before it`,
    help: () => "training would be slow and wrong; predictions get their softmax from cnn predict",
  },
  notAVector: {
    code: "CNN6105",
    severity: "error",
    title: "Cross-entropy needs a vector of class scores",
    message: (f: { output: string; shape: string }) => `${f.output} is ${f.shape}, but cross-entropy needs a vector with one score a class`,
    help: () => "flatten or globalavgpool, then dense CLASSES, end a classifier",
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
  dataUnknown: {
    code: "CNN6201",
    severity: "warning",
    title: "The data is not here, so the model is not checked against it",
    message: (f: { path: string }) => `there is no data in ${f.path}, so input size and classes are not checked`,
    help: () => 'say what it holds: "expects": { "shape": "3@32x32", "classes": 10 }',
  },
});
