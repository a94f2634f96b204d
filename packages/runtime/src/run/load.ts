/** A trained model, opened from its run: its sources are checked and emitted afresh, the run's `model.js` is never executed. */

import type { Diagnostic } from "@cnn-lang/parser";
import { check, checkRecipe, type DataManifest, type Model, type Recipe } from "@cnn-lang/shape-checker";
import { diskProject } from "@cnn-lang/shape-checker/node";
import { selectBackend } from "../backends/select.ts";
import { diagnosticOf, startOf } from "../failure.ts";
import { type Head, headsOf } from "../train/heads.ts";
import { disposeNetwork, type Network, buildNetwork } from "../train/network.ts";
import { checkpointFolder, readWeights } from "./checkpoint.ts";
import { dataOf, recipeOf } from "./run-folder.ts";

export interface LoadOptions {
  /** A backend's name, or `auto`. */
  readonly backend?: string;
  /** Which checkpoint: the best one unless given. */
  readonly checkpoint?: "best" | "last";
}

/** A run opened for use. */
export interface LoadedRun {
  readonly run: string;
  readonly model: Model;
  readonly recipe: Recipe;
  /** What it was trained on; its labels are the classes' names. */
  readonly data: DataManifest;
  readonly heads: readonly Head[];
  /** The checkpoint's folder. */
  readonly checkpoint: string;
  readonly network: Network;
  /** Frees the weights. */
  dispose(): void;
}

/** What a public function of a run gives: its value, or what is wrong. */
export type RunResult<T> =
  | { readonly status: "ok"; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly status: "failed"; readonly diagnostics: readonly Diagnostic[] }
  /** No backend works here; `message` says why. */
  | { readonly status: "unavailable"; readonly message: string; readonly diagnostics: readonly Diagnostic[] };

/** Opens a run's model. What is wrong with the run comes back as diagnostics; the caller disposes what is opened. */
export async function loadModel(run: string, options: LoadOptions = {}): Promise<RunResult<LoadedRun>> {
  try {
    const text = recipeOf(run);
    const data = dataOf(run);
    // Nothing outside the run is read for its model, and its data may be long gone: what it was stands in the run.
    const project = { ...diskProject(run), manifest: () => data };
    const { recipe, model, diagnostics } = checkRecipe(project, `${run}/recipe.json`, check, text);
    if (!recipe || !model || diagnostics.some(({ severity }) => severity === "error")) return { status: "failed", diagnostics: diagnostics.filter(({ severity }) => severity !== "info") };
    const checkpoint = checkpointFolder(run, options.checkpoint ?? "best");
    const arrays = readWeights(checkpoint, model);
    const backend = await selectBackend(options.backend);
    if (!backend.ok) return { status: "unavailable", message: backend.message, diagnostics: [] };
    const network = await buildNetwork(model, arrays);
    const heads = headsOf(recipe, model, data);
    return { status: "ok", value: { run, model, recipe, data, heads, checkpoint, network, dispose: () => disposeNetwork(network) }, diagnostics: [] };
  } catch (error) {
    return failed(error, run);
  }
}

/** Opens a run, hands it to `use`, and frees it again. Failures on the way come back as diagnostics. */
export async function withRun<T>(run: string, options: LoadOptions, use: (loaded: LoadedRun) => Promise<T>): Promise<RunResult<T>> {
  const loaded = await loadModel(run, options);
  if (loaded.status !== "ok") return loaded;
  try {
    return { status: "ok", value: await use(loaded.value), diagnostics: [] };
  } catch (error) {
    return failed(error, run);
  } finally {
    loaded.value.dispose();
  }
}

const failed = (error: unknown, run: string): { readonly status: "failed"; readonly diagnostics: readonly Diagnostic[] } => ({
  status: "failed",
  diagnostics: [diagnosticOf(error, startOf(run))],
});
