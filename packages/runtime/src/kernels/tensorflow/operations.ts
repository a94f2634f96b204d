/** TensorFlow's own operations by name, through TensorFlow.js's backend: also those, and those attributes, that it never uses itself. */

import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { kernelsFor } from "../kernel.ts";

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What we use of TensorFlow.js 4.22's backend in Node. */
interface NodeBackend {
  readonly binding: Readonly<Record<"TF_ATTR_STRING" | "TF_ATTR_INT" | "TF_ATTR_FLOAT" | "TF_ATTR_BOOL" | "TF_ATTR_SHAPE" | "TF_ATTR_TYPE" | "TF_FLOAT" | "TF_INT32", number>>;
  executeMultipleOutputs(name: string, attributes: readonly Attribute[], inputs: readonly TensorInfo[], outputs: number): Tensor[];
}

export function isNodeBackend(backend: object): backend is NodeBackend {
  return "executeMultipleOutputs" in backend && typeof backend.executeMultipleOutputs === "function" && "binding" in backend && typeof backend.binding === "object";
}

/** An attribute's value; whole numbers are integers to TensorFlow unless `real` says otherwise. */
type Value = string | boolean | number | readonly number[] | { readonly real: number } | { readonly type: "float32" | "int32" } | { readonly shape: readonly number[] };

export interface Operations {
  /** Runs an operation and gives its outputs. */
  runForAll(name: string, inputs: readonly TensorInfo[], attributes: Readonly<Record<string, Value>>, outputs: number): Tensor[];
  /** Runs an operation of one output. */
  run(name: string, inputs: readonly TensorInfo[], attributes?: Readonly<Record<string, Value>>): Tensor;
}

export function createOperations(backend: NodeBackend): Operations {
  const { binding } = backend;
  const attribute = (name: string, value: Value): Attribute => {
    if (typeof value === "string") return { name, type: binding.TF_ATTR_STRING, value };
    if (typeof value === "boolean") return { name, type: binding.TF_ATTR_BOOL, value };
    if (typeof value === "number" || Array.isArray(value)) return { name, type: binding.TF_ATTR_INT, value };
    if ("real" in value) return { name, type: binding.TF_ATTR_FLOAT, value: value.real };
    if ("shape" in value) return { name, type: binding.TF_ATTR_SHAPE, value: value.shape };
    return { name, type: binding.TF_ATTR_TYPE, value: "type" in value && value.type === "int32" ? binding.TF_INT32 : binding.TF_FLOAT };
  };
  const runForAll: Operations["runForAll"] = (name, inputs, attributes, outputs) =>
    backend.executeMultipleOutputs(name, Object.entries(attributes).map(([key, value]) => attribute(key, value)), inputs, outputs);
  return {
    runForAll,
    run(name, inputs, attributes = {}) {
      const [output] = runForAll(name, inputs, attributes, 1);
      if (!output) throw new Error(`TensorFlow's ${name} gave no output.`);
      return output;
    },
  };
}

/** Makes kernels of such operations. */
export const kernel = kernelsFor<Operations>();

export const float = { T: { type: "float32" } } as const;
