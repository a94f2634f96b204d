/** A trained model for other programs: its weights as a safetensors file, or a graph model for TensorFlow.js. */

import { graphModel, tensorShape } from "@cnn-lang/codegen";
import { readdirSync } from "node:fs";
import { runProblems } from "../codes.ts";
import { diagnosticOf, fail, startOf } from "../failure.ts";
import { type Disk, disk as realDisk, writeFolder } from "../run/files.ts";
import { type LoadOptions, type OpenedRun, openRun, type RunResult } from "../run/load.ts";
import { json } from "../run/run-folder.ts";
import { writeSafetensors } from "../weights/safetensors.ts";

export interface ExportOptions extends Omit<LoadOptions, "backend"> {
  /** Where it is written: the real disk, or a test's. */
  readonly disk?: Disk;
}

/**
 * Exports a run's model: weights by PyTorch's names and in its layout where `out` ends in `.safetensors`; else a folder with
 * `model.json` and its shards, which TensorFlow.js's `loadGraphModel` reads. Gives the paths of what was written; what is
 * wrong with the run, or cannot be written, comes back as diagnostics.
 */
export async function exportModel(run: string, out: string, { disk = realDisk, ...options }: ExportOptions = {}): Promise<RunResult<readonly string[]>> {
  const opened = openRun(run, options);
  if (opened.status !== "ok") return opened;
  try {
    if (out.endsWith(".safetensors")) {
      writeSafetensors(disk, out, opened.value.weights);
      return { status: "ok", value: [out], diagnostics: [] };
    }
    if (!isFree(out)) fail(runProblems.exportExists({ path: out }));
    const files = graphModelFiles(opened.value);
    writeFolder(disk, out, files);
    return { status: "ok", value: Object.keys(files).map((name) => `${out.replace(/[/\\]+$/, "")}/${name}`), diagnostics: [] };
  } catch (error) {
    return { status: "failed", diagnostics: [diagnosticOf(error, startOf(out))] };
  }
}

function isFree(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    // Nothing is there, or what is there says so when the folder is written.
    return true;
  }
}

/** Browsers keep files of this size in their caches; TensorFlow.js's own converter parts weights so. */
const shardBytes = 4 * 2 ** 20;

/** `model.json` and the shards of the weights, in the form that TensorFlow.js's converter writes. */
function graphModelFiles({ model, recipe, data, weights }: OpenedRun): Readonly<Record<string, Uint8Array | string>> {
  const { topology, signature, constants } = graphModel(model, (name) => Float32Array.from(weights.get(name)?.values ?? [], Number));
  const bytes = Buffer.concat(constants.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)));
  const count = Math.max(1, Math.ceil(bytes.length / shardBytes));
  const shards = Array.from({ length: count }, (_, i) => [`weights-${i + 1}of${count}.bin`, bytes.subarray(i * shardBytes, (i + 1) * shardBytes)] as const);
  const description = {
    format: "graph-model",
    generatedBy: "cnn",
    convertedBy: null,
    signature,
    // What a program must know to feed it as it was trained.
    userDefinedMetadata: {
      model: model.name,
      inputs: model.inputs.map(({ name, shape }) => ({ name, shape: ["batch", ...tensorShape(shape)] })),
      normalize: recipe.data.normalize,
      labels: data.labels,
    },
    modelTopology: topology,
    weightsManifest: [{ paths: shards.map(([name]) => name), weights: constants.map(({ name, shape, values }) => ({ name, shape, dtype: values instanceof Int32Array ? "int32" : "float32" })) }],
  };
  return { "model.json": json(description), ...Object.fromEntries(shards) };
}
