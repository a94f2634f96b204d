/** CNN3xxx: values and arguments. */

import { defineCodes } from "@cnn-lang/parser";

const nearest = (suggestion: string | undefined): string => (suggestion ? `; did you mean ${suggestion}?` : "");

export const { table: valueCodes, create: valueProblems } = defineCodes({
  unknownArgument: {
    code: "CNN3001",
    severity: "error",
    title: "An unknown argument",
    message: (f: { callee: string; name: string; parameters: readonly string[]; suggestion?: string; why?: string }) =>
      f.why === undefined ? `${f.callee} has no argument called ${f.name}${nearest(f.suggestion)}` : `${f.callee} takes no ${f.name}: ${f.why}`,
    help: (f) => (f.parameters.length === 0 ? `${f.callee} takes no arguments` : `it takes ${f.parameters.join(", ")}`),
  },
  tooManyArguments: {
    code: "CNN3002",
    severity: "error",
    title: "Too many arguments",
    message: (f: { callee: string; takes: readonly string[]; layer?: string }) =>
      f.layer !== undefined
        ? `an arrow is missing between ${f.callee} and ${f.layer}`
        : f.takes.length === 0
          ? `${f.callee} takes no arguments`
          : `${f.callee} takes no more arguments than ${f.takes.join(", ")}`,
  },
  missingArgument: {
    code: "CNN3003",
    severity: "error",
    title: "A missing argument",
    message: (f: { callee: string; missing: readonly { readonly name: string; readonly what?: string }[]; usage?: string }) =>
      `${f.callee} needs ${f.missing.map(({ name, what }) => (what ? `${name} (${what})` : name)).join(" and ")}`,
    help: (f) => f.usage,
  },
  argumentTwice: {
    code: "CNN3004",
    severity: "error",
    title: "An argument is given twice",
    message: (f: { callee: string; name: string }) => `${f.callee} is given ${f.name} twice`,
  },
  wrongType: {
    code: "CNN3005",
    severity: "error",
    title: "A value of another type is needed",
    message: (f: { what: string; needed: string; found: string }) => `${f.what} must be ${f.needed}, but this is ${f.found}`,
  },
  notWhole: {
    code: "CNN3006",
    severity: "error",
    title: "A count is not whole",
    message: (f: { value: string; unit: string; arithmetic: string }) =>
      f.arithmetic === f.value ? `${f.value} ${f.unit}: that is not whole` : `${f.value} ${f.unit}: ${f.arithmetic} is not whole`,
    help: () => "/ is true division; floor(…), ceil(…) and round(…) make a number whole",
  },
  outOfRange: {
    code: "CNN3007",
    severity: "error",
    title: "A value is out of range",
    message: (f: { what: string; range: string; value: string }) => `${f.what} must be ${f.range}, but this is ${f.value}`,
    help: (f) => (f.value.startsWith("0x") ? `${f.value} is a size, 0 by ${f.value.slice(2)}; the language has no hexadecimal numbers` : undefined),
  },
  unknownWord: {
    code: "CNN3008",
    severity: "error",
    title: "A word that the argument does not know",
    message: (f: { what: string; words: readonly string[]; found: string; suggestion?: string }) =>
      `${f.what} is ${f.words.slice(0, -1).join(", ")} or ${f.words.at(-1)}, but this is ${f.found}${nearest(f.suggestion)}`,
  },
  axesDiffer: {
    code: "CNN3009",
    severity: "error",
    title: "A size has another number of axes than the flow",
    message: (f: { parameter: string; callee: string; size: string; flow: string; axes: number }) =>
      `the ${f.parameter} ${f.size} of ${f.callee} does not fit ${f.flow}, which has ${f.axes} ${f.axes === 1 ? "axis" : "axes"}`,
    help: () => "a size has one number for each axis; a single number means that number on each",
  },
  wrongOperands: {
    code: "CNN3010",
    severity: "error",
    title: "An operator cannot take these values",
    message: (f: { operator: string; left: string; right?: string }) =>
      f.right === undefined ? `${f.operator} does not take ${f.left}` : `${f.operator} does not take ${f.left} and ${f.right}`,
  },
  notExact: {
    code: "CNN3011",
    severity: "error",
    title: "A number is too large to be exact",
    message: (f: { expression: string }) => `${f.expression} is beyond 2^53, where whole numbers are no longer exact`,
  },
  divisionByZero: {
    code: "CNN3012",
    severity: "error",
    title: "Division by zero",
    message: (f: { arithmetic: string }) => `${f.arithmetic} divides by zero`,
  },
  indexOutOfRange: {
    code: "CNN3013",
    severity: "error",
    title: "A list has no such place",
    message: (f: { index: number; length: number }) =>
      f.length === 0 ? `an empty list has no place ${f.index}` : `a list of ${f.length} has places 0 to ${f.length - 1}, not ${f.index}`,
    help: (f) => (f.index < 0 ? "places count from 0 at the start; the last is at len(list) - 1" : undefined),
  },
  unknownFunction: {
    code: "CNN3014",
    severity: "error",
    title: "An unknown function",
    message: (f: { name: string; suggestion?: string; value?: true }) =>
      f.value ? `${f.name} is a value, no function, but a bracket stands directly behind it` : `there is no function called ${f.name}${nearest(f.suggestion)}`,
    help: (f) => (f.value ? `a blank makes two arguments of it, ${f.name} (…); an item of a list is ${f.name}[…]` : undefined),
  },
  functionArguments: {
    code: "CNN3015",
    severity: "error",
    title: "A function is given wrong arguments",
    message: (f: { name: string; takes: string; found: string }) => `${f.name} takes ${f.takes}, but gets ${f.found}`,
  },
  unknownField: {
    code: "CNN3016",
    severity: "error",
    title: "The flow has no such field",
    message: (f: { field: string; flow: string; fields: readonly string[]; suggestion?: string }) =>
      `${f.flow} flows here, which has no ${f.field}${nearest(f.suggestion)}`,
    help: (f) => `it has ${f.fields.join(", ")}`,
  },
  unequalLists: {
    code: "CNN3017",
    severity: "error",
    title: "zip is given lists of unequal length",
    message: (f: { lengths: readonly number[] }) => `zip takes lists of one length, but these have ${f.lengths.join(" and ")}`,
  },
  loopNames: {
    code: "CNN3018",
    severity: "error",
    title: "A loop takes items apart that do not fit its names",
    message: (f: { names: number; item: string }) =>
      `${f.names} names take lists of ${f.names} apart, but an item here is ${f.item}`,
  },
  assertionFailed: {
    code: "CNN3019",
    severity: "error",
    title: "An assertion does not hold",
    message: (f: { condition: string; values: string; said?: string }) =>
      f.said ? `${f.said} (${f.values || f.condition})` : `${f.condition} does not hold${f.values ? `: ${f.values}` : ""}`,
  },
  unsettableParameter: {
    code: "CNN3020",
    severity: "error",
    title: "The model has no such parameter",
    message: (f: { model: string; name: string; suggestion?: string }) =>
      `${f.model} has no parameter called ${f.name}${nearest(f.suggestion)}`,
  },
  parameterWithoutDefault: {
    code: "CNN3021",
    severity: "error",
    title: "A model's parameter has no default",
    message: (f: { name: string }) => `${f.name} needs a default: without a number nothing of this model can be checked`,
    help: (f) => `write ${f.name} = VALUE; --set ${f.name}=… and a recipe's arguments give it another`,
  },
  groupTakesNoArguments: {
    code: "CNN3022",
    severity: "error",
    title: "A group in braces takes no arguments",
    message: (f: { name: string }) => `${f.name} is a group in braces in this use, which takes no arguments`,
    help: () => "give a block or operator by its name instead: it takes the arguments where it is used",
  },
  notALayer: {
    code: "CNN3023",
    severity: "error",
    title: "A value stands where a layer belongs",
    message: (f: { name: string; found: string }) => `${f.name} is ${f.found} here, not a layer`,
  },
  metricOutside: {
    code: "CNN3024",
    severity: "error",
    title: "Budgets stand in models",
    message: (f: { name: string }) => `${f.name} is counted for a whole model, so it is asserted directly in a model`,
  },
  layerInside: {
    code: "CNN3026",
    severity: "error",
    title: "A layer among another's arguments",
    message: (f: { inner: string; outer: string; flow: string }) => `${f.inner} stands before ${f.outer} in the flow, not in its arguments: ${f.flow}`,
  },
  bytesNeeded: {
    code: "CNN3025",
    severity: "error",
    title: "Bytes compare with memory only",
    message: (f: { left: string; right: string }) => `${f.left} and ${f.right} cannot go together: only one of them is bytes`,
    help: () => "memory and training_memory are bytes (50MB, 1GiB); parameters, trainable and macs are counts (5M, 300k)",
  },
});
