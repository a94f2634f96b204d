/** The curves of a training, from the lines of its `metrics.jsonl` and `timing.jsonl`. A run is untrusted: what is no such line is passed over. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { metricName } from "../words/metrics.ts";

export interface Curve {
  /** `loss`, `accuracy`, `learning rate`. */
  readonly name: string;
  readonly epochs: readonly number[];
  /** By the name of the split, or of what is drawn; null where an epoch has no number. */
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

export interface Times {
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** So many bytes are read: a hundred thousand epochs. */
const most = 20e6;

/** The metrics epoch by epoch, those of both splits in one curve; then the learning rate. */
export function curvesOf(run: string): readonly Curve[] {
  const lines = linesOf(join(run, "metrics.jsonl"));
  const epochs = [...new Set(lines.flatMap(({ epoch }) => (typeof epoch === "number" ? [epoch] : [])))].toSorted((a, b) => a - b);
  const named = new Set(lines.flatMap((line) => Object.entries(line).flatMap(([name, value]) => (typeof value === "number" && name !== "epoch" && name !== "step" && name !== "learningRate" ? [name] : []))));
  const curve = (name: string, key: string, series: readonly (readonly [name: string, split: string])[]): Curve => ({
    name,
    epochs,
    series: series.flatMap(([title, split]) => {
      const values = new Map(lines.flatMap((line) => (line["split"] === split ? [[line["epoch"], line[key]]] : [])));
      const column = epochs.map((epoch) => numberOf(values.get(epoch)));
      return column.some((value) => value !== null) ? [{ name: title, values: column }] : [];
    }),
  });
  return [
    ...[...named].map((name) => curve(metricName(name), name, [["training", "train"], ["validation", "validation"]])),
    curve("learning rate", "learningRate", [["learning rate", "train"]]),
  ].filter(({ series }) => series.length > 0);
}

/** How long the epochs took, in all; nothing where that is not told. */
export function timesOf(run: string): Times | undefined {
  const lines = linesOf(join(run, "timing.jsonl"));
  const seconds = lines.reduce((sum, line) => sum + (numberOf(line["seconds"]) ?? 0), 0);
  const images = lines.reduce((sum, line) => sum + (numberOf(line["seconds"]) ?? 0) * (numberOf(line["imagesPerSecond"]) ?? 0), 0);
  return seconds > 0 ? { seconds, imagesPerSecond: images / seconds } : undefined;
}

const numberOf = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

function linesOf(file: string): readonly Readonly<Record<string, unknown>>[] {
  if (!existsSync(file) || statSync(file).size > most) return [];
  return readFileSync(file, "utf8").split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null ? [{ ...value }] : [];
    } catch {
      return [];
    }
  });
}
