/**
 * Writes `grammar/cnn.tmLanguage.json`, the colours of editors that know no more than regular expressions. Its words come
 * from the tables that the compiler reads:
 *
 *     node --import tsx --conditions=@cnn-lang/source scripts/textmate.ts
 */

import { writeFileSync } from "node:fs";
import { operators } from "@cnn-lang/shape-checker";
import { functions } from "../packages/shape-checker/src/elaborate/functions.ts";

export const grammarFile = "grammar/cnn.tmLanguage.json";

/** Keywords by what they do; together they are the parser's, which a test compares. */
export const keywordGroups = {
  "keyword.control.flow": ["if", "else", "then", "for", "in", "repeat", "skip", "project", "reuse", "output"],
  "keyword.control.import": ["import", "from", "as"],
  "storage.type": ["model", "block", "let", "input"],
  "storage.modifier": ["frozen"],
  "keyword.other.statement": ["load", "freeze", "except", "all", "assert"],
  "keyword.operator.logical": ["and", "or", "not"],
  "constant.language.boolean": ["true", "false"],
  "variable.language": ["here"],
} as const;

const word = "[\\p{L}_][\\p{L}\\p{M}\\p{Nd}_]*";
/** Whole words only: `conv_1` is not `conv`. */
const anyOf = (words: readonly string[]): string => `(?<![\\p{L}\\p{M}\\p{Nd}_.])(?:${words.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1)).join("|")})(?![\\p{L}\\p{M}\\p{Nd}_])`;
const captures = (...names: readonly string[]) => Object.fromEntries(names.flatMap((name, i) => (name === "" ? [] : [[`${i + 1}`, { name: `${name}.cnn` }]])));
const include = (...names: readonly string[]) => names.map((name) => ({ include: `#${name}` }));

export function textmateGrammar(): string {
  const layers = Object.keys(operators).filter((name) => name !== "input");
  const grammar = {
    comment: "Made by scripts/textmate.ts from the tables of the compiler.",
    name: "CNN",
    scopeName: "source.cnn",
    fileTypes: ["cnn"],
    patterns: include("comments", "declarations", "labels", "strings", "named", "keywords", "functions", "layers", "shapes", "numbers", "symbols"),
    repository: {
      comments: {
        patterns: [
          { match: "//.*$", name: "comment.line.double-slash.cnn" },
          { begin: "/\\*", end: "\\*/", name: "comment.block.cnn" },
        ],
      },
      declarations: {
        patterns: [
          { match: `\\b(block)\\s+(${word})`, captures: captures("storage.type", "entity.name.function") },
          { match: `\\b(model)\\s+(${word})(?:\\s*(=)\\s*(${word}))?`, captures: captures("storage.type", "entity.name.type", "keyword.operator.assignment", "entity.other.inherited-class") },
        ],
      },
      labels: {
        patterns: [
          { match: `(${word}|\\d+)\\s*(:)`, captures: captures("entity.name.label", "punctuation.separator.label") },
          {
            begin: '"(?=(?:[^"\\\\]|\\\\.)*"\\s*:)', end: '"', name: "entity.name.label.cnn string.quoted.double.cnn",
            patterns: [{ begin: "\\{", end: "\\}", name: "meta.interpolation.cnn", patterns: include("functions", "numbers", "symbols") }, ...include("escapes")],
          },
        ],
      },
      strings: { patterns: [{ begin: '"', end: '"|$', name: "string.quoted.double.cnn", patterns: include("escapes") }] },
      escapes: { patterns: [{ match: '\\\\(?:["\\\\n{}]|u\\{[0-9A-Fa-f]+\\})', name: "constant.character.escape.cnn" }] },
      named: { patterns: [{ match: `(${word})\\s*(=)(?!=)`, captures: captures("variable.parameter", "keyword.operator.assignment") }] },
      keywords: { patterns: Object.entries(keywordGroups).map(([name, words]) => ({ match: anyOf(words), name: `${name}.cnn` })) },
      functions: { patterns: [{ match: `${anyOf(Object.keys(functions))}(?=\\()`, name: "support.function.cnn" }] },
      layers: { patterns: [{ match: anyOf(layers), name: "support.function.layer.cnn" }] },
      shapes: { patterns: [{ match: "(?:\\b\\d[\\d_]*|\\?)@(?:\\d+(?:x[\\d?]+)*|\\?(?:x[\\d?]+)*)?", name: "constant.numeric.shape.cnn" }] },
      numbers: {
        patterns: [
          { match: "(?<![\\p{L}_])\\d+(?:x\\d+)+\\b", name: "constant.numeric.size.cnn" },
          { match: "(?<![\\p{L}_])\\d[\\d_]*(?:\\.\\d[\\d_]*)?(?:[eE][+-]?\\d+)?(?:k|M|G|B|kB|MB|GB|KiB|MiB|GiB)?\\b", name: "constant.numeric.cnn" },
        ],
      },
      symbols: {
        patterns: [
          { match: "->", name: "keyword.operator.flow.cnn" },
          { match: "\\|", name: "keyword.operator.branch.cnn" },
          { match: "==|!=|<=|>=|<|>", name: "keyword.operator.comparison.cnn" },
          { match: "[-+*/%]", name: "keyword.operator.arithmetic.cnn" },
          { match: "[{}()\\[\\],.]", name: "punctuation.cnn" },
        ],
      },
    },
  };
  return `${JSON.stringify(grammar, undefined, 2)}\n`;
}

if (import.meta.filename === process.argv[1]) writeFileSync(grammarFile, textmateGrammar());
