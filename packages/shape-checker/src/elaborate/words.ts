/** Words and names that other frameworks have for what an argument takes: used for "did you mean" alone. */

import { locate, suggest, type Argument, type Diagnostic, type Span } from "@cnn-lang/parser";
import { valueProblems } from "../codes/values.ts";
import { operatorOf, type OperatorName } from "../operators/index.ts";
import type { Parameter } from "../operators/operator.ts";
import { operatorCalled } from "../resolve/meant-call.ts";

/** What an argument takes, as words to choose from; undefined where it takes none. */
export function wordsOf(kind: Parameter): readonly string[] | undefined {
  if (kind.kind === "word" || kind.kind === "words") return kind.words;
  return kind.kind === "padding" && kind.same ? ["a number", "a size", "same"] : undefined;
}

const otherWords: Readonly<Record<string, string>> = {
  valid: "0", VALID: "0", SAME: "same", constant: "zeros", zero: "zeros", reflection: "reflect", mirror: "reflect", edge: "replicate",
  border: "replicate", repeat: "replicate", wrap: "circular", cubic: "bilinear", bicubic: "bilinear", height_width: "all",
  channel: "channels", h: "height", w: "width", c: "channels",
};

/** A word that is none of those an argument takes, with the nearest as a mend. */
export function wrongWord(what: string, kind: Parameter, found: string, span: Span): Diagnostic {
  const words = wordsOf(kind) ?? [];
  const other = Object.hasOwn(otherWords, found) ? otherWords[found] : undefined;
  const isTaken = other !== undefined && (words.includes(other) || (other === "0" && kind.kind === "padding"));
  const suggestion = isTaken ? other : suggest(found, words.filter((word) => !word.includes(" ")));
  const fixes = suggestion === undefined ? [] : [{ title: `write ${suggestion}`, edits: [{ span, text: suggestion }] }];
  return locate(valueProblems.unknownWord({ what, words, found, ...(suggestion !== undefined && { suggestion }) }), span, { fixes });
}

/** Parameters by the names that PyTorch and Keras give them. */
const otherNames: Readonly<Record<string, string>> = {
  padding: "pad", kernel_size: "kernel", pool_size: "kernel", strides: "stride", out_channels: "filters", channels: "filters", out_features: "units",
  use_bias: "bias", dilation_rate: "dilation", padding_mode: "mode", output_padding: "output_pad", rate: "p", prob: "p", negative_slope: "slope",
  alpha: "slope", epsilon: "eps", num_groups: "groups", scale_factor: "factor", upscale_factor: "factor", interpolation: "mode",
  output_size: "size", count_include_pad: "count_padding", ceil_mode: "ceil", depth_multiplier: "multiplier", elementwise_affine: "affine",
  dims: "order", target_shape: "shape", size: "kernel", k: "kernel", s: "stride", p: "pad", g: "groups", num_parameters: "over",
};

/** The parameter that a name of another framework means. */
export function parameterCalled(name: string, parameters: readonly string[]): string | undefined {
  const other = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
  return parameters.includes(name) ? name : other !== undefined && parameters.includes(other) ? other : undefined;
}

/** Arguments of other frameworks that are not needed here, and why. */
const needless: Readonly<Record<string, string>> = {
  in_channels: "input channels are inferred",
  in_features: "inputs are counted by the compiler",
  num_features: "channels are inferred",
  num_channels: "channels are inferred",
  input_shape: "a model's input line says it",
  inplace: "memory is the compiler's matter",
  name: "a label before the layer names it, as in fc: dense 10",
  weights: "load in the model takes weights from a file",
  input_dim: "inputs are counted by the compiler",
  data_format: "channels come first in a shape, whatever computes it",
  device: "what computes a model is chosen when it is trained",
  dtype: "all of a network is computed in float32",
  dim: "the batch is implicit, and channels come first",
  axis: "the batch is implicit, and channels come first",
};

const activationNames = new Set(["activation", "act", "nonlinearity", "activation_fn"]);

/** `activation=relu`: where it names a layer that can stand by itself, its name. */
export function activationOf({ name, value }: Argument): OperatorName | undefined {
  const text = value.kind === "reference" ? value.text : value.kind === "string" ? value.value : "";
  const operator = name && activationNames.has(name.text) ? operatorCalled(text) : undefined;
  // At the end, where it mostly stands, the loss has it.
  if (operator === "softmax") return undefined;
  return operator && Object.values(operatorOf(operator).signature).every((kind) => kind.default !== undefined || kind.optional) ? operator : undefined;
}

/** What a misnamed argument was probably meant to be, or why it is not needed. */
export function nearestArgument(name: string, parameters: readonly string[]): { readonly suggestion?: string; readonly why?: string } {
  if (Object.hasOwn(needless, name)) return { why: needless[name] ?? "" };
  if (activationNames.has(name)) return { why: "an activation is a layer of its own, as in -> relu" };
  const suggestion = parameterCalled(name, parameters) ?? suggest(name, parameters);
  return suggestion === undefined ? {} : { suggestion };
}
