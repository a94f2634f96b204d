/** Where the numbers of a mistake come from: the layers that gave a shape, and the places where values were written. */

import { walk as walkTree, type Body, type Edit, type Expression, type Related } from "@cnn-lang/parser";
import type { Layer } from "../model/model.ts";
import { printShape, printSize, sameAxes, type Shape } from "../shapes/shape.ts";
import { findNamed, type Environment, type Point, type Written } from "./environment.ts";
import { briefValue } from "./values.ts";
import type { Walk } from "./walk.ts";

/** The layers that gave what is asked of a shape: one, or one for its channels and one for its axes. */
export function shapeOrigins(walk: Walk, { layer, shape }: Point, asked = { channels: true, axes: true }): readonly Related[] {
  const channels = lastChange(walk, layer, (before, after) => before.channels !== after.channels || before.axes.length !== after.axes.length);
  const axes = lastChange(walk, layer, (before, after) => !sameAxes(before.axes, after.axes));
  if (!channels || !axes) return [];
  if (shape.axes.length === 0) return [from(channels.id > axes.id ? channels : axes, printShape(shape), walk)];
  if (channels === axes && asked.channels && asked.axes) return [from(channels, printShape(shape), walk)];
  return [
    ...(asked.channels ? [from(channels, shape.channels === 1 ? "1 channel" : `${shape.channels} channels`, walk)] : []),
    ...(asked.axes ? [from(axes, printSize(shape.axes), walk)] : []),
  ];
}

/** The last layers that changed a map's size, up to four: how 28x28 became 2x2. */
export function sizeHistory(walk: Walk, point: Point): readonly Related[] {
  const history: Related[] = [];
  const rank = point.shape.axes.length;
  for (let layer = walk.layers[point.layer]; layer && history.length < 4; layer = walk.layers[layer.inputs[0] ?? -1]) {
    const before = walk.layers[layer.inputs[0] ?? -1]?.outputShape;
    if (layer.outputShape.axes.length !== rank || before?.axes.length === 0) break;
    if (!before || !sameAxes(before.axes, layer.outputShape.axes)) history.unshift(step(layer, before));
  }
  return history;
}

const step = ({ path, operator, outputShape: { axes }, span }: Layer, before: Shape | undefined): Related => ({
  message: before ? `${path}: ${printSize(before.axes)} → ${printSize(axes)}` : `${operator}: ${printSize(axes)}`,
  span,
});

/** The last layer above in which a property of the shape changed; the input at the latest. */
export function lastChange(walk: Walk, id: number, changed: (before: Shape, after: Shape) => boolean): Layer | undefined {
  let layer = walk.layers[id];
  while (layer) {
    const before = walk.layers[layer.inputs[0] ?? -1];
    if (!before || changed(before.outputShape, layer.outputShape)) return layer;
    layer = before;
  }
  return undefined;
}

/** "400 = 16·5·5 comes from flatten_1". */
export function from(layer: Layer, what: string, walk: Walk): Related {
  const before = walk.layers[layer.inputs[0] ?? -1]?.outputShape;
  const product = layer.operator === "flatten" && before && before.axes.length > 0 ? ` = ${[before.channels, ...before.axes].join("·")}` : "";
  const name = layer.operator === "input" && layer.path === "input" ? "the input" : layer.path;
  return { message: `${what}${product} ${/\bchannels$/.test(what) ? "come" : "comes"} from ${name}`, span: layer.span };
}

/** "k is 7 here": where the names of an expression got their values, as far as that stands in the text. */
export function valueOrigins(expression: Expression | Body | undefined, environment: Environment): readonly Related[] {
  const names = new Set<string>();
  if (expression && expression.kind !== "body") walkTree(expression, (node) => void (node.kind === "reference" && names.add(node.text)));
  return [...names].flatMap((name) => {
    const named = findNamed(environment, name);
    const place = named?.written && lastWritten(named.written);
    if (!named || !place || named.value.type === "unknown" || named.value.type === "layer") return [];
    return [{ message: `${name} is ${briefValue(named.value)} here`, span: place.expression.span }];
  });
}

/**
 * The edit that gives an expression another value: of the literal it is, through the parameters that passed it on; of a
 * block's default, an argument at the use. Undefined where the value is computed.
 */
export function replaceValue(expression: Expression | Body, environment: Environment, text: string): Edit | undefined {
  const { expression: last, environment: place, use } = lastWritten({ expression, environment });
  if (!isLiteral(last) && !isWord(last, place)) return undefined;
  return use ? { span: { ...use.at, start: use.at.end }, text: ` ${use.parameter}=${text}` } : { span: last.span, text };
}

const isLiteral = (expression: Expression | Body): boolean =>
  ["number", "size", "string", "boolean", "list"].includes(expression.kind) || (expression.kind === "unary" && isLiteral(expression.operand));

/** A word that stands for itself, such as `bilinear`; what has a name is computed or passed in. */
const isWord = (expression: Expression | Body, environment: Environment): boolean =>
  expression.kind === "reference" && findNamed(environment, expression.text) === undefined;

/** Follows bare names to what was written for them; where that is a circle (`let k = k`, a mistake told elsewhere), once around. */
function lastWritten(written: Written): Written {
  let place = written;
  const seen = new Set<Written>();
  for (;;) {
    const { expression, environment } = place;
    const inner = expression.kind === "parenthesized" ? expression.inner : expression;
    const next = inner.kind === "reference" ? findNamed(environment, inner.text)?.written : undefined;
    if (!next || seen.has(next)) return place;
    seen.add(next);
    place = next;
  }
}
