/** A recipe's text: JSON, then its form as the schema has it. All mistakes are found at once, each at its place in the text. */

import { createSource, type Diagnostic, type Finding, type Fix, locate, suggest } from "@cnn-lang/parser";
import { type Node, parseTree, type ParseError, printParseErrorCode } from "jsonc-parser";
import { recipeProblems } from "../codes/recipe.ts";
import { type JsonPath, type Places, placesIn } from "./places.ts";
import { type Recipe, resolveRecipe, type WrittenRecipe } from "./recipe.ts";
import { schemaErrors } from "./validate.generated.ts";

export interface ReadRecipe {
  /** With every default written out; undefined where the text is not a recipe. */
  readonly recipe?: Recipe;
  readonly places: Places;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a recipe's text. Never throws for what stands in it. */
export function readRecipe(file: string, text: string): ReadRecipe {
  const source = createSource(file, text);
  const errors: ParseError[] = [];
  const json = text.replace(/^\uFEFF/, " ");
  const root = parseTree(json, errors, { disallowComments: true, allowTrailingComma: false });
  const places = placesIn(source, root);
  const [error] = errors;
  if (error || !root) {
    const [offset, length] = error ? [error.offset, error.length] : [0, 0];
    const why = error ? (syntaxWords[printParseErrorCode(error.error)] ?? printParseErrorCode(error.error)) : "the file is empty";
    return { places, diagnostics: [locate(recipeProblems.notJson({ why }), source.span(offset, Math.min(text.length, offset + length)))] };
  }

  const value: unknown = JSON.parse(json);
  const diagnostics = [...duplicateKeys(root, places, []), ...formErrors(value, places)];
  if (diagnostics.length > 0 || !isRecipe(value)) return { places, diagnostics };
  const recipe = resolveRecipe(value);
  return { recipe, places, diagnostics: nonsense(recipe, places) };
}

const syntaxWords: Readonly<Record<string, string>> = {
  InvalidSymbol: "this word is not known; text stands in double quotes",
  InvalidNumberFormat: "this number is not written as JSON has it",
  PropertyNameExpected: 'a key in double quotes is expected here (JSON has no comma before a closing "}")',
  ValueExpected: 'a value is expected here (JSON has no comma before a closing "]" or "}")',
  ColonExpected: 'a ":" is expected here',
  CommaExpected: 'a "," is expected here',
  CloseBraceExpected: 'a "}" is expected here',
  CloseBracketExpected: 'a "]" is expected here',
  EndOfFileExpected: "the text goes on behind its end",
  InvalidCommentToken: "JSON has no comments",
  UnexpectedEndOfComment: "JSON has no comments",
  UnexpectedEndOfString: "this text has no closing quote",
  UnexpectedEndOfNumber: "this number is cut off",
  InvalidUnicode: "this \\u is not followed by four hexadecimal digits",
  InvalidEscapeCharacter: "this escape is not known",
  InvalidCharacter: "this character must be written as an escape",
};

/** The schema has spoken before: this only tells the type checker. */
const isRecipe = (value: unknown): value is WrittenRecipe => schemaErrors(value).length === 0;

function* duplicateKeys(node: Node, places: Places, path: JsonPath): Iterable<Diagnostic> {
  const seen = new Set<string>();
  for (const [index, child] of (node.children ?? []).entries()) {
    if (node.type !== "object") {
      yield* duplicateKeys(child, places, [...path, index]);
      continue;
    }
    const [key, value] = child.children ?? [];
    const name = String(key?.value);
    if (seen.has(name)) yield locate(recipeProblems.duplicateKey({ key: name }), places.key([...path, name]));
    seen.add(name);
    if (value) yield* duplicateKeys(value, places, [...path, name]);
  }
}

/** An error of the schema, as ajv tells it (the validator is built with `verbose`). */
interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema: { readonly properties?: Readonly<Record<string, unknown>>; readonly type?: string | readonly string[]; readonly anyOf?: readonly { readonly required: readonly string[] }[] };
  readonly data: unknown;
}

/** What an error of the schema means in words; keywords that only repeat another error say nothing. */
function formErrors(value: unknown, places: Places): readonly Diagnostic[] {
  const errors: readonly SchemaError[] = schemaErrors(value);
  return errors.flatMap((error) => {
    // What stands inside an anyOf repeats the anyOf; a discriminator and an if repeat what they lead to.
    if (error.schemaPath.includes("/anyOf/") || ["if", "discriminator"].includes(error.keyword)) return [];
    const path = error.instancePath.split("/").slice(1).map(unescape);
    return [schemaDiagnostic(error, path, places)];
  });
}

function unescape(segment: string): string | number {
  return /^\d+$/.test(segment) ? Number(segment) : segment.replaceAll("~1", "/").replaceAll("~0", "~");
}

function schemaDiagnostic(error: SchemaError, path: JsonPath, places: Places): Diagnostic {
  const { keyword, params, parentSchema, data } = error;
  const what = describe(path);
  const found = show(data);
  const at = (finding: Finding, fixes: readonly Fix[] = []): Diagnostic => locate(finding, places.value(path), { fixes });
  const range = (words: string): Diagnostic => at(recipeProblems.outOfRange({ what, range: words, found }));

  switch (keyword) {
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const known = Object.keys(parentSchema.properties ?? {});
      const suggestion = nearestKey(key, known);
      const place = [...path, key];
      const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: [{ span: places.key(place), text: JSON.stringify(suggestion) }] }] : [];
      return locate(recipeProblems.unknownKey({ key, within: what, known, ...(suggestion && { suggestion }) }), places.key(place), { fixes });
    }
    case "required":
      return locate(recipeProblems.missingKey({ key: String(params["missingProperty"]), within: what }), places.key(path));
    case "anyOf": {
      const words = (parentSchema.anyOf ?? []).flatMap(({ required }) => required);
      const given = Object.keys(typeof data === "object" && data !== null ? data : {});
      const suggestion = given.map((key) => suggest(key, words)).find((word) => word !== undefined);
      return at(recipeProblems.unknownWord({ what, words, found: given.join(", ") || "empty", ...(suggestion && { suggestion }) }));
    }
    case "enum":
    case "const": {
      const words = [params["allowedValues"] ?? params["allowedValue"]].flat().map(String);
      const suggestion = typeof data === "string" ? suggest(data, words) : undefined;
      const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: places.set(path, suggestion) }] : [];
      return at(recipeProblems.unknownWord({ what, words, found, ...(suggestion && { suggestion }) }), fixes);
    }
    case "type":
      return at(recipeProblems.wrongType({ what, needed: [params["type"]].flat().map(typeWord).join(" or "), found }));
    case "pattern":
      return at(recipeProblems.wrongType({ what, needed: patternWords[what] ?? "written otherwise", found }));
    case "minimum":
      return range(`${String(params["limit"])} or more`);
    case "exclusiveMinimum":
      return range(`more than ${String(params["limit"])}`);
    case "maximum":
      return range(`${String(params["limit"])} or less`);
    case "exclusiveMaximum":
      return range(`less than ${String(params["limit"])}`);
    case "minItems":
    case "maxItems":
      return at(recipeProblems.wrongType({ what, needed: `a list of ${String(params["limit"])}`, found }));
    case "minProperties":
      return at(recipeProblems.missingKey({ key: "name", within: what }));
    default:
      throw new Error(`The schema's keyword ${keyword} has no words.`);
  }
}

/** What people write from other programs' habits. */
const foreignKeys: Readonly<Record<string, string>> = {
  lr: "learningRate", learning_rate: "learningRate", weight_decay: "weightDecay", eps: "epsilon", batchSize: "batch", batch_size: "batch",
  epoch: "epochs", dataset: "data", args: "arguments", folder: "path", dir: "path", type: "name", val: "validation",
};

function nearestKey(key: string, known: readonly string[]): string | undefined {
  const meant = Object.hasOwn(foreignKeys, key) ? foreignKeys[key] : undefined;
  return meant !== undefined && known.includes(meant) ? meant : suggest(key, known);
}

/** `data.augment[0].crop`; the whole is "a recipe". */
const describe = (path: JsonPath): string =>
  path.length === 0 ? "a recipe" : path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");

const typeWord = (type: unknown): string =>
  ({ integer: "a whole number", number: "a number", string: "a text", boolean: "true or false", object: "an object { … }", array: "a list [ … ]", null: "null" })[String(type)] ?? String(type);

const patternWords: Readonly<Record<string, string>> = {
  model: 'a .cnn file, with # and a model\'s name behind it ("lenet.cnn#LeNet5")',
  "data.expects.shape": 'a shape ("3@32x32")',
};

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 38)} …` : text;
}

/** What has the right form and still means nothing. */
function nonsense({ optimizer }: Recipe, places: Places): readonly Diagnostic[] {
  if (optimizer.name !== "sgd" || !optimizer.nesterov || optimizer.momentum > 0) return [];
  const fixes = [{ title: "give momentum 0.9", edits: places.set(["optimizer", "momentum"], 0.9) }];
  return [locate(recipeProblems.nesterovWithoutMomentum({}), places.value(["optimizer", "nesterov"]), { fixes })];
}
