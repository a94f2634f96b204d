/** The tensors that one pass is given: read from a safetensors file, and held against the model before anything is computed. */

import { suggest } from "@cnn-lang/parser";
import type { Model, Port } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import { type NamedArrays, readSafetensors } from "../weights/safetensors.ts";

/** Values in PyTorch's layout, batch first. */
export interface Given {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface PassTensors {
  readonly batch: number;
  /** Each input of the model, by its name. */
  readonly inputs: ReadonlyMap<string, Given>;
  /** The upstream gradient of each output for which there is one, by the output's name. */
  readonly gradients: ReadonlyMap<string, Given>;
}

/**
 * Reads one tensor an input, by the input's name, and `grad_<output>` where gradients are asked for. All are floating-point
 * numbers, `[batch, channels, axes…]` of one batch size; NaN is a value like any other.
 *
 * @throws Failure CNN8008 where the file cannot be read, CNN8101 … CNN8105 where it does not hold what the model takes.
 */
export function readPassTensors({ name: model, inputs, outputs }: Model, file: string): PassTensors {
  const arrays = readSafetensors(file);
  const needed = inputs.map(({ name, shape }) => ({ name, shape }));
  const possible = outputs.map(({ name, shape }) => ({ name: `grad_${name}`, shape }));
  const known = new Map([...possible, ...needed].map((port) => [port.name, port.shape]));
  const surplus = [...arrays.keys()].filter((name) => !known.has(name));
  for (const { name, shape } of needed) {
    if (!arrays.has(name)) fail(runProblems.inputMissing({ file, model, name, needed: written(shape), meant: suggest(name, surplus) ?? onlyOne(surplus) }));
  }
  const [unknown] = surplus;
  if (unknown !== undefined) {
    const wanted = [...needed, ...possible].map(({ name, shape }) => `${name} ${written(shape)}`);
    fail(runProblems.inputUnknown({ file, model, name: unknown, wanted, meant: suggest(unknown, [...known.keys()].filter((name) => !arrays.has(name))) }));
  }

  const given = new Map<string, Given>();
  for (const [name, shape] of known) {
    const array = arrays.get(name);
    if (array) given.set(name, checked(file, name, shape, array));
  }
  const [first, ...others] = given;
  const batch = first?.[1].shape[0] ?? 1;
  const other = others.find(([, { shape }]) => shape[0] !== batch);
  if (first && other) fail(runProblems.batchesDiffer({ file, names: [first[0], other[0]], batches: [batch, other[1].shape[0] ?? 0] }));
  const select = (prefix: string, ports: readonly Port[]): ReadonlyMap<string, Given> =>
    new Map(ports.flatMap(({ name }) => (given.has(prefix + name) ? [[name, given.get(prefix + name) ?? { shape: [], values: new Float32Array() }] as const] : [])));
  return { batch, inputs: select("", inputs), gradients: select("grad_", outputs) };
}

/** `[batch, 3, 32, 32]` */
const written = ({ channels, axes }: Port["shape"]): string => `[${["batch", channels, ...axes].join(", ")}]`;

const onlyOne = (names: readonly string[]): string | undefined => (names.length === 1 ? names[0] : undefined);

function checked(file: string, name: string, { channels, axes }: Port["shape"], { shape, values }: NamedArrays extends ReadonlyMap<string, infer A> ? A : never): Given {
  const [batch = 0, ...image] = shape;
  if (image.join() !== [channels, ...axes].join() || batch < 1) fail(runProblems.inputDiffers({ file, name, found: shape, needed: written({ channels, axes }) }));
  if (!(values instanceof Float32Array)) return fail(runProblems.inputNotReal({ file, name }));
  return { shape, values };
}
