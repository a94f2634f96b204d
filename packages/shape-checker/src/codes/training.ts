/** CNN42xx: networks that run, but train badly. CNN43xx: hints, which correct networks of the papers have too. */

import { defineCodes } from "@cnn-lang/parser";

export const { table: trainingCodes, create: trainingProblems } = defineCodes({
  softmaxAtEnd: {
    code: "CNN4201",
    severity: "warning",
    title: "A softmax stands at the end",
    message: () => "this softmax is the last layer, but the cross-entropy loss applies one of its own: the network would learn very slowly",
    help: () => "end with the scores themselves (logits); predictions get their softmax without it",
  },
  dropoutAtEnd: {
    code: "CNN4202",
    severity: "warning",
    title: "A dropout stands at the end",
    message: (f: { operator: string }) => `this ${f.operator} is the last layer: it would erase outputs at random while training`,
  },
  activationTwice: {
    code: "CNN4203",
    severity: "warning",
    title: "An activation follows an activation",
    message: (f: { first: string; second: string; unchanged: boolean }) =>
      f.unchanged ? `${f.second} after ${f.first} changes nothing` : `${f.second} follows ${f.first} with no layer between that learns`,
  },
  denseAfterDense: {
    code: "CNN4204",
    severity: "warning",
    title: "A dense layer follows a dense layer with no activation between",
    message: (f: { first: number; second: number }) =>
      `no activation stands between dense ${f.first} and dense ${f.second}: together they can do no more than one dense layer`,
    help: () => "put an activation such as relu between them",
  },
  flattenOfVector: {
    code: "CNN4205",
    severity: "warning",
    title: "A vector is flattened",
    message: (f: { count: number }) => `a vector of ${f.count} flows here already: flatten changes nothing`,
  },
  strideSkips: {
    code: "CNN4206",
    severity: "warning",
    title: "A stride is larger than its kernel",
    message: (f: { kernel: string; stride: string; share: string }) =>
      `a stride of ${f.stride} steps over more than the kernel of ${f.kernel} covers: ${f.share} of the positions are never looked at`,
    help: (f) => `a stride up to ${f.kernel}, or a larger kernel, looks at them all`,
  },
  deadLayer: {
    code: "CNN4207",
    severity: "warning",
    title: "A result reaches no output",
    message: (f: { path: string; input: boolean; count: number }) =>
      f.input
        ? `the input ${f.path} reaches no output`
        : `what ${f.path} gives reaches no output${f.count > 1 ? ` (${f.count} layers in all)` : ""}`,
    help: () => "join it with the rest (concat, add), end it with output NAME, or leave it out",
  },
  normOfOneValue: {
    code: "CNN4208",
    severity: "warning",
    title: "A norm has one value to normalise",
    message: (f: { operator: string; input: string }) =>
      `${f.operator} takes the mean of single values in ${f.input}, and each less its own mean is 0: all of its input is lost`,
  },
  pixelsDropped: {
    code: "CNN4301",
    severity: "info",
    title: "A stride leaves pixels out at the border",
    message: (f: { axes: string; input: string; arithmetic: string }) => `the last ${f.axes} of ${f.input} are not looked at: ${f.arithmetic}`,
    help: () => "other padding, or an input size that divides, takes them in",
  },
  seesWholeInput: {
    code: "CNN4302",
    severity: "info",
    title: "A receptive field is larger than the input",
    message: (f: { path: string; field: string; input: string }) =>
      `from ${f.path} on the receptive field of ${f.field} is larger than the input of ${f.input}: every position sees all of it, and padding besides`,
  },
  biasBeforeNorm: {
    code: "CNN4303",
    severity: "info",
    title: "A bias stands before a batch norm",
    message: (f: { path: string; count: number }) =>
      `${f.path} subtracts the mean of each channel, and with it these ${f.count} biases: they learn nothing`,
  },
});
