/**
 * Records work of our own among TensorFlow.js's on the webgpu backend: any number of buffers read and written, in the
 * order of the program, submitted together with the rest.
 */

import { env, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import { kernelsFor } from "../kernel.ts";
import type { WebgpuBackend } from "./insides.ts";

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

export interface Recorder {
  /** How many storage buffers a program may have. */
  readonly maxBuffers: number;
  /** A new tensor, its contents undefined. */
  output(shape: readonly number[], dtype?: DataType): TensorInfo;
  /** Frees a tensor that only recorded work still needs. */
  free(tensor: TensorInfo): void;
  /** Records one dispatch. A tensor may be written in place; one that is written must stand in the list once only. */
  run<P extends string>(program: Program<P>, tensors: readonly TensorInfo[], values: Readonly<Record<P, number>>, groups: readonly [number, number?, number?]): void;
}

export function createRecorder(backend: WebgpuBackend): Recorder {
  const pipelines = new Map<string, GPUComputePipeline>();
  const pipelineOf = (program: Program): GPUComputePipeline => {
    const known = pipelines.get(program.name);
    if (known) return known;
    const module = backend.device.createShaderModule({ label: program.name, code: textOf(program) });
    const pipeline = backend.device.createComputePipeline({ label: program.name, layout: "auto", compute: { module, entryPoint: "main" } });
    pipelines.set(program.name, pipeline);
    return pipeline;
  };

  return {
    maxBuffers: backend.device.limits.maxStorageBuffersPerShaderStage,
    output: (shape, dtype = "float32") => backend.makeTensorInfo([...shape], dtype),
    free: ({ dataId }) => void backend.disposeData(dataId),
    run(program, tensors, values, [x, y = 1, z = 1]) {
      const pipeline = pipelineOf(program);
      for (const { dataId } of tensors) {
        backend.uploadToGPU(dataId);
        // Values read before would hide what is now written in place.
        backend.tensorMap.get(dataId).values = null;
      }
      const uniform = uniformOf(backend, program, values);
      const entries = [...tensors.map((tensor) => backend.tensorToBinding(tensor)), { buffer: uniform }].map((resource, binding) => ({ binding, resource }));
      const group = backend.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
      for (const { dataId } of tensors) backend.commandQueueOwnedIds.add(dataId);
      backend.ensureCommandEncoderReady();
      backend.computePassEncoder ??= backend.commandEncoder?.beginComputePass() ?? null;
      backend.computePassEncoder?.setPipeline(pipeline);
      backend.computePassEncoder?.setBindGroup(0, group);
      backend.computePassEncoder?.dispatchWorkgroups(x, y, z);
      backend.dispatchCountInPass += 1;
      if (backend.dispatchCountInPass < env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) return;
      backend.endComputePassEncoder();
      backend.submitQueue();
    },
  };
}

/** The whole WGSL of a program: its buffers, its parameters `p`, its code. */
function textOf({ buffers, parameters, code }: Program): string {
  const declared = buffers.map(({ name, access, of = "f32" }, binding) => `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${of}>;`);
  const fields = Object.entries(parameters).map(([name, type]) => `${name}: ${type}`);
  return [...declared, `struct Parameters { ${fields.join(", ")} }`, `@group(0) @binding(${buffers.length}) var<uniform> p: Parameters;`, code].join("\n");
}

function uniformOf<P extends string>(backend: WebgpuBackend, { parameters }: Program<P>, values: Readonly<Record<P, number>>): GPUBuffer {
  const names = Object.keys(parameters) as P[];
  // Uniform blocks come in sixteens of bytes.
  const words = new Uint32Array(Math.ceil(names.length / 4) * 4);
  const floats = new Float32Array(words.buffer);
  for (const [i, name] of names.entries()) (parameters[name] === "f32" ? floats : words)[i] = values[name];
  const buffer = backend.bufferManager.acquireBuffer(words.byteLength, GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM);
  backend.device.queue.writeBuffer(buffer, 0, words);
  backend.uniformPendingDisposal.push(buffer);
  return buffer;
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
