/** Hints: what correct networks of the papers have too, and a reader may still want to know. */

import type { Fix } from "@cnn-lang/parser";
import { trainingProblems } from "../../codes/training.ts";
import type { Layer } from "../../model/model.ts";
import { axisName, printShape, printSize } from "../../shapes/shape.ts";
import type { Linted } from "./linted.ts";

export function hints(linted: Linted): void {
  for (const layer of linted.model.layers) {
    hintDroppedPixels(layer, linted);
    if (layer.operator === "batchnorm") hintBias(layer, linted);
  }
  hintReceptiveField(linted);
}

const lineOf: Readonly<Record<string, string>> = { height: "row", width: "column", depth: "slice" };

/** Rows and columns behind the last window: real pixels, not padding. */
function hintDroppedPixels(layer: Layer, linted: Linted): void {
  const input = linted.model.layers[layer.inputs[0] ?? -1]?.outputShape;
  if (!input || !("kernel" in layer.attributes) || !("padding" in layer.attributes) || layer.operator === "conv_transpose") return;
  const { kernel, stride, padding } = layer.attributes;
  const dilation = "dilation" in layer.attributes ? layer.attributes.dilation : kernel.map(() => 1);
  const dropped = input.axes.map((n, axis) => {
    const [before, after] = padding[axis] ?? [0, 0];
    const windows = layer.outputShape.axes[axis] ?? 1;
    const end = (windows - 1) * (stride[axis] ?? 1) + (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1 - before;
    return { axis, size: n, rest: Math.max(0, n - end), end, after };
  });
  const real = dropped.filter(({ rest }) => rest > 0);
  // A kernel of 1 subsamples, and a stride over its kernel is told by itself: what lies between is left out anyway.
  const [first] = real;
  if (!first || kernel.every((size) => size === 1) || kernel.some((size, axis) => (stride[axis] ?? 1) > size)) return;
  const axes = real.map(({ axis, rest }) => {
    const word = lineOf[axisName(input, axis)] ?? "position";
    return rest === 1 ? word : `${rest} ${word}s`;
  });
  const arithmetic = `windows end at ${first.end} of ${first.size}`;
  linted.report(trainingProblems.pixelsDropped({ axes: axes.join(" and "), input: printShape(input), arithmetic }), layer);
}

/** The bias of a layer that only a batch norm reads. */
function hintBias(norm: Layer, linted: Linted): void {
  const layer = linted.model.layers[norm.inputs[0] ?? -1];
  if (!layer || norm.frozen || linted.readers[layer.id]?.length !== 1 || linted.isOutput(layer.id)) return;
  const bias = layer.weights.find(({ name, kind }) => name.endsWith(".bias") && kind === "parameter");
  const isLinear = layer.operator === "conv" || layer.operator === "depthwise" || layer.operator === "separable" || layer.operator === "conv_transpose" || layer.operator === "dense";
  if (!bias || !isLinear) return;
  const finding = trainingProblems.biasBeforeNorm({ path: norm.path, count: bias.shape[0] ?? 0 });
  linted.report(finding, layer, { related: [{ message: `${norm.path} follows`, span: norm.span }], fixes: withoutBias(layer, linted) });
}

function withoutBias({ span }: Layer, { sourceOf }: Linted): readonly Fix[] {
  const written = sourceOf(span).text.slice(span.start.offset, span.end.offset);
  if (/\bbias\b|\(.*\)$/.test(written) && /\bbias\b/.test(written)) return [];
  return [{ title: "write bias=false", edits: [{ span: { ...span, start: span.end }, text: " bias=false" }] }];
}

/** The first layer whose every output sees more than the whole input. */
function hintReceptiveField(linted: Linted): void {
  const { layers, inputs } = linted.model;
  const [port, another] = inputs;
  if (!port || another || port.shape.axes.length === 0) return;
  const { axes } = port.shape;
  const first = layers.find(({ cost: { receptiveField } }) => receptiveField.length === axes.length && receptiveField.every((n, axis) => n > (axes[axis] ?? 0)));
  if (!first) return;
  const finding = trainingProblems.seesWholeInput({ path: first.path, field: printSize(first.cost.receptiveField), input: printSize(axes) });
  linted.report(finding, first);
}
