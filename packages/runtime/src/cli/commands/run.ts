/** `cnn run FILE`: one pass over given tensors, for comparing with PyTorch. */

import { buildCommand } from "@stricli/core";
import type { NamedArrays } from "../../index.ts";
import type { Context } from "../context.ts";
import { checkedModel, modelFlags, type ModelFlags } from "../model.ts";
import { tellOutcome } from "../outcome.ts";
import { drawTable } from "../output/table.ts";
import { wholeNumber } from "../parse.ts";

interface Flags extends Pick<ModelFlags, "model" | "set"> {
  readonly input: string;
  readonly weights?: string;
  readonly output?: string;
  readonly train?: boolean;
  readonly dropout: boolean;
  readonly exact?: boolean;
  readonly backend?: string;
  readonly seed?: number;
}

export const runCommand = buildCommand<Flags, [file: string], Context>({
  docs: {
    brief: "Run a model once on given tensors",
    fullDescription:
      "Reads the model's inputs from a safetensors file, by their names, batch first, in PyTorch's layout (NCHW), and writes the outputs\n" +
      "by theirs. Where the file also holds grad_OUTPUT, the gradient of what comes after, the result has grad_INPUT and grad/WEIGHT too.",
  },
  parameters: {
    flags: {
      input: { kind: "parsed", parse: String, placeholder: "IN", brief: "A safetensors file with the inputs" },
      weights: { kind: "parsed", parse: String, optional: true, placeholder: "W", brief: "A safetensors file with all weights; initial ones unless given" },
      output: { kind: "parsed", parse: String, optional: true, placeholder: "OUT", brief: "The safetensors file to write" },
      train: { kind: "boolean", optional: true, withNegated: false, brief: "In training mode; the result has the moved statistics as after/BUFFER" },
      dropout: { kind: "boolean", default: true, brief: "With --train: whether dropout drops" },
      exact: { kind: "boolean", optional: true, withNegated: false, brief: "No kernels that round differently from machine to machine; slower" },
      backend: { kind: "parsed", parse: String, optional: true, placeholder: "B", brief: "What computes; cnn doctor lists them" },
      seed: { kind: "parsed", parse: wholeNumber(0), optional: true, placeholder: "N", brief: "What initial weights and dropout are drawn from; 1" },
      model: modelFlags.model,
      set: modelFlags.set,
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "FILE", brief: "A .cnn file" }] },
  },
  async func({ model: name, set, exact, train, ...options }, reference) {
    const model = checkedModel(this, reference, { ...(name !== undefined && { model: name }), ...(set && { set }) });
    if (!model) return;
    const { runPass, setExact } = await import("#cli/training");
    if (exact) setExact(true);
    const result = await runPass(model, { ...options, training: train ?? false });
    tellOutcome(this, result);
    if (result.status === "ok") this.process.stdout.write(draw(result.value));
  },
});

/** A line a tensor, with its smallest and largest number. */
function draw(results: NamedArrays): string {
  const rows = [...results].map(([name, { shape, values }]) => [name, `[${shape.join(", ")}]`, ...rangeOf(values)]);
  return `${drawTable([{ title: "tensor" }, { title: "shape" }, { title: "least", align: "right" }, { title: "largest", align: "right" }, { title: "" }], rows)}\n`;
}

function rangeOf(values: ArrayLike<number | bigint>): readonly [least: string, largest: string, note: string] {
  let [least, largest, undefinedOnes] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i += 1) {
    const value = Number(values[i]);
    if (Number.isNaN(value)) undefinedOnes += 1;
    least = Math.min(least, Number.isNaN(value) ? least : value);
    largest = Math.max(largest, Number.isNaN(value) ? largest : value);
  }
  const written = (value: number): string => (undefinedOnes === values.length ? "" : `${Number(value.toPrecision(6))}`);
  return [written(least), written(largest), undefinedOnes > 0 ? `${undefinedOnes} of ${values.length} are NaN` : ""];
}
