/** CNN1xxx: what can be wrong with a text before anyone asks what it means. */

import { defineCodes } from "./diagnostic.ts";

/** What `x = …` is read as: a line of the flow, a point in it, a layer with a label, or a value. */
export type AssignmentMeans = "flow" | "point" | "label" | "value";

interface Sign {
  /** As written. */
  readonly text: string;
}

export const { table: syntaxCodes, create: syntax } = defineCodes({
  unexpected: {
    code: "CNN1001",
    severity: "error",
    title: "Something else stands where the grammar wants it",
    message: ({ expected, found }: { expected: string; found: string }) => `expected ${expected}, but found ${found}`,
  },
  unclosed: {
    code: "CNN1002",
    severity: "error",
    title: "A bracket is never closed",
    message: ({ text }: Sign & { comment: boolean }) => `this \`${text}\` is never closed`,
    help: ({ comment }) =>
      comment
        ? "`//` begins a comment, which swallows the rest of the line; whole division is `floor(a / b)`"
        : "every bracket needs its partner in the same block or model",
  },
  closesNothing: {
    code: "CNN1003",
    severity: "error",
    title: "A bracket closes nothing",
    message: ({ text }: Sign) => `this \`${text}\` closes nothing`,
  },
  wrongBracket: {
    code: "CNN1004",
    severity: "error",
    title: "A bracket is closed by another kind",
    message: ({ open, close, right }: { open: string; close: string; right: string }) =>
      `\`${open}\` is closed by \`${right}\`, not by \`${close}\``,
  },
  openString: {
    code: "CNN1005",
    severity: "error",
    title: "A string has no end",
    message: ({ text }: Sign) => `this string has no closing ${text}; a string ends in the line where it begins`,
  },
  openComment: {
    code: "CNN1006",
    severity: "error",
    title: "A comment has no end",
    message: () => "this comment is never closed by `*/`",
  },
  strange: {
    code: "CNN1007",
    severity: "error",
    title: "A sign that the language does not know",
    message: ({ text, name }: Sign & { name?: string; instead?: string }) => `\`${text}\`${name ? ` (${name})` : ""} means nothing in the language`,
    help: ({ instead }) =>
      instead === undefined ? "names are made of letters, digits and `_`; other text belongs in strings and comments" : `write ${instead}`,
  },
  badNumber: {
    code: "CNN1008",
    severity: "error",
    title: "A number is not written as one",
    message: ({ text }: Sign) => `\`${text}\` is neither a number, a size nor a name`,
    help: ({ text }) =>
      /[,%]$|,/.test(text)
        ? "a fraction is written with a point: `0.5`"
        : /^\d+x/.test(text)
        ? "a size has numbers only, `3x3`; a computed one is written `size(height, width)`"
        : "names begin with a letter; the suffixes of numbers are k, M, G and, for bytes, B, kB, MB, GB, KiB, MiB, GiB",
  },
  bareFraction: {
    code: "CNN1009",
    severity: "error",
    title: "A number lacks a digit beside its point",
    message: ({ text }: Sign) => `\`${text}\` needs a digit on both sides of the point`,
  },
  hash: {
    code: "CNN1010",
    severity: "error",
    title: "A comment begins with #",
    message: () => "comments begin with `//`, not with `#`",
  },
  semicolon: {
    code: "CNN1011",
    severity: "error",
    title: "A semicolon",
    message: () => "lines end without `;`; a line break or `->` separates layers",
  },
  singleQuotes: {
    code: "CNN1012",
    severity: "error",
    title: "A string in single quotes",
    message: () => "strings stand in double quotes",
  },
  escape: {
    code: "CNN1013",
    severity: "error",
    title: "An unknown escape in a string",
    message: ({ text }: Sign) => `\`${text}\` is no escape`,
    help: () => "the escapes are `\\\"`, `\\\\`, `\\n`, `\\{`, `\\}` and `\\u{…}` with a character's hexadecimal code",
  },
  openExpression: {
    code: "CNN1014",
    severity: "error",
    title: "An expression in a label has no end",
    message: () => "this `{` has no `}` in its string",
    help: () => "braces in a label hold an expression; a brace that is meant as such is written `\\{`",
  },
  size: {
    code: "CNN1015",
    severity: "error",
    title: "A size is not written as one",
    message: ({ size }: { size: string }) => `a size is written without blanks and with a small x: \`${size}\``,
  },
  arithmetic: {
    code: "CNN1016",
    severity: "error",
    title: "Arithmetic in an argument without parentheses",
    message: ({ text }: Sign) => `arithmetic needs parentheses in an argument: \`(${text})\``,
    help: () => "arguments are separated by blanks, so that `width -1` would be two of them",
  },
  looseMinus: {
    code: "CNN1017",
    severity: "error",
    title: "A minus that is neither sign nor arithmetic",
    message: () => "this `-` is neither a sign nor part of arithmetic",
    help: () =>
      "a sign has a blank before it and none after, `-1`; arithmetic stands in parentheses, `(a - b)`",
  },
  callParentheses: {
    code: "CNN1018",
    severity: "error",
    title: "Arguments of a layer in parentheses",
    message: ({ call }: { call: string }) => `a layer's arguments stand without parentheses and commas: \`${call}\``,
  },
  argumentComma: {
    code: "CNN1019",
    severity: "error",
    title: "A comma between arguments",
    message: ({ layer }: { layer?: string }) => (layer ? `layers follow each other by \`->\`, not by commas: \`-> ${layer}\`` : "arguments are separated by blanks, not by commas"),
  },
  missingComma: {
    code: "CNN1020",
    severity: "error",
    title: "A comma is missing",
    message: ({ found }: { found: string }) => `a comma is missing before ${found}`,
  },
  tuple: {
    code: "CNN1021",
    severity: "error",
    title: "Several values in parentheses",
    message: ({ instead }: { instead: string }) => `parentheses hold one value; write \`${instead}\``,
  },
  frozenAfterLabel: {
    code: "CNN1022",
    severity: "error",
    title: "frozen stands after a label",
    message: () => "`frozen` stands before the label",
  },
  return: {
    code: "CNN1023",
    severity: "error",
    title: "return",
    message: () => "there is no `return`: a block gives what flows at its end",
  },
  capitalBoolean: {
    code: "CNN1024",
    severity: "error",
    title: "True or False",
    message: ({ text }: Sign) => `\`${text}\` is written \`${text.toLowerCase()}\``,
  },
  singleEquals: {
    code: "CNN1025",
    severity: "error",
    title: "= where two values are compared",
    message: () => "values are compared with `==`",
  },
  chain: {
    code: "CNN1026",
    severity: "error",
    title: "A chain of comparisons",
    message: ({ instead }: { instead: string }) => `comparisons do not chain; write \`${instead}\``,
  },
  misplacedNot: {
    code: "CNN1027",
    severity: "error",
    title: "not inside an operation",
    message: () => "`not` needs parentheses here",
  },
  reservedWord: {
    code: "CNN1028",
    severity: "error",
    title: "A word of the language as a name",
    message: ({ text }: Sign) => `\`${text}\` is a word of the language and can't be a name`,
    help: ({ text }) => `another name will do, such as \`${text}_\`; as a label it may stand, \`${text}: …\``,
  },
  label: {
    code: "CNN1029",
    severity: "error",
    title: "A number that is no label",
    message: ({ text }: Sign) => `\`${text}\` is no label: a number as a label has plain digits, no leading zero and no suffix`,
  },
  emptyBranch: {
    code: "CNN1030",
    severity: "error",
    title: "A branch is empty",
    message: () => "this branch is empty",
    help: () => "`identity` passes the input on unchanged",
  },
  firstBar: {
    code: "CNN1031",
    severity: "error",
    title: "The first branch lacks its bar",
    message: () => "every branch begins with `|`, the first one too",
  },
  strayBar: {
    code: "CNN1032",
    severity: "error",
    title: "Branches where none can be",
    message: () => "branches stand in the braces of a join only: `add { | … | … }`, `mul`, `concat`",
  },
  detachedAs: {
    code: "CNN1033",
    severity: "error",
    title: "as begins a line",
    message: () => "`as` stands in the line of the layer that it names",
  },
  afterArrow: {
    code: "CNN1034",
    severity: "error",
    title: "let after an arrow",
    message: () => "`let` takes nothing from the flow: it begins a line, it does not follow `->`",
  },
  openShape: {
    code: "CNN1035",
    severity: "error",
    title: "? outside a shape",
    message: () => "`?` stands in shapes only, as in `64@?x?`",
  },
  shapeForm: {
    code: "CNN1036",
    severity: "error",
    title: "A shape in another notation",
    message: ({ text, shape }: Sign & { shape: string }) =>
      `a shape is written channels@size: \`${shape}\`, not \`${text}\``,
  },
  bareInput: {
    code: "CNN1037",
    severity: "error",
    title: "An input without a shape",
    message: ({ text }: Sign) => `here \`${text}\` is the input's name, and its shape is missing`,
    help: ({ text }) => `a shape of which only \`${text}\` is known stands in parentheses: \`input (${text})\``,
  },
  notCallable: {
    code: "CNN1038",
    severity: "error",
    title: "A value is called like a function",
    message: ({ text }: Sign) => `\`${text}\` is no function; what stands directly before \`(\` is called`,
    help: () => "a blank before the bracket makes it an argument of its own",
  },
  namedFunctionArgument: {
    code: "CNN1039",
    severity: "error",
    title: "A function's argument with a name",
    message: ({ text }: Sign) => `a function's arguments have no names: \`${text}\` goes`,
  },
  nested: {
    code: "CNN1040",
    severity: "error",
    title: "A declaration inside another",
    message: ({ text }: Sign) => `a \`${text}\` stands by itself in a file, not inside another block or model`,
  },
  outside: {
    code: "CNN1041",
    severity: "error",
    title: "Text outside blocks and models",
    message: ({ found }: { found: string; nearest?: string }) =>
      `outside blocks and models stand only \`import\`, \`block\` and \`model\`, but here is ${found}`,
    help: ({ nearest }) =>
      nearest === undefined ? "layers stand in the braces of a block or model" : `did you mean \`${nearest}\`?`,
  },
  firstArrow: {
    code: "CNN1042",
    severity: "error",
    title: "An arrow before the first layer",
    message: () => "nothing stands before this `->`: the first layer in braces receives what flows into them",
  },
  assignment: {
    code: "CNN1043",
    severity: "error",
    title: "Something is assigned to a name",
    message: ({ text, meant }: Sign & { meant: AssignmentMeans }) =>
      ({
        flow: "a layer is not assigned: what it gives flows into the next line by itself",
        point: `a layer is not assigned; what it gives is named behind it: \`… as ${text}\``,
        label: `a layer is not assigned; a label before it names it: \`${text}: …\``,
        value: `a number or another value is named by \`let\`: \`let ${text} = …\``,
      })[meant],
    help: ({ text, meant }) => (meant === "label" ? `what it gives is named behind it, \`… as ${text}\`` : undefined),
  },
  hyphen: {
    code: "CNN1044",
    severity: "error",
    title: "A name with a hyphen",
    message: ({ instead }: { instead: string }) => `names are joined by \`_\`, not by \`-\`: \`${instead}\``,
  },
  equals: {
    code: "CNN1045",
    severity: "error",
    title: "A name and its value are not joined by =",
    message: ({ instead }: { instead: string }) =>
      instead.includes("=") ? `a name is given its value with \`=\`: \`${instead}\`` : `a parameter has no type: \`${instead}\``,
  },
  module: {
    code: "CNN1046",
    severity: "error",
    title: "A module before a layer's name",
    message: () => "a layer's name stands by itself, without a module or an object before it",
  },
  power: {
    code: "CNN1047",
    severity: "error",
    title: "A power",
    message: ({ instead }: { instead: string }) => `a power is written \`${instead}\``,
  },
  inputSign: {
    code: "CNN1048",
    severity: "error",
    title: "A sign before an input's shape",
    message: ({ text }: Sign) => `an input's shape stands behind it without \`${text}\``,
  },
  assertedShape: {
    code: "CNN1049",
    severity: "error",
    title: "assert before a shape",
    message: ({ shape }: { shape: string }) => `a shape asserts by itself what flows: \`-> ${shape}\`, or on a line of its own`,
    help: () => "`assert` takes conditions, such as `assert here.channels == 16`",
  },
  tooDeep: {
    code: "CNN1090",
    severity: "error",
    title: "Nested too deeply",
    message: ({ limit }: { limit: number }) => `brackets, conditions and operations are nested more than ${limit} deep here`,
    help: () => "a `let` or a block of its own makes a part flat again",
  },
  tooLong: {
    code: "CNN1091",
    severity: "error",
    title: "A file is too long",
    message: ({ length, limit }: { length: number; limit: number }) =>
      `the file has ${length.toLocaleString("en")} characters; the compiler reads up to ${limit.toLocaleString("en")}`,
  },
  more: {
    code: "CNN1099",
    severity: "error",
    title: "More mistakes",
    message: ({ shown }: { shown: number }) => `only the first ${shown} mistakes of this file are shown`,
  },
});
