/** A program with some of its tokens or characters changed: left out, doubled, moved, or taken from elsewhere. */

import { readTape, type Tape } from "./tape.ts";

/** One to three changes of the text. */
export function mutate(text: string, bytes: ArrayLike<number>): string {
  const tape = readTape(bytes);
  let changed = text;
  for (let left = 1 + tape.one([0, 0, 0, 1, 2]); left > 0; left--) changed = tape.chance(70) ? changeTokens(changed, tape) : changeCharacters(changed, tape);
  return changed;
}

/** What stands in programs: from the grammar's tokens, its habits and its edges. */
const pieces = [
  "relu", "conv", "3", "0", "->", "\n", "{", "}", "(", ")", "[", "]", "|", ",", ":", "=", "@", "?", ".", "-", "*", "/", "%", "==", "<=", "not", "and", "if", "else", "then",
  "skip", "project", "repeat", "for", "in", "as", "let", "frozen", "load", "freeze", "all", "except", "output", "input", "reuse", "assert", "model", "block", "import",
  '"s"', '"a{b}"', "// c\n", "/* c */", "#", ";", "'", "×", "3x3", "1.5", "1e300", "9007199254740993", "-1", "true", "here", "here.channels", "\uFEFF", "\r", "\t", "\\", '"',
] as const;

function changeTokens(text: string, tape: Tape): string {
  const tokens = text.match(/\/\/[^\n]*|"[^"\n]*"|[\p{L}_][\p{L}\d_]*|\d[\w.]*|->|[<>=!]=|\s+|[^\w\s]/gu) ?? [];
  if (tokens.length === 0) return tape.one(pieces);
  const at = tape.below(tokens.length);
  const from = tape.below(tokens.length);
  const [here = "", there = ""] = [tokens[at], tokens[from]];
  const alike = tokens.filter((token) => classOf(token) === classOf(here));
  const other = (): unknown => tokens.splice(at, 1, tape.one(alike) ?? here);
  tape.one<() => unknown>([
    other,
    other,
    other,
    () => tokens.splice(at, 1),
    () => tokens.splice(at, 0, here),
    () => tokens.splice(at, 1, there),
    () => tokens.splice(at, 1, tape.one(pieces)),
    () => tokens.splice(at, 0, ` ${tape.one(pieces)} `),
    () => tokens.splice(at, 1 + tape.below(12)),
    () => tokens.splice(at, 1, ` ${here} `),
    () => tokens.splice(from, 1, here) && tokens.splice(at, 1, there),
    () => tokens.splice(at, 1, changeNumber(here, tape)),
    () => tokens.splice(at, 0, ...tokens.slice(from, from + 20)),
  ])();
  return tokens.join("");
}

/** Words are alike, numbers are, comments are; each sign only to itself. */
const classOf = (token: string): string => (/^[\p{L}_]/u.test(token) ? "word" : /^\d/.test(token) ? "number" : /^\s/.test(token) ? "blank" : token.slice(0, 1));

const changeNumber = (token: string, tape: Tape): string =>
  /^\d/.test(token) ? tape.one(["0", "1", "2", "7", "1000", "1.5", "100000", "2x2", "-1", "9999999999999999", "?"]) : token;

function changeCharacters(text: string, tape: Tape): string {
  const at = tape.below(text.length + 1);
  const count = 1 + tape.below(4);
  return tape.one([
    () => text.slice(0, at) + text.slice(at + count),
    () => text.slice(0, at) + String.fromCharCode(32 + tape.below(95)) + text.slice(at),
    () => text.slice(0, at) + tape.one(["é", "о", "\0", "\n", "\r\n", "💡", "\u2028", "\ud800", "합"]) + text.slice(at),
    () => text.slice(0, at) + text.slice(at, at + count) + text.slice(at),
    () => text.slice(0, at),
  ])();
}
