/** Where tensors lie in the card's memory, where it is not as TensorFlow.js has it: each in a buffer from the pool, filled by way of another one. */

import type { BackendValues, TensorInfo } from "@tensorflow/tfjs-core";
import type { Place } from "../capture.ts";
import { sizeOf } from "../kernel.ts";
import type { TensorData, WebgpuBackend } from "./insides.ts";

/** A part of a buffer, as a shader is given it. */
interface Part extends Place {
  readonly buffer: GPUBuffer;
  readonly size: number;
}

/** Tensors behind each other in one buffer. */
export interface Row {
  readonly buffer: GPUBuffer;
  /** The element at which each begins. */
  readonly starts: readonly number[];
  /** Elements in all, gaps among them. */
  readonly length: number;
}

export interface Memory {
  /** Makes tensors lie behind each other in one buffer, where they do not yet. They stay the tensors that they are. */
  layTogether(tensors: readonly TensorInfo[]): Row;
  /** A tensor of zeros, which nobody may write. */
  zeros(shape: readonly number[]): TensorInfo;
  /** A copy that what is recorded later does not change: a new tensor, or in another one of the same size. */
  copy(tensor: TensorInfo, to?: TensorInfo): TensorInfo;
  /** Gives a tensor other values, at once: work that is recorded and not sent off yet sees them too. */
  write(tensor: TensorInfo, values: Float32Array | Int32Array): void;
  /** A buffer for values that stay as they are; whoever asked for it destroys it. */
  keep(values: Uint8Array | Float32Array): GPUBuffer;
  /** The values of a tensor that is not on the card. */
  valuesHere(tensor: TensorInfo): BackendValues | undefined;
  /** The buffer in which a tensor lies, and the byte at which it begins there. */
  placeOf(tensor: TensorInfo): Part;
  /** Does some work whose uploads get buffers of their own, not the pool's, and keep them. */
  withLastingUploads<T>(work: () => T): T;
}

/** Elements between places where a shader's buffer may begin: 256 bytes. */
const alignment = 64;

/** Bytes that are uploaded at once: 16 MiB. */
const piece = 2 ** 24;

/** The elements of a row that a tensor takes, the gap behind it among them. */
export const roomOf = (tensor: TensorInfo): number => Math.ceil(sizeOf(tensor) / alignment) * alignment;

/** Teaches the backend of places in buffers, and to upload without a buffer in between. */
export function createMemory(backend: WebgpuBackend): Memory {
  const { device, bufferManager } = backend;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const places = new WeakMap<object, Part>();
  const zeroed = new Map<number, GPUBuffer>();
  let isLasting = false;
  const [binding, read, upload] = [backend.tensorToBinding.bind(backend), backend.read.bind(backend), backend.uploadToGPU.bind(backend)];

  function placeOf(tensor: TensorInfo): Part {
    backend.uploadToGPU(tensor.dataId);
    const { resource } = backend.tensorMap.get(tensor.dataId);
    if (!resource) throw new Error("A tensor that was uploaded has a buffer.");
    return places.get(tensor.dataId) ?? { buffer: resource, offset: 0, size: 4 * sizeOf(tensor) };
  }

  function recordCopy(from: Part, to: GPUBuffer, offset: number): void {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.commandEncoder?.copyBufferToBuffer(from.buffer, from.offset, to, offset, from.size);
  }

  function copy(tensor: TensorInfo, to: TensorInfo = backend.makeTensorInfo(tensor.shape, tensor.dtype)): TensorInfo {
    const place = placeOf(to);
    recordCopy(placeOf(tensor), place.buffer, place.offset);
    backend.tensorMap.get(to.dataId).values = null;
    backend.commandQueueOwnedIds.add(tensor.dataId).add(to.dataId);
    return to;
  }

  backend.tensorToBinding = (tensor) => places.get(tensor.dataId) ?? binding(tensor);

  backend.read = async (dataId) => {
    const { values, shape, dtype } = backend.tensorMap.get(dataId);
    if (values || !places.has(dataId)) return read(dataId);
    // TensorFlow.js reads whole buffers.
    const { dataId: copied } = copy({ dataId, shape: [...shape], dtype });
    try {
      return await read(copied);
    } finally {
      backend.disposeData(copied);
    }
  };

  backend.uploadToGPU = (dataId) => {
    const data = backend.tensorMap.get(dataId), words = data.resource ? undefined : wordsOf(data);
    if (!words) return upload(dataId);
    // A buffer of the pool is one that no recorded work uses, so it may be written at once.
    data.resource = isLasting ? device.createBuffer({ size: words.byteLength, usage }) : bufferManager.acquireBuffer(words.byteLength, usage);
    data.external = isLasting;
    device.queue.writeBuffer(data.resource, 0, words);
    data.values = null;
  };

  return {
    copy,
    placeOf,
    write(tensor, values) {
      const { buffer, offset } = placeOf(tensor);
      device.queue.writeBuffer(buffer, offset, values);
    },
    layTogether(tensors) {
      let length = 0;
      const starts = tensors.map((tensor) => (length += roomOf(tensor)) - roomOf(tensor));
      const [first] = tensors;
      const known = first && places.get(first.dataId)?.buffer;
      const lies = ({ dataId }: TensorInfo, i: number): boolean => places.get(dataId)?.buffer === known && places.get(dataId)?.offset === 4 * (starts[i] ?? 0);
      if (known && known.size === 4 * length && tensors.every(lies)) return { buffer: known, starts, length };

      const buffer = device.createBuffer({ size: 4 * length, usage });
      for (const [i, tensor] of tensors.entries()) {
        const at = 4 * (starts[i] ?? 0), data = backend.tensorMap.get(tensor.dataId), words = data.resource ? undefined : wordsOf(data);
        if (words) device.queue.writeBuffer(buffer, at, words);
        else recordCopy(placeOf(tensor), buffer, at);
      }
      backend.endComputePassEncoder();
      if (backend.commandEncoder) backend.submitQueue();
      for (const [i, tensor] of tensors.entries()) {
        const data = backend.tensorMap.get(tensor.dataId);
        if (data.resource && !data.external) bufferManager.releaseBuffer(data.resource);
        Object.assign(data, { resource: buffer, external: true, values: null });
        places.set(tensor.dataId, { buffer, offset: 4 * (starts[i] ?? 0), size: 4 * sizeOf(tensor) });
      }
      return { buffer, starts, length };
    },
    keep({ buffer: values, byteOffset, byteLength }) {
      const size = Math.ceil(byteLength / 4) * 4, buffer = device.createBuffer({ size, usage });
      const bytes = new Uint8Array(values, byteOffset, byteLength);
      // In pieces, each of which is copied on its way; whole words are written.
      for (let start = 0; start < byteLength; start += piece) {
        const part = bytes.subarray(start, start + piece), rest = part.length % 4;
        device.queue.writeBuffer(buffer, start, rest === 0 ? part : Uint8Array.from({ length: part.length + 4 - rest }, (_, i) => part[i] ?? 0));
      }
      return buffer;
    },
    valuesHere({ dataId }) {
      const { resource, values } = backend.tensorMap.get(dataId);
      return resource ? undefined : (values ?? undefined);
    },
    zeros(shape) {
      const tensor = backend.makeTensorInfo([...shape], "float32"), size = 4 * sizeOf(tensor);
      const buffer = zeroed.get(size) ?? device.createBuffer({ size, usage });
      zeroed.set(size, buffer);
      Object.assign(backend.tensorMap.get(tensor.dataId), { resource: buffer, external: true });
      return tensor;
    },
    withLastingUploads(work) {
      isLasting = true;
      try {
        return work();
      } finally {
        isLasting = false;
      }
    },
  };
}

/** A tensor's values as they are uploaded, where they are numbers of this processor. */
function wordsOf({ values, dtype }: TensorData): Float32Array | Int32Array | undefined {
  if (dtype === "float32") return values instanceof Float32Array ? values : undefined;
  if (dtype === "int32") return values instanceof Int32Array ? values : undefined;
  return dtype === "bool" && values instanceof Uint8Array ? Int32Array.from(values) : undefined;
}
