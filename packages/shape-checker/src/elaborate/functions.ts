/** The functions of expressions. */

import type { Finding } from "@cnn-lang/parser";
import { limitProblems } from "../codes/program.ts";
import { valueProblems } from "../codes/values.ts";
import { limits } from "./limits.ts";
import { briefValue, listValue, numberValue, type Value } from "./values.ts";

export interface FunctionDefinition {
  /** What it takes, in words: "two numbers". */
  readonly takes: string;
  readonly doc: string;
  /** No argument is unknown. */
  readonly apply: (args: readonly Value[]) => Value | { readonly finding: Finding };
}

const numbersOf = (args: readonly Value[]): readonly number[] | undefined => {
  const numbers = args.flatMap((arg) => (arg.type === "number" ? [arg.value] : []));
  return numbers.length === args.length ? numbers : undefined;
};

const refusal = (name: string, takes: string, args: readonly Value[]): { readonly finding: Finding } => ({
  finding: valueProblems.functionArguments({ name, takes, found: args.length === 0 ? "nothing" : args.map(briefValue).join(", ") }),
});

/** A function of numbers alone; `accepts` says how many. */
const numeric = (
  name: string,
  takes: string,
  doc: string,
  accepts: (count: number) => boolean,
  compute: (...numbers: number[]) => number | undefined,
): FunctionDefinition => ({
  takes,
  doc,
  apply(args) {
    const numbers = numbersOf(args);
    const result = numbers && accepts(numbers.length) ? compute(...numbers) : undefined;
    return result === undefined || Number.isNaN(result) ? refusal(name, takes, args) : numberValue(result);
  },
});

/** min and max take numbers, or one list of them. */
const extreme = (name: "min" | "max"): FunctionDefinition => ({
  takes: "numbers, or a list of them",
  doc: `The ${name === "min" ? "smallest" : "largest"} of its numbers.`,
  apply(args) {
    const [first] = args;
    const numbers = numbersOf(args.length === 1 && first?.type === "list" ? first.items : args);
    return numbers && numbers.length > 0 ? numberValue(Math[name](...numbers)) : refusal(name, this.takes, args);
  },
});

/** To even at a half, as Python rounds, whose reference code models repeat. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

/** MobileNet's rule: the nearest multiple of `by`, at least `by`, never below 90 % (torchvision's `_make_divisible`). */
function makeDivisible(value: number, by: number): number {
  const nearest = Math.max(by, Math.floor((value + by / 2) / by) * by);
  return nearest < 0.9 * value ? nearest + by : nearest;
}

const tooLong = (length: number): { readonly finding: Finding } => ({
  finding: limitProblems.listTooLong({ length, limit: limits.listLength }),
});

const one = (n: number): boolean => n === 1;
const two = (n: number): boolean => n === 2;

export const functions: Readonly<Record<string, FunctionDefinition>> = {
  min: extreme("min"),
  max: extreme("max"),
  sum: {
    takes: "a list of numbers",
    doc: "The sum of a list.",
    apply(args) {
      const [first] = args;
      const numbers = args.length === 1 && first?.type === "list" ? numbersOf(first.items) : undefined;
      return numbers ? numberValue(numbers.reduce((total, n) => total + n, 0)) : refusal("sum", this.takes, args);
    },
  },
  len: {
    takes: "a list or a size",
    doc: "How many items a list has, or axes a size.",
    apply(args) {
      const [first] = args;
      if (args.length === 1 && first?.type === "list") return numberValue(first.items.length);
      if (args.length === 1 && first?.type === "size") return numberValue(first.axes.length);
      return refusal("len", this.takes, args);
    },
  },
  floor: numeric("floor", "a number", "The next whole number below.", one, (x) => Math.floor(x ?? 0)),
  ceil: numeric("ceil", "a number", "The next whole number above.", one, (x) => Math.ceil(x ?? 0)),
  round: numeric("round", "a number", "The nearest whole number; to even at a half.", one, (x) => roundHalfEven(x ?? 0)),
  sqrt: numeric("sqrt", "a number that is not negative", "The square root.", one, (x) => Math.sqrt(x ?? 0)),
  abs: numeric("abs", "a number", "The value without its sign.", one, (x) => Math.abs(x ?? 0)),
  pow: numeric("pow", "two numbers", "The first number to the power of the second.", two, (x, y) => (x ?? 0) ** (y ?? 0)),
  make_divisible: numeric(
    "make_divisible",
    "a number, and a positive one to divide by (8 unless given)",
    "MobileNet's rule: the nearest multiple, at least `by`, never below 90 %.",
    (n) => n === 1 || n === 2,
    (value, by = 8) => (by > 0 ? makeDivisible(value ?? 0, by) : undefined),
  ),
  range: {
    takes: "a whole number n (0 … n − 1), or two (a … b − 1)",
    doc: "The whole numbers from 0, or from the first number, up to but not including the last.",
    apply(args) {
      const numbers = numbersOf(args);
      if (!numbers || numbers.length < 1 || numbers.length > 2 || !numbers.every(Number.isInteger)) return refusal("range", this.takes, args);
      const [start = 0, end = 0] = numbers.length === 1 ? [0, ...numbers] : numbers;
      const length = Math.max(0, end - start);
      if (length > limits.listLength) return tooLong(length);
      return listValue(Array.from({ length }, (_, i) => numberValue(start + i)));
    },
  },
  zip: {
    takes: "two lists or more",
    doc: "Lists of the first items, the second items, and so on, of lists of one length.",
    apply(args) {
      const lists = args.flatMap((arg) => (arg.type === "list" ? [arg.items] : []));
      if (lists.length !== args.length || lists.length < 2) return refusal("zip", this.takes, args);
      const lengths = lists.map((items) => items.length);
      const [first = []] = lists;
      if (lengths.some((length) => length !== first.length)) return { finding: valueProblems.unequalLists({ lengths }) };
      return listValue(first.map((_, i) => listValue(lists.flatMap((items) => items[i] ?? []))));
    },
  },
  enumerate: {
    takes: "a list",
    doc: "Lists of place (from 0) and item.",
    apply(args) {
      const [first] = args;
      if (args.length !== 1 || first?.type !== "list") return refusal("enumerate", this.takes, args);
      return listValue(first.items.map((item, i) => listValue([numberValue(i), item])));
    },
  },
  size: {
    takes: "one to three whole numbers of at least 1",
    doc: "A size of computed numbers: `size(h, w)` is `HxW`.",
    apply(args) {
      const axes = numbersOf(args);
      const good = axes && axes.length >= 1 && axes.length <= 3 && axes.every((n) => Number.isSafeInteger(n) && n >= 0);
      return good ? { type: "size", axes } : refusal("size", this.takes, args);
    },
  },
};
