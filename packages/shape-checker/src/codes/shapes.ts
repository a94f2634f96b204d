/** CNN4xxx: shapes that do not fit. */

import { defineCodes } from "@cnn-lang/parser";

export const { table: shapeCodes, create: shapeProblems } = defineCodes({
  kernelTooLarge: {
    code: "CNN4001",
    severity: "error",
    title: "A kernel does not fit its input",
    message: (facts: { kernel: string; input: string; arithmetic: string }) =>
      `a ${facts.kernel} kernel does not fit ${facts.input}: ${facts.arithmetic}`,
  },
  needsMap: {
    code: "CNN4002",
    severity: "error",
    title: "An operator needs a feature map, but a vector flows",
    message: (facts: { operator: string; input: string }) =>
      `${facts.operator} slides over a feature map, but a vector of ${facts.input} flows here`,
    help: () => "a vector has no height and width left; put this layer before flatten or the global pool",
  },
  groupsDoNotDivide: {
    code: "CNN4003",
    severity: "error",
    title: "Groups must divide the channels",
    message: (facts: { groups: number; channels: number; what: "input channels" | "filters" }) =>
      `${facts.groups} groups do not divide ${facts.channels} ${facts.what}: ${facts.channels} / ${facts.groups} is not whole`,
  },
});
