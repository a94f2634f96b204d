/** `cnn export RUN`: a trained model for other programs. */

import { buildCommand } from "@stricli/core";
import { type Context, Refusal } from "../context.ts";
import { tellOutcome } from "../outcome.ts";
import { runFlags, type RunFlags } from "../run-flags.ts";

interface Flags extends Pick<RunFlags, "checkpoint"> {
  readonly out: string;
}

export const exportCommand = buildCommand<Flags, [run: string], Context>({
  docs: {
    brief: "Write a run's model for other programs",
    fullDescription:
      "Writes the weights of a run's best checkpoint into a safetensors file, by PyTorch's names and in its layout; or, into a folder, a\n" +
      "model.json with its shards, which TensorFlow.js's loadGraphModel reads, in a page as well.",
  },
  parameters: {
    flags: {
      out: { kind: "parsed", parse: String, placeholder: "OUT", brief: "FILE.safetensors, or a folder, with / at its end" },
      checkpoint: runFlags.checkpoint,
    },
    aliases: { o: "out" },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "RUN", brief: "A run's folder" }] },
  },
  async func({ out, ...options }, run) {
    if (!/\.safetensors$|[/\\]$/.test(out)) throw new Refusal(2, `${out} is neither a name for weights, FILE.safetensors, nor a folder for TensorFlow.js, ${out}/.`);
    const { exportModel } = await import("#cli/training");
    const result = await exportModel(run, out, options);
    tellOutcome(this, result);
    if (result.status === "ok") this.process.stdout.write(`${result.value.join("\n")}\n`);
  },
});
