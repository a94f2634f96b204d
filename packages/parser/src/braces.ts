/**
 * Curly braces that lack a partner. Which one is at fault is told by the indentation, as a reader would; where
 * that tells nothing, by where the declaration ends.
 */

import type { IToken } from "chevrotain";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import { Break, endOf, From, Import, LBrace, makeToken, Mistake, RBrace } from "./tokens.ts";

/**
 * The tokens of one region with a closing brace for every opening one. A `}` too many may be left.
 *
 * @param isCut The region ends in a comment without an end: what is missing is told no more.
 */
export function balanceBraces(mistakes: Mistakes, tokens: readonly IToken[], isCut: boolean): readonly IToken[] {
  const { missing, surplus } = count(tokens);
  if (surplus > 0) return dropSurplus(mistakes, tokens);
  return missing > 0 ? addMissing(mistakes, tokens, missing, isCut) : tokens;
}

function count(tokens: readonly IToken[]): { readonly missing: number; readonly surplus: number } {
  let missing = 0;
  let surplus = 0;
  for (const { tokenType } of tokens) {
    if (tokenType === LBrace) missing += 1;
    else if (tokenType === RBrace && missing > 0) missing -= 1;
    else if (tokenType === RBrace) surplus += 1;
  }
  return { missing, surplus };
}

interface Placed {
  readonly token: IToken;
  readonly index: number;
  readonly isFirstInLine: boolean;
  /** Columns before the first token of its line. */
  readonly indent: number;
}

function place(tokens: readonly IToken[]): readonly Placed[] {
  let indent = 0;
  let previous: IToken | undefined;
  return tokens.map((token, index) => {
    const isFirstInLine = previous === undefined || previous.tokenType === Break;
    if (previous?.tokenType === Break) indent = previous.image.length - 1 - Math.max(previous.image.lastIndexOf("\n"), previous.image.lastIndexOf("\r"));
    previous = token;
    return { token, index, isFirstInLine, indent };
  });
}

/** A `}` in the middle that does not stand under the line of its `{` is the one too many, if without it all is well. */
function dropSurplus(mistakes: Mistakes, tokens: readonly IToken[]): readonly IToken[] {
  const open: Placed[] = [];
  for (const placed of place(tokens)) {
    if (placed.token.tokenType === LBrace) open.push(placed);
    if (placed.token.tokenType !== RBrace) continue;
    const opener = open.pop();
    if (!opener) return tokens;
    if (!placed.isFirstInLine || placed.indent === opener.indent) continue;
    const rest = tokens.toSpliced(placed.index, 1);
    const { missing, surplus } = count(rest);
    if (missing + surplus > 0) return tokens;
    const [start, end] = [placed.token.startOffset, endOf(placed.token)];
    const fix = { title: "remove it", changes: [{ start, end, text: "" }] };
    mistakes.report(syntax.closesNothing({ text: "}" }), start, end, { fixes: [fix] });
    return rest;
  }
  return tokens;
}

interface Opener extends Placed {
  /** How far the first line inside is indented. */
  bodyIndent?: number;
}

/** The braces in a string without its closing quote, which is told: that many are not missed. */
const bracesInStrings = (tokens: readonly IToken[]): number =>
  tokens.reduce((sum, { tokenType, image }) => (tokenType === Mistake && /^["'“”„]/.test(image) ? sum + image.split("}").length - 1 : sum), 0);

function addMissing(mistakes: Mistakes, tokens: readonly IToken[], missing: number, isCut: boolean): readonly IToken[] {
  let untold = isCut ? missing : bracesInStrings(tokens);
  const balanced: IToken[] = [];
  const open: Opener[] = [];
  let left = missing;

  function close(opener: Opener): void {
    open.pop();
    left -= 1;
    const breaks: IToken[] = [];
    for (let last = balanced.at(-1); last?.tokenType === Break; last = balanced.at(-1)) breaks.unshift(...balanced.splice(-1));
    const end = endOf(balanced.at(-1) ?? opener.token);
    balanced.push(makeToken(RBrace, "", end), ...breaks);
    const isOneLine = opener.bodyIndent === undefined;
    const text = isOneLine ? " }" : `\n${" ".repeat(opener.indent)}}`;
    const fix = { title: "close it", changes: [{ start: end, end, text }] };
    const { token } = opener;
    if (untold-- > 0) return;
    mistakes.report(syntax.unclosed({ text: "{", comment: false }), token.startOffset, endOf(token), { fixes: [fix] });
  }

  for (const placed of place(tokens)) {
    const { token, isFirstInLine, indent } = placed;
    if (isFirstInLine && token.tokenType !== Break) {
      for (let top = open.at(-1); top && left > 0 && leaves(top, token, indent); top = open.at(-1)) close(top);
      const top = open.at(-1);
      if (top) top.bodyIndent ??= indent;
    }
    const inner = open.at(-1);
    // `import { A from "…"`: the names end where `from` stands.
    if (inner && left > 0 && token.tokenType === From && tokens[inner.index - 1]?.tokenType === Import) close(inner);
    if (token.tokenType === LBrace) open.push({ ...placed });
    else if (token.tokenType === RBrace) open.pop();
    balanced.push(token);
  }
  for (let top = open.at(-1); top; top = open.at(-1)) close(top);
  return balanced;
}

/** Does a line that begins so stand outside a brace's body? */
function leaves(opener: Opener, token: IToken, indent: number): boolean {
  if (token.tokenType === RBrace) return indent < opener.indent;
  return opener.bodyIndent !== undefined && opener.bodyIndent > opener.indent && indent <= opener.indent;
}
