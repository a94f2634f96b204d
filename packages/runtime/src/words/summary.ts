/** A model's table: what its layers are and cost, and what that makes in all. */

import type { ArgumentValue, Summary, SummaryLayer } from "@cnn-lang/shape-checker";
import { bytes, grouped } from "../numbers.ts";
import { loadWords } from "./load-plan.ts";
import type { Column, Row } from "./table.ts";

const columns: readonly Column[] = [
  { title: "layer" },
  { title: "operator" },
  { title: "output" },
  { title: "parameters", align: "right" },
  { title: "multiply-adds", align: "right" },
  { title: "sees", align: "right" },
];

export interface SummaryTable {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Names and figures. */
  readonly totals: readonly Row[];
}

/** What all forms of the table are made of. */
export const summaryTable = (summary: Summary): SummaryTable => ({ title: title(summary), columns, rows: rowsOf(summary), totals: totals(summary) });

/** `LeNet5(classes = 10): 1@28x28 → 10`. */
function title({ model, arguments: given, inputs, outputs }: Summary): string {
  const values = Object.entries(given).map(([name, value]) => `${name} = ${argument(value)}`);
  const shapes = (ports: Summary["inputs"]): string =>
    ports.map(({ name, shape }) => (ports.length > 1 ? `${name} ${shape}` : shape)).join(", ");
  return `${model}${values.length > 0 ? `(${values.join(", ")})` : ""}: ${shapes(inputs)} → ${shapes(outputs)}`;
}

const argument = (value: ArgumentValue): string =>
  typeof value === "object" ? `[${value.map(argument).join(", ")}]` : String(value);

const rowsOf = ({ layers }: Summary): readonly Row[] => layers.map(rowOf);

function rowOf({ path, operator, output, parameters, macs, receptiveField, frozen, weights }: SummaryLayer): Row {
  const count = (value: number): string => (value === 0 ? "" : grouped(value));
  return [path, frozen && weights.length > 0 ? `${operator} (frozen)` : operator, output, count(parameters), count(macs), receptiveField.join("x")];
}

function totals({ inputConstraints, loads, totals: { parameters, trainable, frozen, buffers, macs, receptiveField, memory } }: Summary): readonly Row[] {
  return [
    ["parameters", frozen > 0 ? `${grouped(parameters)}: ${grouped(trainable)} trainable, ${grouped(frozen)} frozen` : `${grouped(parameters)}, all trainable`],
    // Keras and TensorFlow.js count running statistics as weights that are not trained; PyTorch does not count them.
    ...(buffers > 0 ? [["running statistics", `${grouped(buffers)} (with them: ${grouped(parameters + buffers)})`]] : []),
    ["multiply-adds", `${grouped(macs)} an image`],
    ["receptive field", receptiveField.length > 0 ? receptiveField.join("x") : "the whole input"],
    ["memory", `${bytes(memory.weights)} weights, ${bytes(memory.activations)} activations, ${bytes(memory.training)} in training, for one image`],
    ...inputConstraints.map(({ text }) => ["input size", text]),
    ...loads.map((plan) => ["weights", loadWords(plan)]),
  ];
}
