/**
 * Records work of our own among TensorFlow.js's on the webgpu backend: any number of buffers read and written, in the
 * order of the program, submitted together with the rest.
 */

import { env, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Captured } from "../capture.ts";
import { kernelsFor } from "../kernel.ts";
import { captureWork, type Changing } from "./capture.ts";
import { createDeferral, type Deferral } from "./deferred.ts";
import type { WebgpuBackend } from "./insides.ts";
import { createMemory, type Memory } from "./memory.ts";

type Scalar = "u32" | "f32";

/** A compute shader; `main` has workgroups of 256 threads. */
export interface Program<P extends string = string> {
  /** Unlike any other program's. */
  readonly name: string;
  /** The storage buffers in order: what is read only, and what is written too. Of f32 unless `of` says otherwise. */
  readonly buffers: readonly { readonly name: string; readonly access: "read" | "read_write"; readonly of?: string }[];
  /** The numbers that it is given, `p.name` in the code. */
  readonly parameters: Readonly<Record<P, Scalar>>;
  readonly code: string;
}

export const reads = (...names: string[]): Program["buffers"] => names.map((name) => ({ name, access: "read" }));
export const writes = (...names: string[]): Program["buffers"] => names.map((name) => ({ name, access: "read_write" }));

export interface Recorder extends Memory, Deferral {
  /** How many storage buffers a program may have. */
  readonly maxBuffers: number;
  /** How many bytes each of them may have. */
  readonly maxBytes: number;
  /** A new tensor, its contents undefined. */
  output(shape: readonly number[], dtype?: DataType): TensorInfo;
  /** Frees a tensor that only recorded work still needs. */
  free(tensor: TensorInfo): void;
  /**
   * Records one dispatch. What it is given may be written in place; what is written must stand in the list once only.
   *
   * @param values The program's numbers by name.
   * @param later Those that differ from step to step, of any step.
   */
  run<P extends string>(program: Program<P>, given: readonly (TensorInfo | GPUBuffer)[], values: Values<P>, groups: readonly [number, number?, number?], later?: (step: number) => Partial<Values<P>>): void;
  /** The same, with all numbers in the program's order, for a dispatch that is recorded time after time, and sent off before the next: buffers are kept with what it writes first. */
  runAgain<P extends string>(program: Program<P>, given: readonly [GPUBuffer, ...(TensorInfo | GPUBuffer)[]], values: readonly number[], groups: readonly [number, number?, number?]): void;
  /** Sends off what is recorded. */
  submit(): void;
  /** Does some work and keeps its commands, to send them again. */
  capture<T>(work: () => T): Captured<T>;
}

type Values<P extends string> = Readonly<Record<P, number>>;

/** What a dispatch had the last time. */
interface Kept {
  readonly layout: GPUBindGroupLayout;
  readonly resources: readonly GPUBindingResource[];
  readonly uniform: GPUBuffer;
  readonly group: GPUBindGroup;
}

/** Whether two parts of buffers are the same one. */
const isEqual = (a: GPUBindingResource, b: GPUBindingResource | undefined): boolean =>
  a === b || (b !== undefined && "buffer" in a && "buffer" in b && a.buffer === b.buffer && a.offset === b.offset && a.size === b.size);

/** A program that is ready to run. */
interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** The parameters by their places. */
  readonly parameters: readonly (readonly [name: string, type: Scalar])[];
}

export function createRecorder(backend: WebgpuBackend): Recorder {
  const { device } = backend;
  const known = new Map<string, Compiled>();
  const compiled = (program: Program): Compiled => {
    const found = known.get(program.name);
    if (found) return found;
    const module = device.createShaderModule({ label: program.name, code: textOf(program) });
    const pipeline = device.createComputePipeline({ label: program.name, layout: "auto", compute: { module, entryPoint: "main" } });
    const made = { pipeline, layout: pipeline.getBindGroupLayout(0), parameters: Object.entries(program.parameters) };
    known.set(program.name, made);
    return made;
  };

  const memory = createMemory(backend), deferral = createDeferral(backend);
  let changing: Changing[] | undefined;

  function submit(): void {
    deferral.settle();
    send();
  }
  function send(): void {
    backend.endComputePassEncoder();
    if (backend.commandEncoder) backend.submitQueue();
  }

  /** What is given, as it is bound; it is computed first where it waits, and nobody else gets its buffers before this work is sent off. */
  function bind(given: readonly (TensorInfo | GPUBuffer)[]): readonly GPUBindingResource[] {
    for (const one of given) if ("dataId" in one) backend.uploadToGPU(one.dataId);
    return given.map((one) => {
      if (!("dataId" in one)) return { buffer: one };
      // Values read before would hide what is now written in place.
      backend.tensorMap.get(one.dataId).values = null;
      backend.commandQueueOwnedIds.add(one.dataId);
      return backend.tensorToBinding(one);
    });
  }

  const groupOf = (layout: GPUBindGroupLayout, resources: readonly GPUBindingResource[], uniform: GPUBuffer): GPUBindGroup =>
    device.createBindGroup({ layout, entries: [...resources, { buffer: uniform }].map((resource, binding) => ({ binding, resource })) });

  function dispatch(pipeline: GPUComputePipeline, group: GPUBindGroup, [x, y = 1, z = 1]: readonly [number, number?, number?]): void {
    backend.ensureCommandEncoderReady();
    backend.computePassEncoder ??= backend.commandEncoder?.beginComputePass() ?? null;
    backend.computePassEncoder?.setPipeline(pipeline);
    backend.computePassEncoder?.setBindGroup(0, group);
    backend.computePassEncoder?.dispatchWorkgroups(x, y, z);
    backend.dispatchCountInPass += 1;
    if (backend.dispatchCountInPass >= env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) send();
  }

  const uniforms = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
  const kept = new WeakMap<GPUBuffer, Kept>();

  return {
    ...memory,
    ...deferral,
    maxBuffers: device.limits.maxStorageBuffersPerShaderStage,
    maxBytes: device.limits.maxStorageBufferBindingSize,
    output: (shape, dtype = "float32") => backend.makeTensorInfo([...shape], dtype),
    free: ({ dataId }) => void backend.disposeData(dataId),
    run(program, given, values, groups, later) {
      const { pipeline, layout, parameters } = compiled(program);
      const resources = bind(given), words = wordsOf(parameters, values);
      const uniform = backend.bufferManager.acquireBuffer(words.byteLength, uniforms);
      device.queue.writeBuffer(uniform, 0, words);
      backend.uniformPendingDisposal.push(uniform);
      if (later) changing?.push({ buffer: uniform, words: (step) => wordsOf(parameters, { ...values, ...later(step) }) });
      dispatch(pipeline, groupOf(layout, resources, uniform), groups);
    },
    runAgain(program, given, values, groups) {
      const { pipeline, layout, parameters } = compiled(program);
      const resources = bind(given), words = wordsOf(parameters, values), before = kept.get(given[0]);
      const uniform = before?.uniform.size === words.byteLength ? before.uniform : device.createBuffer({ size: words.byteLength, usage: uniforms });
      device.queue.writeBuffer(uniform, 0, words);
      const isSame = before?.layout === layout && before.uniform === uniform && resources.every((resource, i) => isEqual(resource, before.resources[i]));
      const group = isSame ? before.group : groupOf(layout, resources, uniform);
      if (!isSame) kept.set(given[0], { layout, resources, uniform, group });
      dispatch(pipeline, group, groups);
    },
    submit,
    capture(work) {
      submit();
      changing = [];
      try {
        return captureWork(backend, memory, changing, submit, work);
      } finally {
        changing = undefined;
      }
    },
  };
}

const isList = (values: object): values is readonly number[] => Array.isArray(values);

/** A program's numbers as they lie in its uniform block. */
function wordsOf(parameters: Compiled["parameters"], values: Values<string> | readonly number[]): Uint32Array {
  // Uniform blocks come in sixteens of bytes.
  const words = new Uint32Array(Math.ceil(parameters.length / 4) * 4);
  const floats = new Float32Array(words.buffer);
  for (const [i, [name, type]] of parameters.entries()) (type === "f32" ? floats : words)[i] = (isList(values) ? values[i] : values[name]) ?? 0;
  return words;
}

/** The whole WGSL of a program: its buffers, its parameters `p`, its code. */
function textOf({ buffers, parameters, code }: Program): string {
  const declared = buffers.map(({ name, access, of = "f32" }, binding) => `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${of}>;`);
  const fields = Object.entries(parameters).map(([name, type]) => `${name}: ${type}`);
  return [...declared, `struct Parameters { ${fields.join(", ")} }`, `@group(0) @binding(${buffers.length}) var<uniform> p: Parameters;`, code].join("\n");
}

/** Workgroups for one thread an element; the element's number is `element(id, groups)` in the code. */
export function groupsFor(elements: number): readonly [number, number] {
  const groups = Math.ceil(elements / 256);
  const columns = Math.min(groups, 65535);
  return [columns, Math.ceil(groups / columns)];
}

/** The beginning of a shader with one thread an element: `i` is its number, below `p.size`. */
export const eachElement = (body: string): string => `
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 256u + id.x;
  if (i >= p.size) { return; }
  ${body}
}`;

/** Makes kernels that record their work. */
export const kernel = kernelsFor<Recorder>();
