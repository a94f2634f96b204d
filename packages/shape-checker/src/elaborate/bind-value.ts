/** One argument against one parameter of a signature: its type, its range, and its form for the flow's axes. */

import { locate, type Argument, type Expression, type Finding, type Fix, type ShapeLiteral } from "@cnn-lang/parser";
import { valueProblems } from "../codes/values.ts";
import type { Pairs, Parameter } from "../operators/operator.ts";
import type { Shape } from "../shapes/shape.ts";
import { withoutParentheses } from "./arithmetic.ts";
import { arithmetic, evaluate, type Sight } from "./evaluate.ts";
import { asKind, inRangeInstead, writeValue } from "./mends.ts";
import { valueOrigins } from "./origins.ts";
import { readShape } from "./shape-literal.ts";
import { describeValue, printNumber, printValue, type Value } from "./values.ts";
import { wrongWord } from "./words.ts";

export type Bound = number | boolean | string | readonly number[] | readonly string[] | Pairs | Shape | undefined;

export interface Binding {
  readonly operator: string;
  readonly parameter: string;
  readonly kind: Parameter;
  readonly argument: Argument;
  /** The number of axes of what flows in. */
  readonly rank: number;
  readonly sight: Sight;
  /** Mends that only the whole call knows. */
  readonly fixes: () => readonly Fix[];
}

/** The bound value, or "unknown" where the argument is wrong; that is reported. */
export function bindValue(binding: Binding): Bound | "unknown" {
  const { argument, kind, sight } = binding;
  if (argument.value.kind === "body") {
    return refuse(binding, valueProblems.wrongType({ what: what(binding), needed: needed(kind), found: "a group of layers" }));
  }
  if (argument.value.kind === "shape") {
    if (kind.kind === "shape") return boundShape(argument.value, sight);
    // One that is not written as a shape is told as that.
    return argument.value.channels.kind === "invalid" ? "unknown" : wrongType(binding, undefined);
  }
  const word = argument.value.kind === "reference" ? argument.value.text : undefined;
  if (kind.kind === "word" && word !== undefined && kind.words.includes(word)) return word;
  if (kind.kind === "padding" && kind.same && word === "same") return "same";
  if (kind.kind === "words") return boundWords(binding, kind.words);
  const value = evaluate(argument.value, sight);
  return value.type === "unknown" ? "unknown" : fromValue(value, binding);
}

function fromValue(value: Value, binding: Binding): Bound | "unknown" {
  const { kind } = binding;
  switch (kind.kind) {
    case "boolean":
      return value.type === "boolean" ? value.value : wrongType(binding, value);
    case "real":
      if (value.type !== "number" || value.bytes) return wrongType(binding, value);
      return inRange(value.value, kind) ? value.value : refuseRange(binding, value);
    case "count":
      return value.type === "number" && !value.bytes ? whole(value.value, kind.minimum, kind.unit, binding) : wrongType(binding, value);
    case "counts":
      if (value.type === "number" && kind.single) return whole(value.value, kind.minimum, binding.parameter, binding);
      return value.type === "list" ? wholes(value.items, kind.minimum, binding) : wrongType(binding, value);
    case "size":
      return boundSize(value, kind.minimum, binding);
    case "padding":
      return boundPadding(value, binding);
    case "word":
      return value.type === "word" && kind.words.includes(value.text) ? value.text : unknownWord(binding, value);
    case "words":
      return wrongType(binding, value);
    case "shape":
      // A bare number is a vector.
      return value.type === "number"
        ? mapKnown(whole(value.value, 1, "numbers", binding), (channels) => ({ channels, axes: [] }))
        : wrongType(binding, value);
  }
}

const mapKnown = <B>(value: number | "unknown", then: (value: number) => B): B | "unknown" => (value === "unknown" ? value : then(value));

function boundShape(literal: ShapeLiteral, sight: Sight): Shape | "unknown" {
  const read = readShape(literal, sight);
  if (read === "unknown" || read.channels === "?" || read.axes.includes("?")) return "unknown";
  return { channels: read.channels, axes: read.axes.filter((n) => n !== "?") };
}

function boundWords(binding: Binding, words: readonly string[]): readonly string[] | "unknown" {
  const { value } = binding.argument;
  if (value.kind !== "list") return value.kind === "body" || value.kind === "shape" ? wrongType(binding, undefined) : wrongType(binding, evaluate(value, binding.sight));
  const found = value.items.map((item) => (item.kind === "reference" ? item.text : undefined));
  const wrong = found.findIndex((word) => word === undefined || !words.includes(word));
  if (wrong >= 0) return unknownWord(binding, { type: "word", text: found[wrong] ?? "something else" });
  return found.filter((word) => word !== undefined);
}

/** A number means that number on each axis; a size has one number an axis. */
function boundSize(value: Value, minimum: number, binding: Binding): readonly number[] | "unknown" {
  const { rank, parameter } = binding;
  if (value.type === "number" && !value.bytes) {
    return mapKnown(whole(value.value, minimum, parameter, binding), (n) => Array.from({ length: rank }, () => n));
  }
  if (value.type !== "size") return wrongType(binding, value);
  if (rank > 0 && value.axes.length !== rank) return refuseAxes(binding, value);
  if (value.axes.some((n) => n < minimum)) return refuseRange(binding, value);
  return value.axes;
}

function boundPadding(value: Value, binding: Binding): Pairs | "same" | "unknown" {
  if (value.type === "word" && binding.kind.kind === "padding" && binding.kind.same) return value.text === "same" ? "same" : unknownWord(binding, value);
  if (value.type !== "list") {
    const sizes = boundSize(value, 0, binding);
    return sizes === "unknown" ? sizes : sizes.map((n) => [n, n] as const);
  }
  const pairs: (readonly [number, number])[] = [];
  for (const item of value.items) {
    if (item.type !== "list" || item.items.length !== 2) return wrongType(binding, value);
    const both = wholes(item.items, 0, binding);
    if (both === "unknown") return both;
    pairs.push([both[0] ?? 0, both[1] ?? 0]);
  }
  return binding.rank > 0 && pairs.length !== binding.rank ? refuseAxes(binding, value) : pairs;
}

function whole(value: number, minimum: number, unit: string, binding: Binding): number | "unknown" {
  const { argument, sight } = binding;
  if (!Number.isInteger(value)) {
    const { value: written } = argument;
    if (written.kind !== "body" && written.kind !== "shape") reportNotWhole(value, unit, written, sight);
    return "unknown";
  }
  return value >= minimum ? value : refuseRange(binding, { type: "number", value });
}

/** Reports a number that has to be whole, with its arithmetic and both ways to round it. */
export function reportNotWhole(value: number, unit: string, written: Expression, sight: Sight): void {
  const expression = sight.text(withoutParentheses(written).span);
  const fixes = (["floor", "ceil"] as const).map((name): Fix => ({
    title: `round ${name === "floor" ? "down" : "up"} to ${printNumber(Math[name](value))}`,
    edits: [{ span: written.span, text: written.kind === "number" ? printNumber(Math[name](value)) : `${name}(${expression})` }],
  }));
  const finding = valueProblems.notWhole({ value: printNumber(value), unit, arithmetic: arithmetic(written, sight) });
  sight.report(locate(finding, written.span, { related: valueOrigins(written, sight.environment), fixes }));
}

function wholes(items: readonly Value[], minimum: number, binding: Binding): readonly number[] | "unknown" {
  const numbers: number[] = [];
  for (const item of items) {
    if (item.type === "unknown") return "unknown";
    if (item.type !== "number") return wrongType(binding, item);
    const n = whole(item.value, minimum, binding.parameter, binding);
    if (n === "unknown") return n;
    numbers.push(n);
  }
  return numbers;
}

type Real = Extract<Parameter, { kind: "real" }>;

function inRange(value: number, { minimum = -Infinity, maximum = Infinity, exclusive }: Real): boolean {
  const above = exclusive === "minimum" || exclusive === "both" ? value > minimum : value >= minimum;
  const below = exclusive === "maximum" || exclusive === "both" ? value < maximum : value <= maximum;
  return above && below;
}

/** "at least 0 and below 1". */
function rangeInWords(kind: Parameter): string {
  switch (kind.kind) {
    case "count":
    case "counts":
    case "size":
      return `at least ${kind.minimum}`;
    case "shape":
      return "at least 1";
    case "padding":
      return "at least 0";
    case "real": {
      const low = kind.minimum === undefined ? [] : [`${kind.exclusive === "minimum" || kind.exclusive === "both" ? "above" : "at least"} ${kind.minimum}`];
      const high = kind.maximum === undefined ? [] : [`${kind.exclusive === "maximum" || kind.exclusive === "both" ? "below" : "at most"} ${kind.maximum}`];
      return [...low, ...high].join(" and ");
    }
    case "boolean":
    case "word":
    case "words":
      return "";
  }
}

/** What a parameter takes, in words: "a whole number", "a number or a size". */
export function needed(kind: Parameter): string {
  switch (kind.kind) {
    case "count":
      return "a whole number";
    case "counts":
      return kind.single ? "a whole number or a list of them" : "a list of whole numbers";
    case "real":
      return "a number";
    case "boolean":
      return "true or false";
    case "size":
      return "a number or a size such as 3x3";
    case "padding":
      return kind.same ? "a number, a size, same, or pairs of before and after" : "a number, a size, or pairs of before and after";
    case "word":
      return `one of ${kind.words.join(", ")}`;
    case "words":
      return `a list of ${kind.words.join(", ")}`;
    case "shape":
      return "a shape such as 16@4x4";
  }
}

const what = ({ operator, parameter }: Binding): string => `${parameter} of ${operator}`;

const outOfRange = (binding: Binding, value: Value): Finding =>
  valueProblems.outOfRange({
    what: what(binding),
    range: `${rangeInWords(binding.kind)}${value.type === "size" ? " on each axis" : ""}`,
    value: printValue(value),
  });

const axesDiffer = (binding: Binding, size: string): Finding =>
  valueProblems.axesDiffer({
    parameter: binding.parameter,
    callee: binding.operator,
    size,
    flow: ["a vector", "a sequence C@L", "a feature map C@HxW", "a volume C@DxHxW"][binding.rank] ?? "the flow",
    axes: binding.rank,
  });

function refuse({ argument, sight, fixes }: Binding, finding: Finding, mends: readonly Fix[] = []): "unknown" {
  const written = argument.value.kind === "shape" ? undefined : argument.value;
  sight.report(locate(finding, argument.value.span, { related: valueOrigins(written, sight.environment), fixes: [...fixes(), ...mends] }));
  return "unknown";
}

function refuseRange(binding: Binding, value: Value): "unknown" {
  const text = inRangeInstead(value, binding.kind);
  const mends = text === undefined ? [] : writeValue(binding.argument, binding.sight.environment, text);
  return refuse(binding, outOfRange(binding, value), mends);
}

/** A size of other axes than the flow's: one number on each is written as that number. */
function refuseAxes(binding: Binding, value: Value): "unknown" {
  const axes = value.type === "size" ? value.axes : [];
  const mends = axes.length > 0 && axes.every((n) => n === axes[0]) ? writeValue(binding.argument, binding.sight.environment, `${axes[0]}`) : [];
  return refuse(binding, axesDiffer(binding, printValue(value)), mends);
}

function wrongType(binding: Binding, found: Value | undefined): "unknown" {
  const { argument, kind, rank, sight } = binding;
  const text = found && asKind(found, kind, rank);
  const mends = text === undefined ? [] : writeValue(argument, sight.environment, text);
  const finding = valueProblems.wrongType({ what: what(binding), needed: needed(kind), found: found ? describeValue(found) : argument.value.kind === "shape" ? "a shape" : "something else" });
  return refuse(binding, finding, found?.type === "layer" ? arrowBefore(binding) : mends);
}

/** `conv 16 5 relu`: all that is needed is given, and the next layer follows. */
function arrowBefore({ argument: { name, value, span }, kind }: Binding): readonly Fix[] {
  if (name || value.kind !== "reference" || kind.default === undefined) return [];
  return [{ title: "write the arrow", edits: [{ span: { ...span, end: span.start }, text: "-> " }] }];
}

function unknownWord(binding: Binding, value: Value): "unknown" {
  if (value.type !== "word" && value.type !== "layer") return wrongType(binding, value);
  binding.sight.report(wrongWord(what(binding), binding.kind, printValue(value), binding.argument.value.span));
  return "unknown";
}
