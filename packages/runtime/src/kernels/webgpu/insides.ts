/** What we use of TensorFlow.js 4.22's webgpu backend besides its public face; none of it is documented, so `isWebgpuBackend` looks. */

import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";

export interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly tensorMap: { get(dataId: object): { values: unknown } };
  readonly bufferManager: { acquireBuffer(bytes: number, usage: number): GPUBuffer };
  /** Released at the next submit. */
  readonly uniformPendingDisposal: GPUBuffer[];
  /** Tensors of recorded work: freed ones keep their buffer until the next submit. */
  readonly commandQueueOwnedIds: WeakSet<object>;
  readonly commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  makeTensorInfo(shape: readonly number[], dtype: DataType): TensorInfo;
  disposeData(dataId: object): boolean;
  uploadToGPU(dataId: object): void;
  tensorToBinding(tensor: TensorInfo): GPUBindingResource;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

const methods = ["makeTensorInfo", "disposeData", "uploadToGPU", "tensorToBinding", "ensureCommandEncoderReady", "endComputePassEncoder", "submitQueue"];
const objects = ["device", "tensorMap", "bufferManager", "uniformPendingDisposal", "commandQueueOwnedIds"];

/** Whether a TensorFlow.js backend has the insides that our kernels lean on. */
export function isWebgpuBackend(backend: object): backend is WebgpuBackend {
  const inside = new Map<string, unknown>();
  for (const name of [...methods, ...objects, "dispatchCountInPass"]) if (name in backend) inside.set(name, Reflect.get(backend, name));
  return (
    methods.every((name) => typeof inside.get(name) === "function") &&
    objects.every((name) => typeof inside.get(name) === "object" && inside.get(name) !== null) &&
    typeof inside.get("dispatchCountInPass") === "number"
  );
}
