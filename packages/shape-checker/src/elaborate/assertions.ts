/** Shapes and conditions that the text asserts. They build nothing. */

import { locate, type Assert, type Expression, type Fix, type Related, type ShapeLiteral } from "@cnn-lang/parser";
import { flowProblems } from "../codes/flow.ts";
import { valueProblems } from "../codes/values.ts";
import { printShape, printSize, type Shape } from "../shapes/shape.ts";
import type { Flow, Point } from "./environment.ts";
import { evaluate, type Sight } from "./evaluate.ts";
import { from, lastChange, valueOrigins } from "./origins.ts";
import { readShape, type Pattern } from "./shape-literal.ts";
import { describeValue, readableValue } from "./values.ts";
import { mentionsMetric } from "../analyze/metrics.ts";
import { reportAt, sightOf, textAt, type Place, type Walk } from "./walk.ts";

/** Checks an asserted shape; after a wrong one the inferred shape flows on. */
export function assertShape(walk: Walk, literal: ShapeLiteral, flow: Flow, place: Place): Flow {
  const asserted = readShape(literal, sightOf(walk, place, flow));
  if (asserted === "unknown") return flow;
  if (flow === "nothing") {
    reportAt(walk, place, locate(flowProblems.nothingFlows({ begun: walk.inputs.length > 0 }), literal.span));
    return "unknown";
  }
  if (flow === "unknown") return believed(walk, asserted);
  if (matches(asserted, flow.shape)) return flow;
  const found = printShape(flow.shape);
  const isRight = asserted.channels === "?" || asserted.channels === flow.shape.channels;
  const related = [...originOf(walk, flow, asserted), ...writtenFor(isRight ? literal.axes : literal.channels, place)];
  const finding = flowProblems.assertedShape({ asserted: printPattern(asserted), found });
  reportAt(walk, place, locate(finding, literal.span, { related, fixes: trueShape(literal, asserted, flow.shape, place) }));
  return flow;
}

const writtenFor = (part: ShapeLiteral["channels"] | undefined, { environment }: Place): readonly Related[] =>
  part && part.kind !== "unknown" ? valueOrigins(part, environment) : [];

/**
 * The shape that flows, with what was right left as it was written. Nothing is offered for a name that disagrees (the layer
 * may be what is wrong), nor in a block, where other uses may agree.
 */
function trueShape(literal: ShapeLiteral, asserted: Pattern, { channels, axes }: Shape, place: Place): readonly Fix[] {
  const { file } = place.environment;
  const isRight = asserted.channels === "?" || asserted.channels === channels;
  const keepAxes = asserted.axes.length === axes.length && asserted.axes.every((n, i) => n === "?" || n === axes[i]);
  const isLiteral = (part: ShapeLiteral["channels"] | undefined): boolean => part === undefined || ["number", "size", "unknown"].includes(part.kind);
  if (place.within !== "model" || !(isRight || isLiteral(literal.channels)) || !(keepAxes || isLiteral(literal.axes))) return [];
  const size = axes.map((n, i) => (asserted.axes.length === axes.length && asserted.axes[i] === "?" && literal.axes?.kind === "size" ? "?" : n));
  const text =
    (isRight ? textAt(file, literal.channels.span) : `${channels}`) +
    (axes.length === 0 ? "" : keepAxes && literal.axes ? `@${textAt(file, literal.axes.span)}` : `@${printSize(size)}`);
  return [{ title: `write the shape that flows: ${text}`, edits: [{ span: literal.span, text }] }];
}

const printPattern = ({ channels, axes }: Pattern): string => (axes.length === 0 ? `${channels}` : `${channels}@${printSize(axes)}`);

const matches = (asserted: Pattern, { channels, axes }: Shape): boolean =>
  (asserted.channels === "?" || asserted.channels === channels) &&
  asserted.axes.length === axes.length &&
  asserted.axes.every((n, i) => n === "?" || n === axes[i]);

/** After an unknown layer a complete assertion is believed, so that the mistakes below it are found in the same run. */
function believed(walk: Walk, { channels, axes }: Pattern): Flow {
  const known = axes.filter((n) => n !== "?");
  if (channels === "?" || known.length < axes.length) return "unknown";
  // No layer gives it: the model has a gap, and only shapes are read from here on.
  walk.hasGap = true;
  return { layer: walk.layers.length - 1, shape: { channels, axes: known } };
}

/** The last layer that changed the first dimension in which a shape fails. */
function originOf(walk: Walk, { layer, shape }: Point, { channels, axes }: Pattern): readonly Related[] {
  const differs = channels !== "?" && channels !== shape.channels;
  const axis = axes.findIndex((n, i) => n !== "?" && n !== shape.axes[i]);
  const changed = (before: Shape, after: Shape): boolean =>
    before.axes.length !== after.axes.length ||
    (axes.length === after.axes.length && (differs ? before.channels !== after.channels : before.axes[axis] !== after.axes[axis]));
  const origin = lastChange(walk, layer, changed);
  return origin ? [from(origin, printShape(origin.outputShape), walk)] : [];
}

/** Checks what `assert` states, but for budgets, which wait for the whole model. */
export function assertConditions(walk: Walk, assertion: Assert, flow: Flow, place: Place): void {
  const sight = sightOf(walk, place, flow);
  const { conditions, said } = partsOf(assertion);
  for (const condition of conditions) {
    const metric = mentionsMetric(condition, place.environment);
    if (metric === undefined) checkCondition(condition, said, sight);
    else if (place.within !== "model") sight.report(locate(valueProblems.metricOutside({ name: metric }), condition.span));
  }
}

/** The conditions of an assertion and its message, which is a string as the last of several. */
export function partsOf({ conditions }: Assert): { readonly conditions: readonly Expression[]; readonly said?: string } {
  const last = conditions.at(-1);
  return conditions.length > 1 && last?.kind === "string" ? { conditions: conditions.slice(0, -1), said: last.value } : { conditions };
}

/** Evaluates one condition and reports where it does not hold, with the values of both sides. */
export function checkCondition(condition: Expression, said: string | undefined, sight: Sight, related: readonly Related[] = []): void {
  const value = evaluate(condition, sight);
  if (value.type === "unknown" || (value.type === "boolean" && value.value)) return;
  if (value.type !== "boolean") {
    const finding = valueProblems.wrongType({ what: "what assert states", needed: "true or false", found: describeValue(value) });
    sight.report(locate(finding, condition.span));
    return;
  }
  const text = sight.text(condition.span);
  const values = condition.kind === "binary" ? sidesOf([condition.left, condition.right], sight) : "";
  const finding = valueProblems.assertionFailed({ condition: text, values, ...(said !== undefined && { said }) });
  sight.report(locate(finding, condition.span, { related: [...related, ...valueOrigins(condition, sight.environment)] }));
}

/** "parameters = 61,706": the sides that are not plain literals, with their values. */
function sidesOf(sides: readonly Expression[], sight: Sight): string {
  return sides
    .filter(({ kind }) => !["number", "boolean", "string", "size"].includes(kind))
    .map((side) => `${sight.text(side.span)} = ${readableValue(evaluate(side, { ...sight, report: () => undefined }))}`)
    .join(", ");
}
