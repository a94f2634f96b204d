/** `nn.Conv2d`, `F.relu`, `self.fc =`: the modules and objects of Python before a layer's name. */

import type { IToken, TokenType } from "chevrotain";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import { Arrow, Break, Colon, Dot, endOf, Equals, Identifier, LBrace, Pipe, RBrace, Word, WordLabel } from "./tokens.ts";

const beforeStep = new Set<TokenType | undefined>([Break, Arrow, LBrace, Pipe, Colon]);

/** The tokens without what stands before a layer's name in a body; it is told. */
export function dropModules(mistakes: Mistakes, tokens: readonly IToken[]): readonly IToken[] {
  if (!tokens.some(({ tokenType }) => tokenType === Dot)) return tokens;
  const kept: IToken[] = [];
  let depth = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) break;
    if (token.tokenType === LBrace) depth += 1;
    else if (token.tokenType === RBrace) depth -= 1;
    let last = index;
    if (depth > 0 && beginsStep(kept)) while (isPrefix(tokens, last)) last += 2;
    const name = tokens[last];
    if (name && last > index && (token.image === "self" || tokens[last + 1]?.tokenType !== Colon)) {
      const fix = { title: `write ${name.image}`, changes: [{ start: token.startOffset, end: name.startOffset, text: "" }] };
      mistakes.report(syntax.module({}), token.startOffset, name.startOffset, { fixes: [fix] });
      index = last;
      kept.push(name);
    } else kept.push(token);
  }
  return kept;
}

/** A name, a point and another name, with nothing between them. */
function isPrefix(tokens: readonly IToken[], index: number): boolean {
  const [object, dot, member] = [tokens[index], tokens[index + 1], tokens[index + 2]];
  return (
    object?.tokenType === Identifier &&
    dot?.tokenType === Dot &&
    endOf(object) === dot.startOffset &&
    endOf(dot) === member?.startOffset &&
    (member.tokenType === WordLabel || member.tokenType.CATEGORIES?.includes(Word) === true)
  );
}

/** At a layer's place, or at the layer's place in `x = …`. */
function beginsStep(before: readonly IToken[]): boolean {
  const assigned = before.at(-1)?.tokenType === Equals && before.at(-2)?.tokenType === Identifier;
  return beforeStep.has(before.at(assigned ? -3 : -1)?.tokenType);
}
