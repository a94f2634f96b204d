/** How a kernel of ours is written down, and how it gets into TensorFlow.js's registry. */

import { getKernel, registerKernel, unregisterKernel, util, type KernelFunc, type NamedAttrMap, type TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendName } from "../backends/backend.ts";
import type { KernelName } from "./table.ts";

type Output = TensorInfo | TensorInfo[];
type Inputs = Parameters<KernelFunc>[0]["inputs"];

/** A kernel for a machine: what it computes with, a backend's memory or its queue of commands. */
export interface Kernel<Machine> {
  readonly name: KernelName;
  readonly run: (machine: Machine, inputs: Inputs, attributes: NamedAttrMap) => Output | "stock";
}

/**
 * Gives the function that makes kernels for a machine. A kernel answers "stock" to leave a call to the one that it replaced.
 *
 * The branded place: TensorFlow.js gives all kernels inputs and attributes of one type; what they really hold follows from
 * the kernel's name, and is what its operations always pass.
 */
export const kernelsFor =
  <Machine>() =>
  <I, A>(name: KernelName, run: (machine: Machine, inputs: I, attributes: A) => Output | "stock"): Kernel<Machine> => ({
    name,
    run: (machine, inputs, attributes) => run(machine, inputs as I, attributes as A),
  });

/** Registers a kernel for a backend in the place of the one that is there. */
export function install<Machine>({ name, run }: Kernel<Machine>, backendName: BackendName, machine: Machine): void {
  const stock = getKernel(name, backendName);
  if (stock) unregisterKernel(name, backendName);
  const kernelFunc: KernelFunc = (call) => {
    const output = run(machine, call.inputs, call.attrs ?? {});
    if (output !== "stock") return output;
    if (!stock) throw new Error(`${name} was called with tensors or attributes that it does not know.`);
    return stock.kernelFunc(call);
  };
  registerKernel({ ...stock, kernelName: name, backendName, kernelFunc });
}

/** The number of elements of a tensor. */
export const sizeOf = (tensor: TensorInfo): number => util.sizeFromShape(tensor.shape);

export const isFloat = (...tensors: TensorInfo[]): boolean => tensors.every(({ dtype }) => dtype === "float32");
