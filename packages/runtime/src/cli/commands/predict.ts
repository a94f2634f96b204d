/** `cnn predict RUN IMAGE…`: which class a run's model sees in images. */

import { buildCommand } from "@stricli/core";
import type { Prediction } from "../../index.ts";
import type { Context } from "../context.ts";
import { tellOutcome } from "../outcome.ts";
import { percent } from "../../numbers.ts";
import { drawTable } from "../output/table.ts";
import { runFlags, type RunFlags } from "../run-flags.ts";

export const predictCommand = buildCommand<RunFlags, [run: string, ...images: string[]], Context>({
  docs: {
    brief: "Say which class a run's model sees in images",
    fullDescription: "Brings each PNG or JPEG file to the size of the training images and prints the likeliest class and its probability.",
    customUsage: ["<RUN> <IMAGE>..."],
  },
  parameters: {
    flags: runFlags,
    positional: { kind: "array", minimum: 2, parameter: { parse: String, placeholder: "RUN IMAGE", brief: "A run's folder, then PNG and JPEG files" } },
  },
  async func({ format, ...options }, run, ...images) {
    const { predict } = await import("#cli/training");
    const result = await predict(run, images, options);
    tellOutcome(this, result);
    if (result.status !== "ok") return;
    const text = format === "json" ? `${JSON.stringify({ version: 1, run, predictions: result.value }, undefined, 2)}\n` : draw(result.value);
    this.process.stdout.write(text);
  },
});

/** Each file's likeliest class; or its labels, numbers, or what its pixels are. */
function draw(predictions: readonly Prediction[]): string {
  const [first] = predictions;
  if (!first) return "";
  const columns = [{ title: "image" }, ...("class" in first ? [{ title: "class" }, { title: "probability", align: "right" as const }] : [{ title: "seen" }])];
  return `${drawTable(columns, predictions.map((prediction) => [prediction.file, ...cells(prediction)]))}\n`;
}

function cells(prediction: Prediction): readonly string[] {
  if ("class" in prediction) return [prediction.label, percent(prediction.probability)];
  if ("yes" in prediction) return [prediction.yes.join(", ") || "none"];
  if ("numbers" in prediction) return [prediction.numbers.map((value) => value.toPrecision(4)).join(", ")];
  return [prediction.shares.map(({ label, share }) => `${label} ${percent(share)}`).join(", ")];
}
