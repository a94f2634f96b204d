/** `featureMaps`: what the layers of a run's model make of an image. */

import { suggest } from "@cnn-lang/parser";
import { dataLayout, reaching, toTorch } from "@cnn-lang/codegen";
import { type Layer, type Model, printShape } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { fail } from "../failure.ts";
import { type LoadOptions, type RunResult, withRun } from "../run/load.ts";
import { prepared } from "../train/predict.ts";
import { inspectionProblems } from "./codes.ts";
import { layerOutputs } from "./observe.ts";

export interface FeatureMap {
  /** The layer's path. */
  readonly path: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** `[channels, height, width]`. */
  readonly values: Float32Array;
}

export interface FeatureMapOptions extends LoadOptions {
  /** The paths of the layers; all that make a map unless given. */
  readonly layers?: readonly string[];
}

/**
 * What the layers of a run's model make of a PNG or JPEG file, which is prepared as in validation. Mistakes come back as diagnostics:
 * CNN8401 where a layer makes no map, those of the run, and those of the image.
 */
export function featureMaps(run: string, image: string, { layers, ...options }: FeatureMapOptions = {}): Promise<RunResult<readonly FeatureMap[]>> {
  return withRun(run, options, async (loaded) => {
    const { model } = loaded;
    const wanted = layers?.map((path) => mapLayer(model, path)) ?? mapLayers(model);
    const { shape, images } = await prepared(loaded, image);
    const input = tf.tensor4d(images, [...shape]);
    const { layers: made, outputs } = layerOutputs(loaded.network, input, new Set(wanted.map(({ path }) => path)));
    try {
      return await readMaps(wanted, made);
    } finally {
      tf.dispose([input, ...made.values(), ...outputs.values()]);
    }
  });
}

/** The layers that make a map with height and width, each path once. */
export function mapLayers(model: Model): readonly Layer[] {
  const byPath = new Map(reaching(model).toReversed().flatMap((layer) => (layer.outputShape.axes.length === 2 && layer.operator !== "input" ? [[layer.path, layer] as const] : [])));
  return [...byPath.values()].toReversed();
}

/** The layer of a path. Throws the Failure CNN8401 where it makes no map. */
export function mapLayer(model: Model, path: string): Layer {
  const layers = mapLayers(model);
  const found = layers.find((layer) => layer.path === path);
  if (found) return found;
  const other = model.layers.find((layer) => layer.path === path);
  const why = other ? `it is ${printShape(other.outputShape)}` : "there is no layer of that path";
  return fail(inspectionProblems.noFeatureMap({ model: model.name, path, why, meant: other ? undefined : suggest(path, layers.map((layer) => layer.path)) }));
}

/** The values of tensors that layers made of one image. */
export async function readMaps(layers: readonly Layer[], made: ReadonlyMap<string, tf.Tensor>): Promise<readonly FeatureMap[]> {
  const maps: FeatureMap[] = [];
  for (const { path, outputShape } of layers) {
    const [height = 1, width = 1] = outputShape.axes;
    const values = Float32Array.from((await made.get(path)?.data()) ?? []);
    maps.push({ path, channels: outputShape.channels, height, width, values: toTorch(dataLayout(outputShape, 1), values) });
  }
  return maps;
}

/** The file's name of a map's picture: no path of a layer leads out of the folder. */
export const mapName = (number: number, path: string): string => `map-${String(number + 1).padStart(2, "0")}-${path.replaceAll(/[^\w.-]+/g, "_").slice(0, 80)}`;
