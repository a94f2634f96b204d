/** CNN5xxx: weights: reuse, freeze, load. */

import { defineCodes } from "@cnn-lang/parser";

const nearest = (suggestion: string | undefined): string => (suggestion ? `; did you mean ${suggestion}?` : "");
const shape = (dimensions: readonly number[]): string => `[${dimensions.join(", ")}]`;

export const { table: weightCodes, create: weightProblems } = defineCodes({
  selectorMatchesNothing: {
    code: "CNN5001",
    severity: "error",
    title: "A selector matches no layer",
    message: (f: { selector: string; tops: readonly string[]; suggestion?: string }) => `${f.selector} matches no layer${nearest(f.suggestion)}`,
    help: (f) =>
      `a selector is the beginning of a layer's path, in whole segments (* for any one); here they begin with ${f.tops.slice(0, 6).join(", ")}${f.tops.length > 6 ? ", …" : ""}`,
  },
  reuseDiffers: {
    code: "CNN5002",
    severity: "error",
    title: "Reused weights do not fit",
    message: (f: { name: string; built: readonly number[]; needed: readonly number[] }) =>
      `${f.name} was built as ${shape(f.built)}, but what flows here needs ${shape(f.needed)}`,
    help: () => "the same weights need the same channels; a layer with weights of its own is written anew, without reuse",
  },
  tensorMissing: {
    code: "CNN5003",
    severity: "error",
    title: "A weight file lacks a tensor",
    message: (f: { file: string; names: readonly string[] }) =>
      `"${f.file}" does not hold ${f.names.slice(0, 3).join(", ")}${f.names.length > 3 ? ` and ${f.names.length - 3} more` : ""}`,
  },
  tensorDiffers: {
    code: "CNN5004",
    severity: "error",
    title: "A loaded tensor has another shape",
    message: (f: { file: string; name: string; found: readonly number[]; needed: readonly number[]; more: number }) =>
      `${f.name} is ${shape(f.found)} in "${f.file}", but ${shape(f.needed)} in this model${f.more === 0 ? "" : `; so ${f.more === 1 ? "is one more" : `are ${f.more} more`} of another shape`}`,
  },
  tensorsLeftOver: {
    code: "CNN5005",
    severity: "info",
    title: "A weight file holds more than the model takes",
    message: (f: { file: string; names: readonly string[] }) =>
      `"${f.file}" also holds ${f.names.slice(0, 3).join(", ")}${f.names.length > 3 ? ` and ${f.names.length - 3} more` : ""}, which this model does not have`,
  },
  badWeightFile: {
    code: "CNN5006",
    severity: "error",
    title: "A weight file cannot be read",
    message: (f: { file: string; why: string }) => `"${f.file}" is no readable safetensors file: ${f.why}`,
  },
  weightPath: {
    code: "CNN5007",
    severity: "error",
    title: "A weight file lies outside the project",
    message: (f: { file: string }) => `"${f.file}" cannot be loaded: a weight file is named by a relative path inside the project`,
  },
  nothingTrains: {
    code: "CNN5101",
    severity: "warning",
    title: "Everything is frozen",
    message: (f: { model: string }) => `all weights of ${f.model} are frozen: nothing is left to train`,
    help: () => "mostly the last layer is to learn: freeze all except PATH",
  },
  frozenAbove: {
    code: "CNN5102",
    severity: "warning",
    title: "A frozen layer stands above a trainable one",
    message: (f: { frozen: string; trainable: string }) =>
      `${f.frozen} is frozen, but ${f.trainable} before it is not: gradients still pass through it`,
    help: () => "frozen layers save time where all before them are frozen too: freeze the beginning of a network, not its end",
  },
});
