/** `cnn train RECIPE`, `cnn train FILE --data …`, `cnn train --resume RUN`: leaves a run. */

import { buildCommand } from "@stricli/core";
import type { TrainOptions, TrainResult, WrittenRecipe } from "../../index.ts";
import { type Context, Refusal } from "../context.ts";
import { modelFlags, refuseSeveralModels } from "../model.ts";
import { commandName, tellOutcome } from "../outcome.ts";
import { createProgress } from "../output/progress.ts";
import { positiveNumber, wholeNumber } from "../parse.ts";
import { tidyPath } from "../projects.ts";
import { recipeOfFlags, type RecipeFlags } from "../recipe.ts";

interface Flags extends RecipeFlags {
  readonly out?: string;
  readonly backend?: string;
  readonly workers?: number;
  readonly exact?: boolean;
  readonly detectAnomaly?: boolean;
  readonly noCapture?: boolean;
  readonly resume?: string;
}

export const trainCommand = buildCommand<Flags, [file?: string], Context>({
  docs: {
    brief: "Train a model",
    fullDescription:
      "Trains as a recipe (NAME.train.json) says, or a .cnn file on the data behind --data: a folder, or the built-in set digits.\n" +
      "Leaves a run: a folder with weights, metrics and all that is needed to go on. Ctrl-C saves and ends; twice, it ends at once.",
    customUsage: ["<RECIPE>", "<FILE> --data <NAME-or-DIR>", "--resume <RUN>"],
  },
  parameters: {
    flags: {
      data: { kind: "parsed", parse: String, optional: true, placeholder: "NAME-or-DIR", brief: "With a .cnn file: what to train on" },
      model: modelFlags.model,
      set: modelFlags.set,
      epochs: { kind: "parsed", parse: wholeNumber(1), optional: true, placeholder: "N", brief: "With --data: how often all images are seen; 10" },
      batch: { kind: "parsed", parse: wholeNumber(1), optional: true, placeholder: "N", brief: "With --data: images in one step; 64" },
      lr: { kind: "parsed", parse: positiveNumber, optional: true, placeholder: "X", brief: "With --data: Adam's learning rate; 0.001" },
      seed: { kind: "parsed", parse: wholeNumber(0), optional: true, placeholder: "N", brief: "With --data: the number that all random draws are made from; 1" },
      weights: { kind: "parsed", parse: String, optional: true, placeholder: "W", brief: "With --data: a safetensors file with the weights to start from" },
      out: { kind: "parsed", parse: String, optional: true, placeholder: "DIR", brief: "The run's folder; runs/MODEL-1, or the next number that is free" },
      backend: { kind: "parsed", parse: String, optional: true, placeholder: "B", brief: "What computes; cnn doctor lists them" },
      workers: { kind: "parsed", parse: wholeNumber(1), optional: true, placeholder: "N", brief: "Threads that share each batch, on the backend wasm; 1" },
      exact: { kind: "boolean", optional: true, withNegated: false, brief: "No kernels that round differently from machine to machine; slower" },
      detectAnomaly: { kind: "boolean", optional: true, withNegated: false, brief: "Tell which layer is the first to give NaN or infinity; slower" },
      noCapture: { kind: "boolean", optional: true, withNegated: false, brief: "On the backends wasm and webgpu: compute each step anew instead of doing one again; slower" },
      resume: { kind: "parsed", parse: String, optional: true, placeholder: "RUN", brief: "Go on with a run where it stopped" },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, optional: true, placeholder: "FILE", brief: "A recipe, or a .cnn file" }] },
  },
  async func({ out, backend, workers, exact, detectAnomaly = false, noCapture = false, resume: run, ...flags }, file) {
    const work = await workOf(this, file, flags, run, out);
    if (!work) return;
    const { resume, setExact, train } = await import("#cli/training");
    if (exact) setExact(true);
    const interruption = interruptible(this);
    const options: TrainOptions = {
      ...(backend !== undefined && { backend }),
      ...(workers !== undefined && { workers }),
      detectAnomaly,
      capture: !noCapture,
      onEvent: createProgress(this.process.stderr, interruption.signal),
      signal: interruption.signal,
    };
    const result = await ("run" in work ? resume(work.run, options) : train(work.recipe, { ...options, ...(out !== undefined && { out }) }));
    interruption.end();
    tellOutcome(this, result);
    tellResult(this, result);
  },
});

type Work = { readonly run: string } | { readonly recipe: string | WrittenRecipe };

/** What is asked for: to go on with a run, a recipe, or one made of flags; nothing where the data was wrong, which is told. */
async function workOf(context: Context, file: string | undefined, flags: RecipeFlags, run: string | undefined, out: string | undefined): Promise<Work | undefined> {
  const given = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (run !== undefined) {
    const [other] = [...(file === undefined ? [] : [file]), ...given.map((name) => `--${name}`), ...(out === undefined ? [] : ["--out"])];
    if (other !== undefined) throw new Refusal(2, `--resume goes on as the run began: ${other} cannot go with it, only --backend, --workers, --exact, --detect-anomaly and --no-capture.`);
    return { run };
  }
  if (file === undefined) throw new Refusal(2, "What is to be trained? Give a recipe, or a .cnn file with --data.");
  if (flags.data !== undefined) {
    refuseSeveralModels(file, flags);
    const recipe = await recipeOfFlags(context, file, flags.data, flags);
    return recipe && { recipe };
  }
  if (!file.endsWith(".json")) throw new Refusal(2, `${file} needs data: --data digits, or --data FOLDER. Or give a recipe, NAME.train.json.`);
  if (given.length > 0) throw new Refusal(2, `--${given[0]} stands in the recipe: change it there.`);
  return { recipe: tidyPath(file) };
}

/** A signal that Ctrl-C gives; a second one ends the process at once, and what was saved before stays. */
function interruptible({ process: { stderr } }: Context): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  function interrupt(): void {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    stderr.write("\nSaving … (Ctrl-C again ends at once)\n");
  }
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    end() {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}

function tellResult(context: Context, { status, run }: TrainResult): void {
  const { stdout, stderr } = context.process;
  if (status === "interrupted") context.process.exitCode = 130;
  if (run === undefined) {
    if (status === "interrupted") stderr.write("Nothing was trained yet, so nothing is saved.\n");
    return;
  }
  const cnn = commandName(context);
  if (status === "failed") stderr.write(`What was trained before is in ${run}.\n`);
  if (status === "finished") stdout.write(`\nThe run is in ${run}. What can be done with it:\n  ${cnn} eval ${run}\n  ${cnn} predict ${run} IMAGE.png\n`);
  if (status === "interrupted") {
    stdout.write(`\nStopped and saved: the run is in ${run}. What can be done with it:\n  ${cnn} train --resume ${run}\n  ${cnn} eval ${run}\n`);
  }
}
