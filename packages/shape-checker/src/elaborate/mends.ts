/** Computed mends of wrong arguments: what was probably meant by a value of another type or out of range. */

import type { Argument, Fix } from "@cnn-lang/parser";
import type { Parameter } from "../operators/operator.ts";
import type { Environment } from "./environment.ts";
import { replaceValue } from "./origins.ts";
import { wordsOf } from "./words.ts";
import { printNumber, type Value } from "./values.ts";

/** The mend that writes another value, where that value stands in the text. */
export function writeValue(argument: Argument, environment: Environment, text: string, title = `write ${text}`): readonly Fix[] {
  const { value } = argument;
  const edit = value.kind === "shape" ? { span: value.span, text } : replaceValue(value, environment, text);
  return edit ? [{ title, edits: [edit] }] : [];
}

/** A value of the right type that means what a value of a wrong one says: `"false"` → false, `[3, 3]` → 3x3. */
export function asKind(value: Value, kind: Parameter, rank: number): string | undefined {
  switch (kind.kind) {
    case "boolean":
      if (value.type === "number" && (value.value === 0 || value.value === 1)) return `${value.value === 1}`;
      return value.type === "string" && /^(true|false)$/i.test(value.value) ? value.value.toLowerCase() : undefined;
    case "size":
    case "padding":
      if (value.type === "string" && (/^\d+(x\d+)*$/.test(value.value) || wordsOf(kind)?.includes(value.value))) return value.value;
      return sizeOf(value, rank);
    case "count":
    case "real":
      return value.type === "string" && /^\d+(\.\d+)?$/.test(value.value) ? value.value : undefined;
    case "word":
      return value.type === "string" && kind.words.includes(value.value) ? value.value : undefined;
    case "shape":
      return shapeOf(value);
    case "words":
    case "counts":
      return undefined;
  }
}

/** `[3, 32, 32]` and `3x32x32` → `3@32x32`. */
function shapeOf(value: Value): string | undefined {
  const [channels, ...axes] = value.type === "size" ? value.axes : value.type === "list" ? value.items.map((item) => (item.type === "number" ? item.value : NaN)) : [];
  const counts = [channels, ...axes];
  return axes.length > 0 && axes.length < 4 && counts.every((n) => n !== undefined && Number.isInteger(n) && n > 0) ? `${channels}@${axes.join("x")}` : undefined;
}

function sizeOf(value: Value, rank: number): string | undefined {
  if (value.type !== "list" || value.items.length === 0 || (rank > 0 && value.items.length !== rank && value.items.length !== 1)) return undefined;
  const numbers = value.items.map((item) => (item.type === "number" && Number.isInteger(item.value) && item.value >= 0 ? item.value : undefined));
  return numbers.every((n) => n !== undefined) ? numbers.join("x") : undefined;
}

/** A whole number from here on is more probably a percentage than a slip. */
const leastPercentage = 5;

/** The value in range that is probably meant: the nearest, a percentage as a share (`dropout 50` → 0.5), one without its sign. */
export function inRangeInstead(value: Value, kind: Parameter): string | undefined {
  if (value.type === "size" && "minimum" in kind) {
    const { minimum = 0 } = kind;
    return value.axes.map((n) => Math.max(minimum, n)).join("x");
  }
  if (value.type !== "number") return undefined;
  const { value: given } = value;
  if (kind.kind === "padding") return printNumber(-given);
  if (kind.kind === "count" || kind.kind === "counts" || kind.kind === "size") {
    if (given < 0) return printNumber(-given);
    // A count of nothing may have been meant to be any.
    return typeof kind.default === "number" ? printNumber(kind.default) : undefined;
  }
  if (kind.kind !== "real") return undefined;
  const { minimum, maximum, exclusive } = kind;
  if (maximum === 1 && exclusive !== "both" && Number.isInteger(given) && given >= leastPercentage && given < 100) return printNumber(given / 100);
  if (minimum === 0 && given < 0 && (maximum === undefined || -given < maximum)) return printNumber(-given);
  return (given === minimum || given === maximum) && typeof kind.default === "number" ? printNumber(kind.default) : undefined;
}
