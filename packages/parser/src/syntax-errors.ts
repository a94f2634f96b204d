/** What the grammar could not go on with, told in the language's own words. */

import type { IParserErrorMessageProvider, IToken, TokenType } from "chevrotain";
import { syntax } from "./codes.ts";
import type { Finding } from "./diagnostic.ts";
import {
  Arrow, Block, BranchBrace, Break, Import, In, LBrace, Model, Name, RBrace, StringToken, Then, Word, Else, Identifier, From, Colon, Equals,
  RParen, RBracket, keywords, LParen, TemplateEnd, TemplateMiddle, WordLabel, IntegerLabel, StringLabel, isEnd,
} from "./tokens.ts";

/** What a rule wants to see, where it has a choice. */
const wantedBy: Readonly<Record<string, string>> = {
  item: "a layer",
  core: "a layer",
  for: "a name",
  as: "a name",
  expressions: "a value",
  if: "`{`",
  expression: "a value",
  postfix: "a value",
  argument: "a value",
  value: "a value",
  shape: "a shape such as `3@32x32`",
  axes: "a size such as `32x32`",
  selector: "a layer's path such as `layer1.0`",
  selectors: "a layer's path such as `layer1.0`",
  freeze: "`all` or a layer's path such as `layer1.0`",
};

/** What a rule wants to see, where only one token will do. */
const wantedToken = new Map<TokenType, string>([
  [Name, "a name"],
  [Word, "a name"],
  [LBrace, "`{`"],
  [RBrace, "`}`, a line break or `->`"],
  [LParen, "`(`"],
  [RParen, "`)`"],
  [RBracket, "`]`"],
  [StringToken, "a file's path in double quotes"],
  [In, "`in`"],
  [Then, "`then`"],
  [Else, "`else`"],
  [From, "`from`"],
  [Colon, "`:`"],
  [Equals, "`=`"],
]);

/** Makes Chevrotain's messages the phrase for what was expected; the rest of the sentence is `unexpectedToken`'s. */
export const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => wantedToken.get(expected) ?? expected.name,
  buildNotAllInputParsedMessage: () => "`block`, `model` or `import`",
  buildNoViableAltMessage: ({ ruleName }) => wantedBy[ruleName] ?? "something else",
  buildEarlyExitMessage: ({ ruleName }) => wantedBy[ruleName] ?? "something else",
};

/** The finding for a token that stands where something else was expected; or, where `atEnd`, for a line that ends too early. */
export function unexpectedToken(expected: string, token: IToken, before: IToken, atEnd: boolean): Finding {
  const type = token.tokenType;
  if (type === BranchBrace) return syntax.strayBar({});
  if (type === Block || type === Model || type === Import) return syntax.nested({ text: token.image });
  const isReserved = keywords.has(token.image) && !type.CATEGORIES?.includes(Name);
  if (isReserved && expected === "a name") return syntax.reservedWord({ text: token.image });
  // As Python writes it: the colon has made a label of the name.
  if (type === WordLabel && (before.tokenType === Block || before.tokenType === Model)) {
    return syntax.unexpected({ expected: `braces, \`${before.image} ${token.image} { … }\``, found: "a colon" });
  }
  // The colon has made a label of the name.
  if (type === WordLabel && expected.startsWith("an argument")) {
    return syntax.unexpected({ expected: `\`${token.image}=\` for an argument, or a new line before a label`, found: describe(token) });
  }
  if (type === StringToken && expected === "a layer") return syntax.unexpected({ expected: "a layer, or `//` before a comment", found: describe(token) });
  if (type === Identifier && /^(?:elif|elsif|elseif)$/.test(token.image)) return syntax.unexpected({ expected: "`else if`", found: describe(token) });
  const after = before !== token && (keywords.has(before.image) || before.tokenType === Arrow || before.tokenType === Equals) ? ` after \`${before.image}\`` : "";
  const found = atEnd && !isEnd(token) ? "the end of the line" : describe(token);
  return syntax.unexpected({ expected: `${expected}${after}`, found });
}

/** A token in a sentence. */
export function describe(token: IToken): string {
  if (isEnd(token)) return "the end of the file";
  if (token.tokenType === Break) return "the end of the line";
  if (token.tokenType === WordLabel || token.tokenType === IntegerLabel || token.tokenType === StringLabel) return `\`${token.image}:\``;
  if (token.tokenType === TemplateMiddle || token.tokenType === TemplateEnd) return "`}`";
  const text = token.image.length > 30 ? `${token.image.slice(0, 29)}…` : token.image;
  return `\`${text}\``;
}
