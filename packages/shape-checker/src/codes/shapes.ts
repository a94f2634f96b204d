/** CNN4xxx: shapes that do not fit. Each message shows the shapes, or the arithmetic, in the reader's own numbers. */

import { defineCodes } from "@cnn-lang/parser";

export const { table: shapeCodes, create: shapeProblems } = defineCodes({
  kernelTooLarge: {
    code: "CNN4001",
    severity: "error",
    title: "A kernel does not fit its input",
    message: (facts: { kernel: string; input: string; axis: string; arithmetic: string }) =>
      `a ${facts.kernel.includes("x") ? `${facts.kernel} kernel` : `kernel of ${facts.kernel}`} does not fit ${facts.input}: the output ${facts.axis} would be ${facts.arithmetic}`,
    help: () => "every output size must be 1 or more; pad the map, take a smaller kernel, or shrink the map less before this layer",
  },
  needsMap: {
    code: "CNN4002",
    severity: "error",
    title: "A layer needs a map, but a vector flows",
    message: (facts: { operator: string; input: string }) =>
      `${facts.operator} works on a map (C@HxW, C@L or C@DxHxW), but a vector of ${facts.input} flows here`,
    help: () => "a vector has no height and width left; put this layer before flatten or the global pool",
  },
  groupsDoNotDivide: {
    code: "CNN4003",
    severity: "error",
    title: "Groups must divide the channels",
    message: (facts: { groups: number; channels: number; what: "input channels" | "filters" | "channels" }) =>
      `${facts.groups} groups do not divide ${facts.channels} ${facts.what}: ${ratio(facts.channels, facts.groups)} is not whole`,
  },
  denseOnMap: {
    code: "CNN4004",
    severity: "error",
    title: "A dense layer needs a vector, but a map flows",
    message: (facts: { input: string; count: number; channels: number }) => `dense takes a vector, but ${facts.input} flows here`,
    help: (facts: { input: string; count: number; channels: number }) =>
      `flatten makes ${facts.input} a vector of ${facts.count}, globalavgpool one of ${facts.channels}; ` +
      "dense over=channels works at every position of the map",
  },
  shapesDiffer: {
    code: "CNN4005",
    severity: "error",
    title: "Shapes that are added or multiplied must agree",
    message: (facts: { operator: string; first: string; other: string; difference: string; axesAgree: boolean; areVectors: boolean }) =>
      `${facts.operator} needs equal shapes, but ${facts.first} meets ${facts.other}: ${facts.difference}`,
    help: (facts: { axesAgree: boolean; areVectors: boolean }) =>
      facts.areVectors
        ? "a dense layer brings a vector to another length; concat puts one behind the other instead of adding them"
        : facts.axesAgree
        ? "a 1x1 convolution brings a branch to another channel count; concat stacks channels instead of adding them"
        : "check stride and padding of the branches; a vector C and a map C@1x1 may meet C@HxW",
  },
  axesDiffer: {
    code: "CNN4006",
    severity: "error",
    title: "Maps that are concatenated must have one size",
    message: (facts: { first: string; other: string; difference: string }) =>
      `concat stacks channels, so all other sizes must agree, but ${facts.first} meets ${facts.other}: ${facts.difference}`,
    help: () => "check stride and padding of the branches; crop, pad or upsample brings a map to another's size",
  },
  countsDiffer: {
    code: "CNN4007",
    severity: "error",
    title: "Reshaping must keep the number of values",
    message: (facts: { input: string; inputCount: string; shape: string; shapeCount: string }) =>
      `${facts.input} holds ${facts.inputCount} values, ${facts.shape} holds ${facts.shapeCount}`,
  },
  paddingTooWide: {
    code: "CNN4008",
    severity: "error",
    title: "A pool's padding may not exceed half its kernel",
    message: (facts: { operator: string; padding: number; kernel: number }) =>
      `padding ${facts.padding} is more than half of the kernel's ${facts.kernel}: ${facts.operator} would take windows of nothing but padding`,
  },
  partsDoNotFit: {
    code: "CNN4009",
    severity: "error",
    title: "The parts of a split must make up the channels",
    message: (facts: { input: string; arithmetic: string }) => `cannot split ${facts.input}: ${facts.arithmetic}`,
  },
  wrongOrder: {
    code: "CNN4010",
    severity: "error",
    title: "permute must name each axis of the flow once",
    message: (facts: { order: string; input: string; axes: string }) =>
      `permute names ${facts.order}, but ${facts.input} has the axes ${facts.axes}`,
  },
  exactlyOne: {
    code: "CNN4011",
    severity: "error",
    title: "Exactly one of two arguments is needed",
    message: (facts: { operator: string; one: string; other: string; given: "neither" | "both" }) =>
      `${facts.operator} needs exactly one of ${facts.one} and ${facts.other}; ${facts.given} ${facts.given === "both" ? "are" : "is"} given`,
  },
  wrongAxes: {
    code: "CNN4012",
    severity: "error",
    title: "A layer works on another number of axes",
    message: (facts: { what: string; needs: string; noun: string; input: string }) =>
      `${facts.what} works on ${facts.needs}, but ${facts.noun} ${facts.input} flows here`,
  },
  cropTooLarge: {
    code: "CNN4013",
    severity: "error",
    title: "A crop does not lie inside its input",
    message: (facts: { size: string; input: string; difference: string }) =>
      `a crop of ${facts.size} does not lie inside ${facts.input}: ${facts.difference}`,
  },
  mirrorTooWide: {
    code: "CNN4014",
    severity: "error",
    title: "Padding reaches further than the map it copies from",
    message: (facts: { mode: string; padding: number; axis: string; size: number; most: number }) =>
      `${facts.mode} padding of ${facts.padding} needs more than the ${facts.axis} of ${facts.size} can give: at most ${facts.most}`,
  },
  channelPadding: {
    code: "CNN4015",
    severity: "error",
    title: "Channels are padded equally before and after",
    message: (facts: { channels: number; input: number }) =>
      facts.channels < facts.input
        ? `pad channels=${facts.channels} cannot shrink ${facts.input} channels`
        : `${facts.channels} − ${facts.input} = ${facts.channels - facts.input} new channels cannot be shared equally between before and after`,
  },
  tooLarge: {
    code: "CNN4016",
    severity: "error",
    title: "A count exceeds 2^53",
    message: (facts: { what: "values in its output" | "weights" | "multiply-accumulates"; value: string }) =>
      `this layer has ${facts.value} ${facts.what}, more than 2^53, the largest count that stays exact`,
  },
  channelsDoNotUnfold: {
    code: "CNN4017",
    severity: "error",
    title: "pixel_shuffle needs a multiple of its factor squared",
    message: (facts: { channels: number; factor: number }) =>
      `${facts.channels} channels do not unfold into ${facts.factor}x${facts.factor} pixels: ${ratio(facts.channels, facts.factor ** 2)} is not whole`,
    help: (facts: { channels: number; factor: number }) => `multiples of ${facts.factor}·${facts.factor} do: ${unfolding(facts).join(" or ")} channels`,
  },
  addSpreads: {
    code: "CNN4018",
    severity: "warning",
    title: "add spreads a map of one pixel over another",
    message: (facts: { small: string; large: string }) =>
      `add spreads ${facts.small} over every position of ${facts.large}; is a layer of another size meant?`,
  },
  outputPadTooLarge: {
    code: "CNN4019",
    severity: "error",
    title: "output_pad must be smaller than stride or dilation",
    message: (facts: { outputPad: number; stride: number; dilation: number }) =>
      `output_pad=${facts.outputPad} must be smaller than the stride ${facts.stride} or the dilation ${facts.dilation}`,
    help: () => "output_pad chooses between the sizes that one stride cannot tell apart; larger borders are pad's work",
  },
  paddingEatsOutput: {
    code: "CNN4020",
    severity: "error",
    title: "A transposed convolution's padding leaves no output",
    message: (facts: { input: string; axis: string; arithmetic: string }) =>
      `the padding cuts away all that ${facts.input} gives: the output ${facts.axis} would be ${facts.arithmetic}`,
  },
  joinNeedsTwo: {
    code: "CNN4021",
    severity: "error",
    title: "A join needs two inputs",
    message: (facts: { operator: string }) => `${facts.operator} joins two inputs or more, but only one reaches it`,
    help: (facts: { operator: string }) => `${facts.operator} NAME joins what flows with a named point; ${facts.operator} { | … | … } joins branches`,
  },
  oneValueNormalized: {
    code: "CNN4022",
    severity: "error",
    title: "One value cannot be normalised",
    message: (facts: { operator: string; input: string }) =>
      `${facts.operator} subtracts each channel's mean over its positions, but ${facts.input} has one position: all would be 0`,
    help: () => "normalise before the map becomes one pixel, or over the channels with layernorm",
  },
  cornersNeedInterpolation: {
    code: "CNN4023",
    severity: "error",
    title: "align_corners belongs to interpolation",
    message: () => "align_corners=true has no meaning for mode=nearest, which interpolates nothing",
  },
  zerosOnly: {
    code: "CNN4024",
    severity: "error",
    title: "Added channels hold zeros",
    message: (facts: { mode: string }) => `mode=${facts.mode} has no meaning for added channels, which hold zeros`,
  },
});

/** The nearest channel counts that unfold. */
const unfolding = ({ channels, factor }: { readonly channels: number; readonly factor: number }): readonly number[] => {
  const step = factor ** 2;
  const below = Math.floor(channels / step) * step;
  return [below, below + step].filter((count) => count > 0);
};

const ratio = (channels: number, by: number): string => `${channels} / ${by} = ${Number(channels < by ? (channels / by).toPrecision(2) : (channels / by).toFixed(2))}`;
