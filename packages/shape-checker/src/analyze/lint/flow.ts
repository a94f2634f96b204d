/** Layers that undo or repeat each other, skip positions, or lead nowhere. */

import type { Fix } from "@cnn-lang/parser";
import { trainingProblems } from "../../codes/training.ts";
import type { Layer, LayerOf } from "../../model/model.ts";
import { activations } from "../../operators/activations.ts";
import type { OperatorName } from "../../operators/index.ts";
import { printShape, printSize } from "../../shapes/shape.ts";
import type { Linted } from "./linted.ts";
import { withoutLayer } from "./without-layer.ts";

export function lintFlow(linted: Linted): void {
  for (const layer of linted.model.layers) {
    lintEnd(layer, linted);
    lintActivation(layer, linted);
    lintStride(layer, linted);
    lintNorm(layer, linted);
    if (layer.operator === "dense") lintDense(layer, linted);
    if (layer.operator === "flatten") lintFlatten(layer, linted);
  }
  lintDeadEnds(linted);
}

function lintEnd(layer: Layer, linted: Linted): void {
  const { operator, id } = layer;
  if (!linted.isOutput(id)) return;
  const fixes = withoutLayer(layer, linted);
  if (operator === "softmax") linted.report(trainingProblems.softmaxAtEnd({}), layer, { fixes });
  if (operator === "dropout" || operator === "spatial_dropout" || operator === "droppath") {
    linted.report(trainingProblems.dropoutAtEnd({ operator }), layer, { fixes });
  }
}

const isActivation = (operator: OperatorName): boolean => Object.hasOwn(activations, operator);

/** Layers that hand values on, singly, as they are. */
const passing: ReadonlySet<OperatorName> = new Set(["identity", "flatten", "reshape", "dropout", "spatial_dropout"]);

/** The layer above, past those that hand values on. */
function above({ inputs }: Layer, { model: { layers } }: Linted): Layer | undefined {
  let layer = layers[inputs[0] ?? -1];
  while (layer && passing.has(layer.operator)) layer = layers[layer.inputs[0] ?? -1];
  return layer;
}

/** What a relu leaves as it is. */
const notNegative: ReadonlySet<OperatorName> = new Set(["relu", "relu6", "sigmoid", "hardsigmoid", "softplus", "softmax"]);

function lintActivation(layer: Layer, linted: Linted): void {
  if (!isActivation(layer.operator)) return;
  const before = above(layer, linted);
  if (!before || !isActivation(before.operator)) return;
  const unchanged = (layer.operator === "relu" && notNegative.has(before.operator)) || (layer.operator === "relu6" && before.operator === "relu6");
  const finding = trainingProblems.activationTwice({ first: before.operator, second: layer.operator, unchanged });
  const related = [{ message: `${before.path} is an activation already`, span: before.span }];
  // Of two that differ the last is meant: a sigmoid that cuts off at 0 first is a slip.
  linted.report(finding, layer, { related, fixes: withoutLayer(unchanged ? layer : before, linted) });
}

/** Two dense layers are one, unless something else reads what lies between. */
function lintDense(layer: LayerOf<"dense">, linted: Linted): void {
  const before = above(layer, linted);
  if (before?.operator !== "dense" || before.attributes.over !== layer.attributes.over) return;
  for (let id = layer.inputs[0]; id !== undefined && id >= before.id; id = linted.model.layers[id]?.inputs[0]) {
    if (linted.isOutput(id) || linted.readers[id]?.length !== 1) return;
  }
  const finding = trainingProblems.denseAfterDense({ first: before.attributes.units, second: layer.attributes.units });
  const fixes = [{ title: "put relu between them", edits: [{ span: { ...before.span, start: before.span.end }, text: " -> relu" }] }];
  linted.report(finding, layer, { related: [{ message: `${before.path} gives ${printShape(before.outputShape)}`, span: before.span }], fixes });
}

function lintFlatten(layer: Layer, linted: Linted): void {
  const before = linted.model.layers[layer.inputs[0] ?? -1];
  if (before?.outputShape.axes.length !== 0) return;
  linted.report(trainingProblems.flattenOfVector({ count: before.outputShape.channels }), layer, { fixes: withoutLayer(layer, linted) });
}

/** A kernel of 1 with a stride is a way to subsample; a larger one leaves gaps unmeant. */
function lintStride(layer: Layer, linted: Linted): void {
  if (!("kernel" in layer.attributes) || !("stride" in layer.attributes) || layer.operator === "conv_transpose") return;
  const { kernel, stride } = layer.attributes;
  const gap = kernel.findIndex((size, axis) => size > 1 && (stride[axis] ?? 1) > size);
  if (gap < 0) return;
  const share = 1 - kernel.reduce((seen, size, axis) => seen * Math.min(1, size / (stride[axis] ?? 1)), 1);
  const finding = trainingProblems.strideSkips({ kernel: printSize(kernel), stride: printSize(stride), share: `${Math.round(100 * share)} %` });
  linted.report(finding, layer);
}

/** Norms over single values give zeros. Batch norm is not among them: it takes its mean over the batch as well. */
function lintNorm(layer: Layer, linted: Linted): void {
  const input = linted.model.layers[layer.inputs[0] ?? -1]?.outputShape;
  if (!input) return;
  const positions = input.axes.reduce((product, n) => product * n, 1);
  const single =
    (layer.operator === "groupnorm" && layer.attributes.groups === input.channels && positions === 1) ||
    (layer.operator === "layernorm" && input.channels === 1 && (layer.attributes.over === "channels" || positions === 1));
  if (!single) return;
  const isOverChannels = layer.operator === "layernorm" && layer.attributes.over === "channels" && positions > 1;
  const fixes = isOverChannels ? overAll(layer, linted) : [];
  linted.report(trainingProblems.normOfOneValue({ operator: layer.operator, input: printShape(input) }), layer, { fixes });
}

/** A layer norm over the whole map; where `over` is written, its author has chosen. */
function overAll({ span }: Layer, { sourceOf }: Linted): readonly Fix[] {
  const written = sourceOf(span).text.slice(span.start.offset, span.end.offset);
  return /^layernorm(?!.*\bover\b)/.test(written) ? [{ title: "normalise over the whole map: over=all", edits: [{ span: { ...span, start: span.end }, text: " over=all" }] }] : [];
}

/** Reports each last layer of a flow that reaches no output; what it alone reads is counted, not reported. */
function lintDeadEnds({ model: { layers }, readers, isOutput, isUnused, report }: Linted): void {
  const alive = layers.map(() => false);
  for (const { id, inputs } of layers.toReversed()) {
    alive[id] = isOutput(id) || alive[id] === true;
    if (alive[id]) for (const input of inputs) alive[input] = true;
  }
  for (const layer of layers) {
    // A name that nobody uses, such as a part of a split, is told by the names' pass.
    if (alive[layer.id] || readers[layer.id]?.length !== 0 || layer.operator === "split" || isUnused(layer.span)) continue;
    const dead = new Set([layer.id]);
    // A set hands out what is added on the way.
    for (const id of dead) for (const input of layers[id]?.inputs ?? []) if (!alive[input]) dead.add(input);
    report(trainingProblems.deadLayer({ path: layer.path, input: layer.operator === "input", count: dead.size }), layer);
  }
}
