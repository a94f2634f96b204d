/** CNN41xx: what flows, and what joins it. */

import { defineCodes } from "@cnn-lang/parser";

export const { table: flowCodes, create: flowProblems } = defineCodes({
  assertedShape: {
    code: "CNN4101",
    severity: "error",
    title: "An asserted shape is not the one that flows",
    message: (f: { asserted: string; found: string }) => `this asserts ${f.asserted}, but ${f.found} flows here`,
  },
  skipDiffers: {
    code: "CNN4102",
    severity: "error",
    title: "A skip's body and input differ in shape",
    message: (f: { body: string; input: string }) => `the body of this skip gives ${f.body}, its input is ${f.input}: they cannot be added`,
    help: () => "project { … } after the body brings the input along; it is built only where the shapes differ",
  },
  projectionDiffers: {
    code: "CNN4103",
    severity: "error",
    title: "A skip's projection does not give the body's shape",
    message: (f: { body: string; projected: string; input: string }) =>
      `the body of this skip gives ${f.body}, but its projection makes ${f.projected} of the input ${f.input}`,
  },
  noInput: {
    code: "CNN4104",
    severity: "error",
    title: "A model has no input",
    message: (f: { model: string }) => `${f.model} has no input: nothing flows into its first layer`,
    help: () => "begin with a line such as input 3@32x32",
  },
  nothingFlows: {
    code: "CNN4105",
    severity: "error",
    title: "Nothing flows into a layer",
    message: (f: { begun: boolean }) =>
      f.begun ? "nothing flows here: the flow ended in the lines above" : "nothing flows here: no input stands above",
    help: (f) => (f.begun ? "start the line from a named point: name -> …" : "a model begins with a line such as input 3@32x32"),
  },
  leftOver: {
    code: "CNN4106",
    severity: "error",
    title: "A flow is left over at the end of a model",
    message: (f: { shape: string; outputs: readonly string[] }) =>
      `${f.shape} is left over at the end of the model: it goes into none of its outputs (${f.outputs.join(", ")})`,
    help: () => "end it with output NAME, or leave these layers out",
  },
  noOutput: {
    code: "CNN4107",
    severity: "error",
    title: "A model gives nothing",
    message: (f: { model: string }) => `nothing flows at the end of ${f.model}, and it has no output line`,
    help: () => "what flows at the end is the output; after split, input or output a line starts from a named point",
  },
  emptyBody: {
    code: "CNN4108",
    severity: "error",
    title: "Braces hold no layer",
    message: () => "these braces hold no layer",
    help: () => "identity passes the flow through",
  },
  unnamedParts: {
    code: "CNN4109",
    severity: "error",
    title: "The parts of a split have no names",
    message: (f: { parts: number }) => `split gives ${f.parts} parts, which need names: split … as a, b`,
  },
  openInput: {
    code: "CNN4110",
    severity: "error",
    title: "An input's size is left open",
    message: () => "an input needs numbers: weights and costs cannot be counted without them",
    help: () => "for other sizes use a parameter (side = 224x224, input 3@side) or --input; the legal ones are inferred",
  },
  inputTwice: {
    code: "CNN4111",
    severity: "error",
    title: "Two inputs or outputs have one name",
    message: (f: { what: "input" | "output"; name: string }) => `there are two ${f.what}s called ${f.name}; each needs a name of its own`,
    help: (f) => (f.what === "input" ? "input left 1@28x28 names an input" : undefined),
  },
  channelsLast: {
    code: "CNN4112",
    severity: "warning",
    title: "An input's channels seem to stand last, or a batch first",
    message: (f: { written: string; reading: string; meant: string }) =>
      `${f.written} is ${f.reading}; is ${f.meant} meant?`,
    help: () => "shapes are channels@height x width, and the batch is never written",
  },
  inputChannelsWritten: {
    code: "CNN4116",
    severity: "warning",
    title: "A convolution seems to begin with its input channels",
    message: (f: { written: string; reading: string; meant: string }) => `${f.written} is ${f.reading}; is ${f.meant} meant?`,
    help: () => "input channels are never written: a layer takes those that flow into it",
  },
  branchesOfNoJoin: {
    code: "CNN4117",
    severity: "error",
    title: "Branches stand behind a layer that joins nothing",
    message: (f: { name: string }) => `${f.name} has one input, so it takes no branches; add, mul and concat join them`,
  },
  unusableLabel: {
    code: "CNN4113",
    severity: "error",
    title: "A label names what is no layer",
    message: (f: { what: string; input?: string }) =>
      f.input === undefined
        ? `${f.what} is no layer, so it takes no label; as NAME names what flows there`
        : `input stands without a colon: input ${f.input}`,
  },
  badLabel: {
    code: "CNN4114",
    severity: "error",
    title: "A computed label is no name",
    message: (f: { label: string }) => `"${f.label}" cannot name a layer: a path's segment has no dots, quotes or control characters`,
  },
  groupMayNot: {
    code: "CNN4115",
    severity: "error",
    title: "Something stands where it cannot",
    message: (f: { what: string }) => `${f.what} may not stand in a group that is given as an argument`,
  },
});
