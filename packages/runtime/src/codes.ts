/** CNN8xxx: files and runs. */

import { defineCodes } from "@cnn-lang/parser";
import { counted, grouped } from "./numbers.ts";

export const { table: runCodes, create: runProblems } = defineCodes({
  outExists: {
    code: "CNN8001",
    severity: "error",
    title: "The run's folder exists already",
    message: (f: { path: string }) => `${f.path} exists already and is not empty; a new run would overwrite it`,
    help: (f) => `choose another --out, or go on with cnn train --resume ${f.path}`,
  },
  writeFailed: {
    code: "CNN8002",
    severity: "error",
    title: "A file cannot be written",
    message: (f: { path: string; why: string }) => `${f.path} cannot be written: ${f.why}`,
  },
  notARun: {
    code: "CNN8003",
    severity: "error",
    title: "A folder is no run",
    message: (f: { path: string; why: string }) => `${f.path} is no run: ${f.why}`,
    help: () => "a run is a folder that cnn train wrote",
  },
  badCheckpoint: {
    code: "CNN8004",
    severity: "error",
    title: "A checkpoint cannot be read",
    message: (f: { path: string; why: string }) => `${f.path} cannot be read: ${f.why}`,
  },
  tensorsMissing: {
    code: "CNN8005",
    severity: "error",
    title: "A weight file lacks tensors of the model",
    message: (f: { file: string; missing: readonly Tensor[]; meant: { readonly wanted: Tensor; readonly found: string } | undefined }) =>
      `${f.file} does not hold ${some(f.missing.map(withShape))}, which the model has`,
    help: ({ meant }: { meant: { readonly wanted: Tensor; readonly found: string } | undefined }) =>
      meant && `it holds ${withShape({ ...meant.wanted, name: meant.found })}, which the model does not have; is that ${meant.wanted.name}?`,
  },
  tensorDiffers: {
    code: "CNN8006",
    severity: "error",
    title: "A weight file's tensor has another shape than the model's",
    message: (f: { file: string; name: string; found: readonly number[]; needed: readonly number[] }) =>
      `${f.name} is [${f.found.join(", ")}] in ${f.file}, but [${f.needed.join(", ")}] in the model`,
  },
  tensorsLeftOver: {
    code: "CNN8007",
    severity: "error",
    title: "A weight file holds tensors that the model does not have",
    message: (f: { file: string; names: readonly string[] }) => `${f.file} holds ${some(f.names)}, which the model does not have`,
    help: () => "it belongs to another model, or to another version of this one",
  },
  badWeights: {
    code: "CNN8008",
    severity: "error",
    title: "A weight file cannot be read",
    message: (f: { file: string; why: string }) => `${f.file} cannot be read: ${f.why}`,
  },
  notFinite: {
    code: "CNN8009",
    severity: "error",
    title: "The loss is no longer a number",
    message: (f: { loss: number; step: number; epoch: number }) => `the loss became ${f.loss} in step ${grouped(f.step)} (epoch ${f.epoch}): the training diverged`,
    help: () => "lower the learning rate, or normalise the images; --detect-anomaly tells which layer was the first; the last checkpoint before that is kept",
  },
  batchOfOne: {
    code: "CNN8011",
    severity: "error",
    title: "A batch of one image cannot be normalised",
    message: (f: { path: string; images: number; batch: number }) =>
      `${f.path} needs two values a channel to normalise by, but ${f.batch === 1 ? "each batch has" : `the last batch of ${grouped(f.images)} images by ${grouped(f.batch)} has`} one image`,
    help: () => "choose another batch size",
  },
  dataDiffers: {
    code: "CNN8012",
    severity: "error",
    title: "Data does not fit a trained model",
    message: (f: { data: string; held: string; needed: string }) => `${f.data} holds ${f.held}, but the model was trained on ${f.needed}`,
  },
  alreadyFinished: {
    code: "CNN8010",
    severity: "error",
    title: "A run has nothing left to do",
    message: (f: { path: string; epochs: number; endedAfter?: number }) =>
      f.endedAfter === undefined
        ? `${f.path} has trained all its ${counted(f.epochs, "epoch")}; nothing is left to resume`
        : `${f.path} has ended early, after ${f.endedAfter} of its ${f.epochs} epochs, as its recipe says; nothing is left to resume`,
  },
  reportNotWritten: {
    code: "CNN8015",
    severity: "warning",
    title: "A report is not written",
    message: (f: { path: string; why: string }) => `${f.path} is not written: ${f.why}`,
    help: () => "the run itself is whole; cnn eval RUN --report writes its report",
  },
  notShared: {
    code: "CNN8016",
    severity: "error",
    title: "A training cannot be shared by so many workers",
    message: (f: { workers: number; why: string }) => `${f.workers} workers cannot share this training: ${f.why}`,
    help: () => "leave --workers out, and one does all",
  },
  workerEnded: {
    code: "CNN8017",
    severity: "error",
    title: "A worker of a training ended",
    message: (f: { worker: number; of: number; why: string }) => `worker ${f.worker} of ${f.of} ended: ${f.why}`,
    help: () => "the last checkpoint is kept: cnn train --resume goes on from there, with fewer workers or a smaller batch where memory is short",
  },
  inputMissing: {
    code: "CNN8101",
    severity: "error",
    title: "A tensor that the model takes is missing",
    message: (f: { file: string; model: string; name: string; needed: string; meant: string | undefined }) =>
      `${f.file} holds no tensor ${f.name}, the input of ${f.model}, which is ${f.needed}`,
    help: (f) => (f.meant === undefined ? undefined : `it holds ${f.meant}; is that meant? Tensors are given by the names of the model's inputs`),
  },
  inputUnknown: {
    code: "CNN8102",
    severity: "error",
    title: "A tensor is given that the model does not take",
    message: (f: { file: string; model: string; name: string; wanted: readonly string[]; meant: string | undefined }) =>
      `${f.file} holds ${f.name}, which ${f.model} does not take${f.meant === undefined ? "" : `; did you mean ${f.meant}?`}`,
    help: (f) => `it takes ${f.wanted.join(", ")}; a gradient may be left out`,
  },
  inputDiffers: {
    code: "CNN8103",
    severity: "error",
    title: "A tensor is of another shape than the model takes",
    message: (f: { file: string; name: string; found: readonly number[]; needed: string }) => `${f.name} is [${f.found.join(", ")}] in ${f.file}, but ${f.needed} is wanted`,
    help: () => "tensors begin with the batch and then have the channels, as in PyTorch",
  },
  inputNotReal: {
    code: "CNN8104",
    severity: "error",
    title: "A tensor holds whole numbers",
    message: (f: { file: string; name: string }) => `${f.name} holds whole numbers in ${f.file}, but F32 is wanted`,
    help: () => "write it as float32: tensor.float() in PyTorch",
  },
  batchesDiffer: {
    code: "CNN8105",
    severity: "error",
    title: "Tensors of one pass have batches of different sizes",
    message: (f: { file: string; names: readonly [string, string]; batches: readonly [number, number] }) =>
      `in ${f.file} ${f.names[0]} is a batch of ${f.batches[0]}, but ${f.names[1]} is one of ${f.batches[1]}`,
  },
  notComputed: {
    code: "CNN8201",
    severity: "error",
    title: "A layer cannot be computed",
    message: (f: { path: string; why: string; memory: number | undefined }) => `${f.path} cannot be computed: ${f.why}`,
    help: (f) => afterComputing(f.memory),
  },
  gradientsNotComputed: {
    code: "CNN8202",
    severity: "error",
    title: "Gradients cannot be computed",
    message: (f: { model: string; why: string; memory: number | undefined }) => `the gradients of ${f.model} cannot be computed: ${f.why}`,
    help: (f) => afterComputing(f.memory),
  },
  notTheModel: {
    code: "CNN8203",
    severity: "error",
    title: "Emitted code is not the network that was checked",
    message: (f: { what: string }) => `the emitted code is not the network that was checked: ${f.what}`,
    help: () => "this is a mistake of cnn itself, and nothing was computed with that code: please report it with the program, cnn --version and cnn doctor",
  },
  forwardNotFinite: {
    code: "CNN8204",
    severity: "error",
    title: "A layer gives NaN or infinity",
    message: (f: Moment & { path: string; given: number | undefined; weights: number | undefined }) =>
      `${f.path} is the first layer that gives ${f.found}, forward in step ${grouped(f.step)} (epoch ${f.epoch})`,
    help: (f) =>
      `what it was given was finite${f.given === undefined ? "" : `, at most ${short(f.given)} from 0`}${f.weights === undefined ? "" : `; its weights reach ${short(f.weights)}`}`,
  },
  backwardNotFinite: {
    code: "CNN8205",
    severity: "error",
    title: "A layer's gradients are NaN or infinite",
    message: (f: Moment & { path: string; of: string | undefined; arrived: number | undefined }) =>
      `${f.path} is the first layer that gives ${f.found}, backward in step ${grouped(f.step)} (epoch ${f.epoch})${f.of === undefined ? "" : `: in the gradient of ${f.of}`}`,
    help: (f) => `forward all was finite${f.arrived === undefined ? "" : `, and the gradient that came back to it at most ${short(f.arrived)} from 0`}`,
  },
  weightNotFinite: {
    code: "CNN8206",
    severity: "error",
    title: "Weights are NaN or infinite",
    message: (f: Moment & { name: string; isFirst: boolean }) =>
      f.isFirst ? `${f.name} holds ${f.found} before the first step` : `step ${grouped(f.step)} (epoch ${f.epoch}) left ${f.found} in ${f.name}, though its gradient was finite`,
    help: (f) => (f.isFirst ? "the weights that it starts from are damaged" : "lower the learning rate"),
  },
  inputNotFinite: {
    code: "CNN8207",
    severity: "error",
    title: "Images hold NaN or infinity",
    message: (f: Moment & { name: string }) => `the images of step ${grouped(f.step)} (epoch ${f.epoch}) hold ${f.found}, before any layer (${f.name})`,
    help: () => "look at the normalisation: is a standard deviation 0?",
  },
  lossNotFinite: {
    code: "CNN8208",
    severity: "error",
    title: "The loss's gradient is NaN or infinite",
    message: (f: Moment & { output: string }) => `the loss of ${f.output} gives ${f.found} as its gradient in step ${grouped(f.step)} (epoch ${f.epoch}), though all layers gave numbers`,
    help: () => "look at the labels, and at how large the outputs are",
  },
  exportExists: {
    code: "CNN8301",
    severity: "error",
    title: "The folder of an export holds something",
    message: (f: { path: string }) => `${f.path} exists already and is not empty; an export would mix with what it holds`,
    help: () => "name another folder, or remove that one",
  },
});

/** When a number was found that is none, and what was found. */
interface Moment {
  readonly step: number;
  readonly epoch: number;
  readonly found: string;
}

const short = (value: number): string => `${Number(value.toPrecision(3))}`;

function afterComputing(memory: number | undefined): string {
  return memory === undefined
    ? "the program was checked, so this is a mistake of cnn itself: please report it with the program, cnn --version and cnn doctor"
    : `the tensors take ${grouped(Math.round(memory / 1e6))} MB here: if memory ran out, a smaller batch or smaller images need less`;
}

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** `conv_1.weight [6, 1, 5, 5]` */
const withShape = ({ name, shape }: Tensor): string => `${name} [${shape.join(", ")}]`;

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
