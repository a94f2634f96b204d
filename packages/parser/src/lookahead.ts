/**
 * By which token the grammar goes on where it has a choice. One is enough everywhere: what Chevrotain would work out as paths of any
 * length, and of every choice before it reads a text, is here a set of tokens, made when a choice is first met. Most texts meet few.
 */

import {
  Alternation, Alternative, type ILookaheadStrategy, type IOrAlt, type IProduction, type IToken, NonTerminal, Option, Repetition, RepetitionMandatory,
  RepetitionMandatoryWithSeparator, RepetitionWithSeparator, type Rule, Terminal,
  type TokenType,
} from "chevrotain";

type OneOf = Parameters<ILookaheadStrategy["buildLookaheadForAlternation"]>[0];
type Optional = Parameters<ILookaheadStrategy["buildLookaheadForOptional"]>[0];

/** What looks ahead is called as the parser's own method. */
interface Reader {
  LA(howMuch: number): IToken;
}

export const lookahead: ILookaheadStrategy = {
  validate: () => [],

  /** Of the alternatives that may begin so, the first whose gate is open. */
  buildLookaheadForAlternation({ rule, prodOccurrence }: OneOf) {
    let byType: ReadonlyMap<number, readonly number[]> | undefined;
    return function (this: Reader, alternatives: readonly IOrAlt<unknown>[] = []) {
      byType ??= indexed(partsOf(rule, Alternation, prodOccurrence));
      return byType.get(this.LA(1).tokenTypeIdx)?.find((index) => alternatives[index]?.GATE?.() !== false);
    };
  },

  buildLookaheadForOptional({ rule, prodType, prodOccurrence }: Optional) {
    let first: First | undefined;
    return function (this: Reader) {
      first ??= firstOf(partsOf(rule, optionals[prodType], prodOccurrence));
      return first.types.has(this.LA(1).tokenTypeIdx);
    };
  },
};

const optionals = { Option, Repetition, RepetitionMandatory, RepetitionMandatoryWithSeparator, RepetitionWithSeparator };

/** The parts of one of a rule's choices. */
function partsOf(rule: Rule, kind: typeof Option, occurrence: number): readonly IProduction[] {
  const open = [...rule.definition];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next instanceof kind && next.idx === occurrence) return next.definition;
    if (isGroup(next)) open.push(...next.definition);
  }
  return [];
}

const groups = [Alternation, Alternative, ...Object.values(optionals)];
const isGroup = (production: IProduction): production is Alternative => groups.some((kind) => production instanceof kind);

/** The indices of the alternatives by the tokens that they may begin with. */
function indexed(alternatives: readonly IProduction[]): ReadonlyMap<number, readonly number[]> {
  const byType = new Map<number, number[]>();
  for (const [index, alternative] of alternatives.entries()) {
    for (const type of firstOf([alternative]).types) byType.set(type, [...(byType.get(type) ?? []), index]);
  }
  return byType;
}

/** The tokens that something may begin with, by number. */
interface First {
  readonly types: ReadonlySet<number>;
  readonly canBeNothing: boolean;
}

function firstOf(productions: readonly IProduction[]): First {
  const types = new Set<number>();
  for (const production of productions) {
    const first = firstOfOne(production);
    for (const type of first.types) types.add(type);
    if (!first.canBeNothing) return { types, canBeNothing: false };
  }
  return { types, canBeNothing: true };
}

function firstOfOne(production: IProduction): First {
  if (production instanceof Terminal) return firstOfToken(production.terminalType);
  if (production instanceof NonTerminal) return firstOfRule(production.referencedRule);
  if (production instanceof Alternation) {
    const all = production.definition.map(firstOfOne);
    return { types: new Set(all.flatMap(({ types }) => [...types])), canBeNothing: all.some(({ canBeNothing }) => canBeNothing) };
  }
  const { types, canBeNothing } = firstOf(isGroup(production) ? production.definition : []);
  const isOptional = production instanceof Option || production instanceof Repetition || production instanceof RepetitionWithSeparator;
  return { types, canBeNothing: canBeNothing || isOptional };
}

/** A category stands for all of its members. */
const firstOfToken = ({ tokenTypeIdx = 0, categoryMatches = [] }: TokenType): First => ({
  types: new Set([tokenTypeIdx, ...categoryMatches]),
  canBeNothing: false,
});

const known = new WeakMap<Rule, First>();

function firstOfRule(rule: Rule): First {
  const first = known.get(rule) ?? firstOf(rule.definition);
  known.set(rule, first);
  return first;
}
