/** "Did you mean" for operators and blocks: other frameworks' names, look-alike letters, then the nearest spelling. */

import { suggest } from "@cnn-lang/parser";
import { aliases } from "../operators/aliases.ts";
import { isOperatorName, operators } from "../operators/index.ts";

/** Cyrillic and Greek letters that look like Latin ones. */
const lookAlikes: Readonly<Record<string, string>> = {
  а: "a", е: "e", о: "o", р: "p", с: "c", х: "x", у: "y", і: "i", ѕ: "s", ԁ: "d", ո: "n", к: "k", т: "t", м: "m", н: "h",
  α: "a", ε: "e", ο: "o", ρ: "p", ν: "v", ι: "i", κ: "k", υ: "u", χ: "x",
};

/** What other frameworks make layers of, and this language statements. */
const statements: Readonly<Record<string, string>> = { residual: "skip", shortcut: "skip", skip_connection: "skip", loop: "repeat" };

export interface Nearest {
  readonly suggestion?: string;
  /** A letter of another script that makes the name differ: "U+043E". */
  readonly foreign?: string;
  /** The suggestion is what another framework calls so. */
  readonly alias?: true;
  /** The suggestion is no layer, but a word that begins a statement: what stands behind it is another matter. */
  readonly statement?: true;
}

export function nearestLayer(name: string, blocks: Iterable<string>): Nearest {
  const alias = Object.hasOwn(aliases, name) ? aliases[name] : Object.hasOwn(statements, name) ? statements[name] : undefined;
  if (alias) return { suggestion: alias, alias: true };
  const known = new Set([...Object.keys(operators), ...blocks]);
  known.delete("input");
  const latin = [...name].map((letter) => lookAlikes[letter] ?? letter).join("");
  if (latin !== name && (isOperatorName(latin) || known.has(latin))) {
    const letter = [...name].find((each) => lookAlikes[each] !== undefined) ?? "";
    return { suggestion: latin, foreign: `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}` };
  }
  const lower = name.toLowerCase();
  if (Object.hasOwn(aliases, lower) && aliases[lower]) return { suggestion: aliases[lower], alias: true };
  const suggestion = known.has(lower) ? lower : suggest(name, [...known]);
  if (suggestion) return { suggestion };
  const statement = statementWords.includes(lower) ? lower : suggest(lower, statementWords);
  if (statement) return { suggestion: statement, statement: true };
  const near = aliases[name.length > 4 ? (suggest(lower, Object.keys(aliases)) ?? "") : ""];
  return near ? { suggestion: near } : {};
}

/** Words that begin a line and are followed by what a layer might be followed by. */
const statementWords = ["input", "output", "repeat", "reuse", "assert", "freeze"];
