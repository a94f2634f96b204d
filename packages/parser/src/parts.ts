/**
 * What is kept of a tree from edit to edit: declarations, statements and steps that were read without a doubt. One that
 * stands on lines as they were, and whose tokens and those next to it are as they were when it was read, would be read
 * as the same node again, so it is not.
 */

import type { IToken } from "chevrotain";
import type { Declaration, Item } from "./ast.ts";
import type { Edited, Position, Source } from "./source.ts";
import { endOf } from "./tokens.ts";
import { walk } from "./walk.ts";

export type Part = Declaration | Item;

export const isDeclaration = (part: Part): part is Declaration => part.kind === "import" || part.kind === "block" || part.kind === "model";
export const isItem = (part: Part): part is Item => !isDeclaration(part);

export interface Parts {
  /** The part that begins with a token, and of how many tokens it is. */
  find(first: IToken): { readonly part: Part; readonly tokens: number } | undefined;
  /** Keeps a part, from its first token to its last. */
  keep(part: Part, first: IToken, last: IToken): void;
  /** The parts of an edited text; these are not to be used any more. */
  edited(edit: Edited, tokens: readonly IToken[]): Parts;
}

/** The first text's parts: none yet. */
export const createParts = (source: Source, tokens: readonly IToken[]): Parts => partsOf(source, stampedTokens(tokens, source.text.length, 0), new WeakMap());

/** How many tokens a rule looks ahead at most. */
const lookahead = 2;

interface Kept {
  readonly part: Part;
  /** How many it has. */
  readonly tokens: number;
  readonly stamp: number;
}

function partsOf(source: Source, stamped: Stamped, kept: WeakMap<Position, Kept>): Parts {
  const { types, starts, ends, stamps, count, stamp: current } = stamped;

  return {
    find(first) {
      const known = kept.get(source.position(first.startOffset));
      if (!known) return undefined;
      const from = indexOf(stamped, first);
      if (from === undefined) return undefined;
      const last = Math.min(count, from + known.tokens - 1 + lookahead);
      for (let index = Math.max(0, from - 1); index <= last; index++) if ((stamps[index] ?? 0) > known.stamp) return undefined;
      return known;
    },
    keep(part, first, last) {
      const [from, to] = [indexOf(stamped, first), indexOf(stamped, last)];
      if (from !== undefined && to !== undefined) kept.set(part.span.start, { part, tokens: to - from + 1, stamp: current });
    },
    edited({ source: next, before, behind }, tokens) {
      const after = stampedTokens(tokens, next.text.length, current + 1);
      const moved = next.text.length - source.text.length;
      let one = 0;
      // A token whose neighbour before is another one now, or has gone, counts as another one, too.
      let isNew = false;
      for (let other = 0; other <= after.count; other++) {
        const [start, end] = [after.starts[other] ?? 0, after.ends[other] ?? 0];
        const shift = start >= behind ? moved : 0;
        while (one < count && isBefore((starts[one] ?? 0) + shift, (ends[one] ?? 0) + shift, start, end)) {
          one += 1;
          isNew = true;
        }
        const isSame = (end <= before || start >= behind) && types[one] === after.types[other] && (starts[one] ?? 0) + shift === start && (ends[one] ?? 0) + shift === end;
        if (isSame && !isNew) after.stamps[other] = stamps[one] ?? 0;
        isNew = !isSame;
        if (isSame) one += 1;
      }
      return partsOf(next, after, kept);
    },
  };
}

const isBefore = (start: number, end: number, otherStart: number, otherEnd: number): boolean => start < otherStart || (start === otherStart && end < otherEnd);

/** Tokens as numbers, the end of the text as the last of them, each with the count of the edit that made it what it is. */
interface Stamped {
  readonly types: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly stamps: Int32Array;
  /** How many tokens there are; the end of the text comes behind them. */
  readonly count: number;
  readonly stamp: number;
}

function stampedTokens(tokens: readonly IToken[], length: number, stamp: number): Stamped {
  const count = tokens.length;
  const [types, starts, ends, stamps] = [new Int32Array(count + 1), new Int32Array(count + 1), new Int32Array(count + 1), new Int32Array(count + 1).fill(stamp)];
  for (let index = 0; index < count; index++) {
    const token = tokens[index];
    if (!token) break;
    types[index] = token.tokenTypeIdx;
    starts[index] = token.startOffset;
    ends[index] = endOf(token);
  }
  starts[count] = ends[count] = length;
  return { types, starts, ends, stamps, count, stamp };
}

function indexOf({ starts, ends, count }: Stamped, token: IToken): number | undefined {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < token.startOffset) low = middle + 1;
    else high = middle;
  }
  // An added bracket stands where the next token does, and has no characters.
  while (low < count && starts[low] === token.startOffset && ends[low] !== endOf(token)) low += 1;
  return starts[low] === token.startOffset && ends[low] === endOf(token) ? low : undefined;
}

/** The names that a part gives to what stands in it or behind it; those of loops are none. */
export function namesGivenIn(part: Part): readonly string[] {
  const names: string[] = [];
  walk(part, (node) => {
    if (node.kind === "block" || node.kind === "model" || node.kind === "parameter" || node.kind === "let" || node.kind === "output") names.push(node.name.text);
    else if (node.kind === "step") names.push(...node.as.map(({ text }) => text));
    else if (node.kind === "imported" && node.alias) names.push(node.alias.text);
  });
  return names;
}
