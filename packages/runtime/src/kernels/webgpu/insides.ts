/** What we use of TensorFlow.js 4.22's webgpu backend besides its public face; none of it is documented, so `isWebgpuBackend` looks. */

import type { BackendValues, DataType, TensorInfo } from "@tensorflow/tfjs-core";

/** What the backend knows of a tensor. */
export interface TensorData {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** On the processor: what was not uploaded yet, or was read before. */
  values?: BackendValues | null;
  resource?: GPUBuffer | null;
  /** Whether the buffer is not the pool's. */
  external?: boolean;
}

/** What is used of a compute pass, and of a command encoder. */
export interface Pass {
  setPipeline(pipeline: GPUComputePipeline): void;
  setBindGroup(index: number, group: GPUBindGroup): void;
  dispatchWorkgroups(x: number, y?: number, z?: number): void;
  end(): void;
}
export interface Encoder {
  beginComputePass(): Pass;
  copyBufferToBuffer(from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, bytes: number): void;
  finish(): GPUCommandBuffer;
}

export interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly tensorMap: { get(dataId: object): TensorData };
  readonly bufferManager: {
    /** Buffers that nobody has, by size and usage. */
    freeBuffers: Map<string, GPUBuffer[]>;
    acquireBuffer(bytes: number, usage: number): GPUBuffer;
    releaseBuffer(buffer: GPUBuffer): void;
  };
  /** Released at the next submit. */
  uniformPendingDisposal: GPUBuffer[];
  /** Tensors of recorded work: freed ones keep their buffer until the next submit. */
  readonly commandQueueOwnedIds: WeakSet<object>;
  commandEncoder: Encoder | null;
  computePassEncoder: Pass | null;
  dispatchCountInPass: number;
  makeTensorInfo(shape: readonly number[], dtype: DataType): TensorInfo;
  disposeData(dataId: object, force?: boolean): boolean;
  incRef(dataId: object): void;
  uploadToGPU(dataId: object): void;
  read(dataId: object): Promise<BackendValues>;
  tensorToBinding(tensor: TensorInfo): GPUBindingResource;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

const methods = ["makeTensorInfo", "disposeData", "incRef", "uploadToGPU", "read", "tensorToBinding", "ensureCommandEncoderReady", "endComputePassEncoder", "submitQueue"];
const objects = ["device", "tensorMap", "bufferManager", "uniformPendingDisposal", "commandQueueOwnedIds"];

/** Whether a TensorFlow.js backend has the insides that our kernels lean on. */
export function isWebgpuBackend(backend: object): backend is WebgpuBackend {
  const inside = new Map<string, unknown>();
  for (const name of [...methods, ...objects, "dispatchCountInPass"]) if (name in backend) inside.set(name, Reflect.get(backend, name));
  return (
    methods.every((name) => typeof inside.get(name) === "function") &&
    objects.every((name) => typeof inside.get(name) === "object" && inside.get(name) !== null) &&
    typeof inside.get("dispatchCountInPass") === "number" &&
    isPool(inside.get("bufferManager"))
  );
}

const isPool = (manager: unknown): boolean =>
  typeof manager === "object" && manager !== null && "acquireBuffer" in manager && "releaseBuffer" in manager && "freeBuffers" in manager && manager.freeBuffers instanceof Map;
