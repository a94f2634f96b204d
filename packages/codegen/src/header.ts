/** What stands at the top of every emitted file. */

import { printShape, type Model } from "@cnn-lang/shape-checker";

export const madeBy = "Made by the .cnn compiler: change the program, not this file.";

/** `LeNet5(classes = 10), from lenet.cnn: 1@28x28 → 10`, and its figures. */
export function figures({ name, arguments: given, inputs, outputs, layers, span }: Model): readonly string[] {
  const values = Object.entries(given).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const call = values.length > 0 ? `${name}(${values.join(", ")})` : name;
  const shapes = (ports: Model["inputs"]): string => ports.map(({ shape }) => printShape(shape)).join(", ");
  const total = (what: "parameters" | "macs"): string => layers.reduce((sum, { cost }) => sum + cost[what], 0).toLocaleString("en-US");
  return [
    `${call}, from ${span.file}: ${shapes(inputs)} → ${shapes(outputs)}`,
    `${total("parameters")} parameters, ${total("macs")} multiply-accumulates an image`,
  ];
}
