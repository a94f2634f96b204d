/** Shapes as they are written in the text: inputs, assertions, `reshape`. */

import { locate, type ShapeLiteral, type Span } from "@cnn-lang/parser";
import { valueProblems } from "../codes/values.ts";
import { evaluate, type Sight } from "./evaluate.ts";
import { describeValue, printNumber, type Value } from "./values.ts";

/** A written shape; `?` where any number will do. */
export interface Pattern {
  readonly channels: number | "?";
  readonly axes: readonly (number | "?")[];
}

/** The shape that is written, its names and expressions evaluated; "unknown" after a mistake, which is reported. */
export function readShape(literal: ShapeLiteral, sight: Sight): Pattern | "unknown" {
  const channels = literal.channels.kind === "unknown" ? "?" : dimension(evaluate(literal.channels, sight), literal.channels.span, sight);
  const axes = literal.axes === undefined ? [] : readAxes(literal.axes, sight);
  return channels === "unknown" || axes === "unknown" ? "unknown" : { channels, axes };
}

function readAxes(axes: NonNullable<ShapeLiteral["axes"]>, sight: Sight): readonly (number | "?")[] | "unknown" {
  if (axes.kind === "unknown") return ["?"];
  if (axes.kind === "size" && axes.axes.includes("?")) return upToThree(axes.axes, axes.span, sight);
  const value = evaluate(axes, sight);
  if (value.type === "size") {
    if (value.axes.length > mostAxes) return upToThree(value.axes, axes.span, sight);
    const zero = value.axes.some((n) => n < 1);
    return zero ? wrong("at least 1 on each axis", value, axes.span, sight) : value.axes;
  }
  const length = dimension(value, axes.span, sight, "a size such as 32x32, or one whole number for a sequence");
  return length === "unknown" ? length : [length];
}

/** A volume's: depth, height and width. */
const mostAxes = 3;

function upToThree<N>(axes: readonly N[], span: Span, sight: Sight): readonly N[] | "unknown" {
  if (axes.length <= mostAxes) return axes;
  sight.report(locate(valueProblems.outOfRange({ what: "the number of axes of a shape", range: `at most ${mostAxes}`, value: `${axes.length}` }), span));
  return "unknown";
}

function dimension(value: Value, span: Span, sight: Sight, needed = "a whole number of at least 1"): number | "unknown" {
  if (value.type === "unknown") return "unknown";
  if (value.type !== "number" || value.bytes) return wrong(needed, value, span, sight);
  if (Number.isInteger(value.value) && value.value >= 1) return value.value;
  if (Number.isInteger(value.value)) return wrong(needed, value, span, sight);
  const finding = valueProblems.notWhole({ value: printNumber(value.value), unit: "in a shape", arithmetic: sight.text(span) });
  sight.report(locate(finding, span));
  return "unknown";
}

function wrong(needed: string, value: Value, span: Span, sight: Sight): "unknown" {
  sight.report(locate(valueProblems.wrongType({ what: "a dimension of a shape", needed, found: describeValue(value) }), span));
  return "unknown";
}
