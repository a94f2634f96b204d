/** `inspect`: pictures of what a trained network has learnt and sees in an image, in one page and as PNG files. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Layer, printShape } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { runProblems } from "../codes.ts";
import type { Pixels } from "../data/pixels.ts";
import { fail } from "../failure.ts";
import { pngOf } from "../report/picture.ts";
import { type Disk, disk as realDisk, writeFile } from "../run/files.ts";
import { type LoadedRun, type LoadOptions, type RunResult, withRun } from "../run/load.ts";
import type { Head } from "../train/heads.ts";
import { outputOf } from "../train/network.ts";
import { argMax } from "../train/predict.ts";
import { layoutOf } from "../weights/transfer.ts";
import { inspectionProblems } from "./codes.ts";
import { classMap, type ClassMap, lastMap } from "./class-map.ts";
import { type FeatureMap, mapLayer, mapLayers, mapName, readMaps } from "./feature-maps.ts";
import { gradientByImage, layerOutputs } from "./observe.ts";
import { renderInspection } from "./page.ts";
import { enlarged, framed, heated, mostChannels, type Planes, rangeOf, sheet, timesFor } from "./planes.ts";
import { middleOf, receptiveField, type Rectangle, type Unit } from "./receptive-field.ts";
import { type Subject, subjectOf } from "./subject.ts";

export interface InspectOptions extends LoadOptions {
  /** The path of the one layer whose map is shown; some of all unless given. */
  readonly layer?: string;
  /** Whose receptive field is drawn: row and column in the map of that layer, or the last one; the middle unless given. */
  readonly unit?: Unit;
  /** The folder that page and pictures are written into; `inspect` in the run unless given. */
  readonly out?: string;
  readonly disk?: Disk;
}

/** What was seen. */
export interface Inspection {
  readonly image: string;
  /** What the model says of it, where it tells classes: with what the image is, where that is known. */
  readonly seen: { readonly class: number; readonly label: string; readonly is?: string } | undefined;
  readonly field: Rectangle & { readonly layer: string; readonly unit: Unit };
  readonly classMap: ClassMap | undefined;
  readonly maps: readonly FeatureMap[];
  /** The page, and the pictures beside it. */
  readonly page: string;
  readonly files: readonly string[];
}

/** So many layers fill a page. */
const mostLayers = 12;

/**
 * Looks into a run with a PNG or JPEG file, or with the first image of its own data, and writes what it sees. Mistakes come back as
 * diagnostics: CNN8401 and CNN8402 where there is no such layer or unit, CNN8002 where nothing can be written, those of the run and the image.
 */
export function inspect(run: string, image: string | undefined, { layer, unit, out = join(run, "inspect"), disk = realDisk, ...options }: InspectOptions = {}): Promise<RunResult<Inspection>> {
  return withRun(run, options, async (loaded) => {
    refuseLink(run, out);
    const { model } = loaded;
    const chosen = layer === undefined ? mapLayers(model) : [mapLayer(model, layer)];
    const last = chosen.at(-1);
    if (!last) return fail(inspectionProblems.noFeatureMap({ model: model.name, path: "nothing", why: "none of its layers makes one", meant: undefined }));
    const seenFrom = unit ?? middleOf(last);
    checkUnit(last, seenFrom);
    const subject = await subjectOf(loaded, image);
    const looked = await look(loaded, subject, spread(chosen, mostLayers), last, seenFrom);
    const pictures = new Map([...looked.pictures].map(([name, picture]) => [`${name}.png`, pngOf(picture)]));
    for (const [name, bytes] of pictures) writeFile(disk, join(out, name), bytes);
    const page = join(out, "index.html");
    const { pictures: _, ...facts } = looked;
    writeFile(disk, page, renderInspection({ run, model, ...facts }, pictures));
    return { ...facts, page, files: [...pictures.keys()].map((name) => join(out, name)) };
  });
}

/** A run is untrusted: its folder must not lead elsewhere when it is written into. */
function refuseLink(run: string, out: string): void {
  if (out !== join(run, "inspect")) return;
  const link = readdirSync(run, { withFileTypes: true }).some((entry) => entry.name === "inspect" && entry.isSymbolicLink());
  if (link) fail(runProblems.notARun({ path: run, why: "inspect in it is a symbolic link, and what it leads to would be written into" }));
}

function checkUnit({ path, outputShape }: Layer, unit: Unit): void {
  if (unit.some((at, axis) => at >= (outputShape.axes[axis] ?? 0))) fail(inspectionProblems.noUnit({ path, unit: unit.join(), shape: printShape(outputShape) }));
}

/** At most so many, at equal distances, the last among them. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  return all.length <= most ? all : all.filter((_, i) => Math.floor(((i + 1) * most) / all.length) > Math.floor((i * most) / all.length));
}

interface Looked extends Omit<Inspection, "page" | "files"> {
  /** By the names of their files. */
  readonly pictures: ReadonlyMap<string, Pixels>;
}

async function look(loaded: LoadedRun, subject: Subject, shown: readonly Layer[], of: Layer, unit: Unit): Promise<Looked> {
  const { network, model, heads: [head], data } = loaded;
  if (!head) throw new Error("A training has an output.");
  const { image } = subject;
  const classed = head.task === "classes" || head.task === "binary" ? lastMap(model, head.output) : undefined;
  const paths = new Set([...shown, ...(classed ? [classed.map] : [])].map(({ path }) => path));
  const input = tf.tensor4d(subject.batch.images, [...subject.batch.shape]);
  const { layers, outputs } = layerOutputs(network, input, paths);
  try {
    const maps = await readMaps(shown, layers);
    const made = classed && layers.get(classed.map.path);
    const best = classed ? await bestClass(outputOf(outputs, head.output), head) : undefined;
    const map = classed && made && best !== undefined ? await classMap(network, input, made, head, best, classed) : undefined;
    const field = receptiveField(model, of, unit);
    const filters = await firstFilters(loaded);
    const pictures = new Map<string, Pixels>([
      ["image", enlarged(image, timesFor(image))],
      ...(map ? [["class-map", heated(image, map)] as const] : []),
      ["receptive-field", framed(image, field)],
      ["effective-field", heated(image, await effectiveField(loaded, input, of, unit))],
      ...(filters ? [["filters", drawFilters(filters)] as const] : []),
      ...maps.map(({ channels, ...planes }, i) => [mapName(i, planes.path), sheet({ channels: Math.min(channels, mostChannels), ...planes }, rangeOf(planes.values))] as const),
    ]);
    const label = (number: number): string => data.labels[number] ?? `${number}`;
    const seen = best === undefined ? undefined : { class: best, label: label(best), ...(subject.is !== undefined && { is: label(subject.is) }) };
    return { image: subject.name, seen, field: { ...field, layer: of.path, unit }, classMap: map, maps, pictures };
  } finally {
    tf.dispose([input, ...layers.values(), ...outputs.values()]);
  }
}

async function bestClass(output: tf.Tensor, { task }: Head): Promise<number> {
  const scores = [...(await output.data())];
  return task === "binary" ? Number((scores[0] ?? 0) > 0) : argMax(scores);
}

/**
 * How much each pixel moves a unit: the size of the gradient of its channels' sum (Luo et al., "Understanding the Effective Receptive Field",
 * 2016), summed over the image's channels.
 */
export async function effectiveField({ network }: Pick<LoadedRun, "network">, input: tf.Tensor, { path }: Layer, [y, x]: Unit): Promise<{ readonly height: number; readonly width: number; readonly values: Float32Array }> {
  const gradient = gradientByImage(network, input, path, (made) => tf.sum(tf.slice(made, [0, y, x, 0], [1, 1, 1, -1])));
  const sizes = tf.tidy(() => tf.sum(tf.abs(gradient), [0, 3]));
  const values = Float32Array.from(await sizes.data());
  const [height = 1, width = 1] = sizes.shape;
  tf.dispose([gradient, sizes]);
  return { height, width, values };
}

/** The filters of the first layer that has some: `[out, in, height, width]`. */
async function firstFilters({ model, network }: LoadedRun): Promise<(Planes & { readonly inputs: number }) | undefined> {
  const weight = model.layers.flatMap(({ weights }) => weights).find(({ shape }) => shape.length === 4);
  const tensor = weight && network.weights[weight.name];
  if (!weight || !tensor) return undefined;
  const [filters = 1, inputs = 1, height = 1, width = 1] = weight.shape;
  const values = layoutOf(model, weight.name).toTorch(Float32Array.from(await tensor.data()));
  return { channels: Math.min(filters, mostChannels) * inputs, inputs, height, width, values };
}

/** Gray is 0; black and white are the largest weight's size below and above. Filters of colour images are in colour. */
export function drawFilters({ inputs, ...planes }: Planes & { readonly inputs: number }): Pixels {
  const [low, high] = rangeOf(planes.values);
  const size = Math.max(-low, high);
  return sheet(planes, [-size, size], inputs === 3 ? 3 : 1);
}
