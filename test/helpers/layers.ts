/** Models of TensorFlow.js's layers, as emitted: imported as a user's file would be, and given weights in PyTorch's layout. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { emit } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";

export interface LayersModule {
  readonly code: string;
  readonly createModel: () => tfl.LayersModel;
  readonly setWeights: (model: tfl.LayersModel, weights: { [name: string]: tf.Tensor }) => void;
  readonly weightShapes: Readonly<Record<string, readonly number[]>>;
}

/** An empty folder from which emitted files find the packages. */
export function folderBesidePackages(name: string): string {
  const folder = resolve("node_modules/.cnn", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

let count = 0;

export async function loadLayers(model: Model, folder: string): Promise<LayersModule> {
  const { code } = await emit(model, { target: "layers" });
  const file = join(folder, `model-${(count += 1)}.mjs`);
  writeFileSync(file, code);
  return { code, ...(await import(pathToFileURL(file).href)) };
}
