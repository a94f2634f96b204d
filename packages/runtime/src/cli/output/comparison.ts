/** What changed from one model to another, for people. */

import type { Comparison, LayerChange } from "@cnn-lang/shape-checker";
import { bytes, grouped } from "../../numbers.ts";
import { drawTable } from "./table.ts";
import type { Paint, Style } from "./terminal.ts";

const marks: Readonly<Record<LayerChange["change"], { readonly sign: string; readonly style: Style }>> = {
  added: { sign: "+", style: "green" },
  removed: { sign: "-", style: "red" },
  changed: { sign: "~", style: "yellow" },
};

export function drawComparison({ before, after, layers, weights }: Comparison, paint: Paint): string {
  const [one, other] = [before.totals, after.totals];
  const costs = [
    costRow("parameters", one.parameters, other.parameters, grouped),
    costRow("multiply-adds", one.macs, other.macs, grouped),
    costRow("memory in training", one.memory.training, other.memory.training, bytes),
  ];
  const fates = [
    ["fit as they are", `${weights.fitting.length}`],
    ["have another shape", counted(weights.reshaped.map((tensor) => `${tensor.name} [${tensor.before.join(", ")}] → [${tensor.after.join(", ")}]`))],
    ["are new", counted(weights.added)],
    ["are gone", counted(weights.removed)],
  ];
  return [
    paint("bold", before.model === after.model ? after.model : `${before.model} → ${after.model}`),
    "",
    ...(layers.length > 0 ? layers.map((change) => drawChange(change, paint)) : ["  no layer changed"]),
    "",
    rows(costs),
    "",
    "tensors of a weight file:",
    rows(fates),
    "",
  ].join("\n");
}

function drawChange({ path, change, before, after, differences }: LayerChange, paint: Paint): string {
  const { sign, style } = marks[change];
  const facts = after ?? before;
  const what = differences.length > 0 ? differences.join(", ") : facts ? `${facts.operator} ${facts.output}` : "";
  return `${paint(style, `${sign} ${path}`)}  ${what}`;
}

const costRow = (name: string, before: number, after: number, show: (value: number) => string): readonly string[] => [
  name,
  before === after ? `${show(after)}, as before` : `${show(before)} → ${show(after)}`,
];

const rows = (lines: readonly (readonly string[])[]): string =>
  drawTable([{ title: "" }, { title: "" }], lines.map(([name = "", value = ""]) => [`  ${name}`, value])).replace(/^\n/, "");

/** How many, and the first of them. */
const counted = (names: readonly string[]): string =>
  names.length === 0 ? "0" : `${names.length}: ${names.slice(0, 3).join("; ")}${names.length > 3 ? "; …" : ""}`;
