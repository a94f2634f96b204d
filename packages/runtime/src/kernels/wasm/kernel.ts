/** How a kernel of ours is written down, and how it gets into TensorFlow.js's registry. */

import {
  getKernel,
  registerKernel,
  unregisterKernel,
  util,
  type KernelFunc,
  type NamedAttrMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { KernelName } from "../table.ts";
import type { Heap } from "./heap.ts";

type Output = TensorInfo | TensorInfo[];
type Inputs = Parameters<KernelFunc>[0]["inputs"];

export interface WasmKernel {
  readonly name: KernelName;
  readonly run: (heap: Heap, inputs: Inputs, attributes: NamedAttrMap) => Output | "stock";
}

/**
 * A kernel by its name. It answers "stock" to leave a call to the kernel that it replaced.
 *
 * The branded place: TensorFlow.js gives all kernels inputs and attributes of one type; what they really hold follows from
 * the kernel's name, and is what its operations always pass.
 */
export function kernel<I, A>(name: KernelName, run: (heap: Heap, inputs: I, attributes: A) => Output | "stock"): WasmKernel {
  return { name, run: (heap, inputs, attributes) => run(heap, inputs as I, attributes as A) };
}

/** Registers a kernel for the wasm backend in the place of the one that is there. */
export function install({ name, run }: WasmKernel, heap: Heap): void {
  const stock = getKernel(name, "wasm");
  if (stock) unregisterKernel(name, "wasm");
  const kernelFunc: KernelFunc = (call) => {
    const output = run(heap, call.inputs, call.attrs ?? {});
    if (output !== "stock") return output;
    if (!stock) throw new Error(`${name} was called with tensors or attributes that it does not know.`);
    return stock.kernelFunc(call);
  };
  registerKernel({ ...stock, kernelName: name, backendName: "wasm", kernelFunc });
}

/** The number of elements of a tensor. */
export const sizeOf = (tensor: TensorInfo): number => util.sizeFromShape(tensor.shape);

export const isFloat = (...tensors: TensorInfo[]): boolean => tensors.every(({ dtype }) => dtype === "float32");
