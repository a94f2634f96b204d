/** CNN2xxx: names and imports. CNN9xxx: limits. */

import { defineCodes } from "@cnn-lang/parser";

const nearest = (suggestion: string | undefined): string => (suggestion ? `; did you mean ${suggestion}?` : "");

interface UnknownName {
  readonly name: string;
  readonly suggestion?: string;
  /** It ended with its braces. */
  readonly ended?: true;
  /** It is a parameter of this other declaration. */
  readonly owner?: string;
  /** It is a parameter that comes after this default. */
  readonly later?: true;
  /** It is a point in the flow. */
  readonly point?: true;
  /** It is a layer's label. */
  readonly label?: true;
  /** It is an argument's name, and this is how the argument is written. */
  readonly argument?: string;
}

function unknownName({ name, suggestion, ended, owner, later, point, label, argument }: UnknownName): string {
  if (argument !== undefined) return `${name} is the name of an argument: what it is given stands behind a =, as in ${argument}`;
  if (point) return `${name} is a point in the flow, and no value: concat ${name}, add ${name} or mul ${name} join it with what flows`;
  if (label) return `${name} is a label, which names a layer; what flows out of it is named behind it, … as ${name}`;
  if (ended) return `${name} is not defined here: it ended with the braces in which it was defined`;
  if (later) return `${name} is not defined yet: a default sees the parameters before it, and ${name} comes after`;
  if (owner) return `${name} is not defined here: it is a parameter of ${owner}, and others see nothing of it`;
  return `${name} is not defined here${nearest(suggestion)}`;
}

/** How to say what stands where it cannot. */
const instead = {
  input: "a block or group is given what flows at its use",
  output: "name this point with as, and write output NAME in the model behind a line that starts from it",
  load: "in the model, load takes the tensors that the block's paths name",
  freeze: "in the model, freeze PATH names the layers; or write frozen before the layer or the block's use",
} as const;

export const { table: nameCodes, create: nameProblems } = defineCodes({
  unknownLayer: {
    code: "CNN2001",
    severity: "error",
    title: "An unknown operator or block",
    message: (f: { name: string; suggestion?: string; foreign?: string; alias?: true; label?: true }) =>
      f.label
        ? `${f.name} is a label: reuse ${f.name} applies its layer again, with the same weights`
        : f.alias
          ? `${f.name} is called ${f.suggestion} in this language`
          : `there is no operator or block called ${f.name}${f.foreign ? ` (it holds the letter ${f.foreign})` : ""}${nearest(f.suggestion)}`,
    help: (f) =>
      f.suggestion || f.label ? undefined : "a layer is an operator (conv, dense, maxpool …) or a block, declared in this file or imported",
  },
  unknownName: {
    code: "CNN2002",
    severity: "error",
    title: "An unknown name",
    message: unknownName,
    help: (f: UnknownName) =>
      f.owner ? `give this declaration a parameter of its own, and pass ${f.name} where it is used`
      : f.argument !== undefined || f.label || f.point ? undefined
      : "names come from parameters, let, for and as; a bare operator or block is a layer as a value",
  },
  duplicateDeclaration: {
    code: "CNN2003",
    severity: "error",
    title: "A name is declared twice",
    message: (f: { name: string }) => `${f.name} is declared twice`,
  },
  reservedDeclaration: {
    code: "CNN2004",
    severity: "error",
    title: "A block or model has the name of an operator",
    message: (f: { name: string }) => `${f.name} is the name of an operator; choose another`,
    help: (f) => `blocks and operators are called in one way, so their names must differ: ${f.name}_block, for one`,
  },
  shadowed: {
    code: "CNN2005",
    severity: "error",
    title: "A name hides another",
    message: (f: { name: string }) => `${f.name} is already defined here; choose another name`,
  },
  valueNameTaken: {
    code: "CNN2006",
    severity: "error",
    title: "A point in the flow is named like something else",
    message: (f: { name: string; what: string }) => `${f.name} is ${f.what} already; a point in the flow needs a name of its own`,
  },
  recursion: {
    code: "CNN2007",
    severity: "error",
    title: "A block contains itself",
    message: (f: { chain: readonly string[] }) => `a block may not contain itself: ${f.chain.join(" → ")}`,
    help: () => "a network is finite: write repeat or for instead",
  },
  usedBefore: {
    code: "CNN2008",
    severity: "error",
    title: "A point in the flow is used before it is named",
    message: (f: { name: string; line: number }) => `${f.name} is named in line ${f.line}, below`,
  },
  modelAsLayer: {
    code: "CNN2009",
    severity: "error",
    title: "A model stands where a layer belongs",
    message: (f: { name: string }) => `${f.name} is a model; only blocks can be used inside a network`,
    help: () => "make it a block: block name(…) { … } without its input line",
  },
  importFailed: {
    code: "CNN2010",
    severity: "error",
    title: "An import cannot be read",
    message: (f: { path: string; why: string }) => `"${f.path}" cannot be imported: ${f.why}`,
  },
  importCycle: {
    code: "CNN2011",
    severity: "error",
    title: "Files import each other in a circle",
    message: (f: { chain: readonly string[] }) => `these files import each other in a circle: ${f.chain.join(" → ")}`,
  },
  importMissing: {
    code: "CNN2012",
    severity: "error",
    title: "An imported name does not exist",
    message: (f: { name: string; path: string; imported: boolean; suggestion?: string }) =>
      f.imported
        ? `"${f.path}" only imports ${f.name} itself; import it from the file that declares it`
        : `"${f.path}" has no block or model called ${f.name}${nearest(f.suggestion)}`,
  },
  importPath: {
    code: "CNN2013",
    severity: "error",
    title: "An import path is not a relative .cnn file",
    message: (f: { path: string }) => `"${f.path}" cannot be imported: a path starts with ./ or ../ and ends in .cnn`,
  },
  baseNotModel: {
    code: "CNN2014",
    severity: "error",
    title: "A model is derived from something that is not a model",
    message: (f: { name: string; suggestion?: string; block: boolean }) =>
      f.block ? `${f.name} is a block; a model can only be derived from a model` : `there is no model called ${f.name}${nearest(f.suggestion)}`,
    help: (f) => (f.block ? `a model of it has an input of its own: model NAME { input 3@32x32 -> ${f.name} … }` : undefined),
  },
  derivedCycle: {
    code: "CNN2015",
    severity: "error",
    title: "Models are derived from each other in a circle",
    message: (f: { chain: readonly string[] }) => `a model may not be derived from itself: ${f.chain.join(" → ")}`,
  },
  derivedBody: {
    code: "CNN2016",
    severity: "error",
    title: "A derived model holds layers",
    message: () => "the body of a derived model holds only load, freeze and assert",
    help: () => "its layers are those of the model that it is derived from; what is to differ becomes a parameter there",
  },
  modelOnly: {
    code: "CNN2017",
    severity: "error",
    title: "A statement stands outside a model's own body",
    message: (f: { what: keyof typeof instead }) => `${f.what} may stand only directly in a model, not in a block or group`,
    help: (f: { what: keyof typeof instead }) => instead[f.what],
  },
  duplicatePath: {
    code: "CNN2018",
    severity: "error",
    title: "Two layers have one path",
    message: (f: { path: string; what: "layer" | "group"; loop: boolean }) =>
      f.loop ? `each turn of the loop would call its ${f.what} ${f.path}` : `two ${f.what}s are called ${f.path}`,
    help: (f) =>
      f.loop ? 'label the loop instead, or number the label: "name{i}"' : "a layer's path is its weights' name, so it must be unique",
  },
  unknownReuse: {
    code: "CNN2019",
    severity: "error",
    title: "Nothing to reuse",
    message: (f: { name: string; suggestion?: string }) => `no layer labelled ${f.name} can be seen here${nearest(f.suggestion)}`,
  },
  noModel: {
    code: "CNN2020",
    severity: "error",
    title: "The file has no such model",
    message: (f: { name: string; suggestion?: string }) =>
      f.name === "" ? "the name of a model is missing behind #" : `there is no model called ${f.name}${nearest(f.suggestion)}`,
  },
  valueAfterArrow: {
    code: "CNN2021",
    severity: "error",
    title: "A named point throws the flow away",
    message: (f: { name: string }) => `what flowed here is thrown away: ${f.name} starts the flow again, so it stands at the start of a line`,
    help: (f) => `to join both write concat ${f.name} or add ${f.name}`,
  },
  lostName: {
    code: "CNN2022",
    severity: "error",
    title: "A point is given two names, or none",
    message: (f: { expected: number; given: number }) =>
      `this gives ${f.expected} ${f.expected === 1 ? "value" : "values"}, but ${f.given} ${f.given === 1 ? "name stands" : "names stand"} after as`,
  },
  fileFailed: {
    code: "CNN2023",
    severity: "error",
    title: "A file cannot be read",
    message: (f: { file: string; why: string }) => `${f.file} cannot be read: ${f.why}`,
  },
  unusedName: {
    code: "CNN2101",
    severity: "warning",
    title: "A name is never used",
    message: (f: { what: string; name: string }) => `${f.what} ${f.name} is never used`,
    help: (f) => (f.what === "the parameter" || f.what === "the loop name" ? "a name that begins with _ may stay unused" : undefined),
  },
  emptyFile: {
    code: "CNN2102",
    severity: "warning",
    title: "The file is empty",
    message: () => "this file holds no model and no block",
  },
});

export const { table: limitCodes, create: limitProblems } = defineCodes({
  tooManyLayers: {
    code: "CNN9001",
    severity: "error",
    title: "A network has too many layers",
    message: (f: { limit: number }) => `this network has more than ${f.limit.toLocaleString("en")} layers`,
  },
  tooManyTurns: {
    code: "CNN9002",
    severity: "error",
    title: "A loop is too long",
    message: (f: { turns: number; limit: number }) =>
      `${f.turns.toLocaleString("en")} turns are more than the ${f.limit.toLocaleString("en")} that a loop may take`,
  },
  tooDeep: {
    code: "CNN9003",
    severity: "error",
    title: "Blocks are nested too deeply",
    message: (f: { limit: number }) => `blocks are nested more than ${f.limit} deep here`,
  },
  listTooLong: {
    code: "CNN9004",
    severity: "error",
    title: "A list is too long",
    message: (f: { length: number; limit: number }) =>
      `a list of ${f.length.toLocaleString("en")} is more than the ${f.limit.toLocaleString("en")} that a list may hold`,
  },
  tooMuchWork: {
    code: "CNN9005",
    severity: "error",
    title: "Expanding a network takes too much work",
    message: (f: { limit: number }) => `expanding this network takes more than ${f.limit.toLocaleString("en")} steps`,
    help: () => "loops inside blocks inside loops multiply; fewer turns, or fewer levels, bring it down",
  },
});
