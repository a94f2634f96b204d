/** A recipe's text: JSON, then its form as the schema has it. All mistakes are found at once, each at its place in the text. */

import { createSource, type Diagnostic, locate } from "@cnn-lang/parser";
import { type Node, parseTree, type ParseError, printParseErrorCode } from "jsonc-parser";
import { depthOf } from "../analyze/json-depth.ts";
import { recipeProblems } from "../codes/recipe.ts";
import { formErrors } from "./form.ts";
import { type JsonPath, type Places, placesIn } from "./places.ts";
import { type Recipe, resolveRecipe, type WrittenRecipe } from "./recipe.ts";
import { schemaErrors } from "./validate.generated.ts";

export interface ReadRecipe {
  /** With every default written out; undefined where the text is not a recipe. */
  readonly recipe?: Recipe;
  readonly places: Places;
  readonly diagnostics: readonly Diagnostic[];
}

/** The schema's own depth is far below. */
const deepest = 50;

/** Reads a recipe's text. Never throws for what stands in it. */
export function readRecipe(file: string, text: string): ReadRecipe {
  const source = createSource(file, text);
  const errors: ParseError[] = [];
  const json = text.replace(/^\uFEFF/, " ");
  const isTooDeep = depthOf(json) > deepest;
  const root = isTooDeep ? undefined : parseTree(json, errors, { disallowComments: true, allowTrailingComma: false });
  const places = placesIn(source, root);
  const [error] = errors;
  if (error || !root) {
    const [offset, length] = error ? [error.offset, error.length] : [0, 0];
    const why =
      json.trim() === "" ? "the file is empty"
      : error ? (syntaxWords[printParseErrorCode(error.error)] ?? printParseErrorCode(error.error))
      : "its brackets nest deeper than those of any recipe";
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
    if (seen.has(name)) yield locate(recipeProblems.duplicateKey({ key: name }), places.key([...path, name]), { fixes: [{ title: "leave the first out", edits: places.remove([...path, name]) }] });
    seen.add(name);
    if (value) yield* duplicateKeys(value, places, [...path, name]);
  }
}

/** What has the right form and still means nothing. */
function nonsense({ optimizer }: Recipe, places: Places): readonly Diagnostic[] {
  if (optimizer.name !== "sgd" || !optimizer.nesterov || optimizer.momentum > 0) return [];
  const fixes = [{ title: "give momentum 0.9", edits: places.set(["optimizer", "momentum"], 0.9) }];
  return [locate(recipeProblems.nesterovWithoutMomentum({}), places.value(["optimizer", "nesterov"]), { fixes })];
}
