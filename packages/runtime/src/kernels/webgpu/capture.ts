/** Plans on webgpu: the commands of a piece of work, with the buffers in which its results came about. */

import type { Captured } from "../capture.ts";
import type { Encoder, WebgpuBackend } from "./insides.ts";
import type { Memory } from "./memory.ts";

/** One dispatch, or a copy. */
type Command =
  | { readonly pipeline: GPUComputePipeline; readonly group: GPUBindGroup; readonly x: number; readonly y: number; readonly z: number }
  | { readonly copy: Parameters<Encoder["copyBufferToBuffer"]> };

/** Numbers that a program is given, some of which differ from step to step. */
export interface Changing {
  readonly buffer: GPUBuffer;
  /** The numbers of a step, as they lie in the buffer. */
  words(step: number): Uint32Array;
}

/**
 * Does some work and keeps its commands. Nothing may be recorded before it.
 *
 * @param changing Filled by the work.
 * @param submit Sends off what is recorded.
 */
export function captureWork<T>(backend: WebgpuBackend, { withLastingUploads }: Memory, changing: readonly Changing[], submit: () => void, work: () => T): Captured<T> {
  const { bufferManager } = backend;
  const commands: Command[] = [], uniforms: GPUBuffer[] = [];
  const { ensureCommandEncoderReady, submitQueue } = backend;

  backend.ensureCommandEncoderReady = () => {
    backend.commandEncoder ??= keeping(backend.device.createCommandEncoder(), commands);
  };
  // Each dispatch keeps the numbers that it was given: their buffers do not go back.
  backend.submitQueue = () => {
    uniforms.push(...backend.uniformPendingDisposal);
    backend.uniformPendingDisposal = [];
    submitQueue.call(backend);
  };
  let result: T;
  try {
    result = withLastingUploads(work);
    submit();
  } finally {
    Object.assign(backend, { ensureCommandEncoderReady, submitQueue });
  }

  // The buffers in which the results came about stay with the commands: nobody else may write there.
  const { freeBuffers } = bufferManager;
  bufferManager.freeBuffers = emptied(freeBuffers);
  const release = (): void => {
    for (const buffer of uniforms) bufferManager.releaseBuffer(buffer);
    for (const [key, buffers] of freeBuffers) bufferManager.freeBuffers.get(key)?.push(...buffers.splice(0));
  };
  // A buffer for uploads is gone once it has been used.
  if (commands.some((command) => "copy" in command && command.copy[0].usage & GPUBufferUsage.MAP_WRITE)) {
    release();
    return { result, plan: undefined };
  }
  const replay = (step: number): void => {
    for (const { buffer, words } of changing) backend.device.queue.writeBuffer(buffer, 0, words(step));
    backend.ensureCommandEncoderReady();
    for (const command of commands) {
      if ("copy" in command) {
        backend.endComputePassEncoder();
        backend.commandEncoder?.copyBufferToBuffer(...command.copy);
        continue;
      }
      const pass = (backend.computePassEncoder ??= backend.commandEncoder?.beginComputePass() ?? null);
      pass?.setPipeline(command.pipeline);
      pass?.setBindGroup(0, command.group);
      pass?.dispatchWorkgroups(command.x, command.y, command.z);
    }
  };
  const within = (work: () => void): void => {
    // What is uploaded is written at once: the buffers must not be in use by what was recorded before.
    submit();
    const others = bufferManager.freeBuffers;
    for (const [key, none] of emptied(others)) if (!freeBuffers.has(key)) freeBuffers.set(key, none);
    bufferManager.freeBuffers = freeBuffers;
    try {
      work();
      submit();
    } finally {
      bufferManager.freeBuffers = others;
      for (const [key, none] of emptied(freeBuffers)) if (!others.has(key)) others.set(key, none);
    }
  };
  return { result, plan: { replay, within, release } };
}

/** As many kinds of buffers, and none of any. */
const emptied = (buffers: ReadonlyMap<string, readonly GPUBuffer[]>): Map<string, GPUBuffer[]> => new Map(Array.from(buffers.keys(), (key) => [key, []]));

/** An encoder that notes what it is told. */
function keeping(encoder: GPUCommandEncoder, commands: Command[]): Encoder {
  return {
    beginComputePass() {
      const pass = encoder.beginComputePass();
      let pipeline: GPUComputePipeline, group: GPUBindGroup;
      return {
        setPipeline: (next) => pass.setPipeline((pipeline = next)),
        setBindGroup: (index, next) => pass.setBindGroup(index, (group = next)),
        dispatchWorkgroups(x, y = 1, z = 1) {
          commands.push({ pipeline, group, x, y, z });
          pass.dispatchWorkgroups(x, y, z);
        },
        end: () => pass.end(),
      };
    },
    copyBufferToBuffer(...copy) {
      commands.push({ copy });
      encoder.copyBufferToBuffer(...copy);
    },
    finish: () => encoder.finish(),
  };
}
