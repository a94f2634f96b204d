/** A trained model, opened from its run: its sources are checked and emitted afresh, the run's `model.js` is never executed. */

import type { Diagnostic } from "@cnn-lang/parser";
import { check, checkRecipe, type DataManifest, type Model, type Recipe } from "@cnn-lang/shape-checker";
import { diskProject } from "@cnn-lang/shape-checker/node";
import { selectBackend } from "../backends/select.ts";
import { diagnosticOf, startOf } from "../failure.ts";
import { type Head, headsOf } from "../train/heads.ts";
import { disposeNetwork, type Network, buildNetwork } from "../train/network.ts";
import type { NamedArrays } from "../weights/safetensors.ts";
import { weightsFrom } from "../weights/starting.ts";
import { checkpointFolder, readWeights } from "./checkpoint.ts";
import { dataOf, recipeOf } from "./run-folder.ts";

export interface LoadOptions {
  /** A backend's name, or `auto`. */
  readonly backend?: string;
  /** Which checkpoint: the best one unless given. */
  readonly checkpoint?: "best" | "last";
  /** A safetensors file whose weights stand in for the checkpoint's. */
  readonly weights?: string;
}

/** A run as it lies on the disk, checked. */
export interface OpenedRun {
  readonly run: string;
  readonly model: Model;
  readonly recipe: Recipe;
  /** What it was trained on; its labels are the classes' names. */
  readonly data: DataManifest;
  /** The checkpoint's folder, or the file that the weights are from. */
  readonly checkpoint: string;
  /** In PyTorch's layout. */
  readonly weights: NamedArrays;
}

/** A run opened for use. */
export interface LoadedRun extends Omit<OpenedRun, "weights"> {
  readonly heads: readonly Head[];
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

/** Opens a run without computing anything. What is wrong with it comes back as diagnostics. */
export function openRun(run: string, options: Omit<LoadOptions, "backend"> = {}): Exclude<RunResult<OpenedRun>, { readonly status: "unavailable" }> {
  try {
    const text = recipeOf(run);
    const data = dataOf(run);
    // Nothing outside the run is read for its model, and its data may be long gone: what it was stands in the run.
    const project = { ...diskProject(run), manifest: () => data };
    const { recipe, model, diagnostics } = checkRecipe(project, `${run}/recipe.json`, check, text);
    if (!recipe || !model || diagnostics.some(({ severity }) => severity === "error")) return { status: "failed", diagnostics: diagnostics.filter(({ severity }) => severity !== "info") };
    const checkpoint = options.weights ?? checkpointFolder(run, options.checkpoint ?? "best");
    const weights = options.weights === undefined ? readWeights(checkpoint, model) : weightsFrom(model, options.weights);
    return { status: "ok", value: { run, model, recipe, data, checkpoint, weights }, diagnostics: [] };
  } catch (error) {
    return failed(error, run);
  }
}

/** Opens a run's model. What is wrong with the run comes back as diagnostics; the caller disposes what is opened. */
export async function loadModel(run: string, options: LoadOptions = {}): Promise<RunResult<LoadedRun>> {
  const opened = openRun(run, options);
  if (opened.status !== "ok") return opened;
  const { weights, ...facts } = opened.value;
  try {
    const backend = await selectBackend(options.backend);
    if (!backend.ok) return { status: "unavailable", message: backend.message, diagnostics: [] };
    const network = await buildNetwork(facts.model, weights);
    const heads = headsOf(facts.recipe, facts.model, facts.data);
    return { status: "ok", value: { ...facts, heads, network, dispose: () => disposeNetwork(network) }, diagnostics: [] };
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
