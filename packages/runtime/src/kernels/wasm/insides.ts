/** What we use of TensorFlow.js 4.22's wasm backend besides its public face; none of it is documented, so `isWasmBackend` looks. */

import type { BackendValues, DataType, TensorInfo } from "@tensorflow/tfjs-core";

export interface WasmBackend {
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: DataType, memoryOffset?: number, values?: BackendValues): TensorInfo;
  /** Gives data memory, and numbers where there are any. */
  move(dataId: object, values: BackendValues | null | undefined, shape: readonly number[], dtype: DataType, refCount: number): void;
  incRef(dataId: object): void;
  /** Whether the data is gone: other tensors may share it. */
  disposeData(dataId: object, force?: boolean): boolean;
  readSync(dataId: object, start?: number, end?: number): BackendValues;
  /** The numbers of a tensor where they lie, for kernels in JavaScript. */
  typedArrayFromHeap(tensor: TensorInfo): Float32Array | Int32Array | Uint8Array;
  readonly wasm: {
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
    /** A function of the module, for a kernel. */
    cwrap(name: string, ...types: unknown[]): (...args: unknown[]) => unknown;
    /** Its kernels know tensors by numbers. */
    readonly tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
}

const areFunctions = (object: unknown, names: readonly string[]): object is object =>
  typeof object === "object" && object !== null && names.every((name) => name in object && typeof Reflect.get(object, name) === "function");

/** Whether a TensorFlow.js backend has the insides that our kernels lean on. */
export function isWasmBackend(backend: object): backend is WasmBackend {
  if (!areFunctions(backend, ["makeOutput", "move", "incRef", "disposeData", "readSync", "typedArrayFromHeap"])) return false;
  if (!("dataIdMap" in backend && typeof backend.dataIdMap === "object" && "wasm" in backend)) return false;
  const { wasm } = backend;
  if (!areFunctions(wasm, ["_malloc", "_free", "cwrap"]) || !("HEAPU8" in wasm && "asm" in wasm && "tfjs" in wasm)) return false;
  const { asm, tfjs } = wasm;
  return areFunctions(tfjs, ["registerTensor", "disposeData"]) && typeof asm === "object" && asm !== null && "memory" in asm && asm.memory instanceof WebAssembly.Memory;
}
