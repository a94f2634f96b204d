/**
 * Our WebAssembly module on the memory of TensorFlow.js's: tensors are read and written where they lie, nothing is copied.
 * Addresses may change owner whenever a tensor is disposed and views die whenever the memory grows, so neither is kept.
 */

import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { kernelsFor } from "../kernel.ts";
import { relaxed, strict } from "./binary.generated.ts";
import { isExact } from "./exact.ts";
import { createPacks, type Packs } from "./packs.ts";

/** What we use of TensorFlow.js 4.22's wasm backend; none of it is documented, so `isWasmBackend` looks. */
export interface WasmBackend {
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: DataType): TensorInfo;
  incRef(dataId: object): void;
  /** Whether the data is gone: other tensors may share it. */
  disposeData(dataId: object, force?: boolean): boolean;
  readonly wasm: {
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
}

/** The functions of `assembly/index.ts` by their names; every argument and result is a number. */
export type Routines = ReadonlyMap<string, (...args: number[]) => number>;

/** Whether a TensorFlow.js backend has the insides that our kernels lean on. */
export function isWasmBackend(backend: object): backend is WasmBackend {
  if (!("dataIdMap" in backend && "makeOutput" in backend && "incRef" in backend && "disposeData" in backend && "wasm" in backend)) return false;
  const { dataIdMap, makeOutput, incRef, disposeData, wasm } = backend;
  if (typeof dataIdMap !== "object" || [makeOutput, incRef, disposeData].some((method) => typeof method !== "function") || typeof wasm !== "object" || wasm === null) return false;
  if (!("_malloc" in wasm && "_free" in wasm && "HEAPU8" in wasm && "asm" in wasm)) return false;
  const { asm } = wasm;
  return typeof asm === "object" && asm !== null && "memory" in asm && asm.memory instanceof WebAssembly.Memory;
}

/** The threads that compute the slices of one batch at the same time: they run the same kernels in the same order. */
export interface Slices {
  readonly isFirst: boolean;
  /** Hands out this slice's numbers; gives those of all slices, in their order, until the next exchange. */
  exchange(own: Float64Array): readonly Float64Array[];
}

/** Our kernels, bound to the memory of a wasm backend. */
export interface Heap {
  /** Set while a batch is computed in slices: kernels that look across the batch then ask the others. */
  slices: Slices | undefined;
  readonly memory: WebAssembly.Memory;
  /** Takes others in the place of routines, save for where exactness is asked for. */
  replace(routines: Routines): void;
  /** Calls a function of `assembly/index.ts`; every argument must be given. */
  call(routine: string, ...args: number[]): number;
  /** The byte address of a tensor's data. */
  address(tensor: TensorInfo): number;
  /** A new tensor, its contents undefined. */
  output(shape: readonly number[], dtype?: DataType): TensorInfo;
  /** Another tensor on the same data. */
  share(tensor: TensorInfo): TensorInfo;
  /** Runs `work` with `bytes` of memory that is free again afterwards. */
  scratch<T>(bytes: number, work: (address: number) => T): T;
  /** Weights in other forms. Who writes into a tensor's data, as kernels do that move weights, makes them forgotten. */
  readonly packs: Packs;
  /** Writes 32-bit integers. */
  writeInts(address: number, values: ArrayLike<number>): void;
  /** The numbers of a float32 range where they lie; dead once the memory grows. */
  floats(address: number, count: number): Float32Array;
  /** The numbers of a float32 range; a copy. */
  readFloats(address: number, count: number): Float32Array;
}

/** Makes kernels that compute on such memory. */
export const kernel = kernelsFor<Heap>();

/** Whether the engine knows relaxed SIMD, with which the kernels run up to 1.4 times faster. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(bytesOf(relaxed));

/**
 * Instantiates the kernels on a backend's memory, also with relaxed SIMD where the engine has it. Rejects where the engine
 * lacks SIMD or the memory is shared between threads.
 */
export async function createHeap(backend: WasmBackend): Promise<Heap> {
  const { wasm } = backend;
  const exact = await routinesOf(strict, wasm.asm.memory);
  let fast = hasRelaxedSimd() ? await routinesOf(relaxed, wasm.asm.memory) : exact;
  const buffer = (): ArrayBuffer => wasm.HEAPU8.buffer;
  const address = (tensor: TensorInfo): number => backend.dataIdMap.get(tensor.dataId).memoryOffset;
  const packs = createPacks(wasm);
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const gone = disposeData(dataId, force);
    if (gone) packs.forget(dataId);
    return gone;
  };
  const floats = (address: number, count: number): Float32Array => new Float32Array(buffer(), address, count);
  return {
    slices: undefined,
    packs,
    memory: wasm.asm.memory,
    replace(routines) {
      fast = new Map([...fast, ...routines]);
    },
    call(name, ...args) {
      const routine = (isExact() ? exact : fast).get(name);
      if (!routine) throw new Error(`The kernels have no routine "${name}"; run \`node scripts/build-kernels.mjs\`.`);
      return routine(...args);
    },
    address,
    output(shape, dtype = "float32") {
      const tensor = backend.makeOutput(shape, dtype);
      if (address(tensor) === 0) throw new Error(`The wasm backend has no room for a tensor of shape [${shape.join(", ")}]; use a smaller batch.`);
      return tensor;
    },
    share({ dataId, shape, dtype }) {
      backend.incRef(dataId);
      return { dataId, shape, dtype };
    },
    scratch(bytes, work) {
      const start = wasm._malloc(bytes + 16) >>> 0;
      if (start === 0) throw new Error(`The wasm backend has no room for ${bytes} bytes of a kernel's own; use a smaller batch.`);
      try {
        return work(((start + 15) & ~15) >>> 0);
      } finally {
        wasm._free(start);
      }
    },
    writeInts: (address, values) => new Int32Array(buffer(), address, values.length).set(values),
    floats,
    readFloats: (address, count) => floats(address, count).slice(),
  };
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** The routines of a module in base64, on such memory. */
export async function routinesOf(base64: string, memory: WebAssembly.Memory): Promise<Routines> {
  const { instance } = await WebAssembly.instantiate(bytesOf(base64), { env: { memory } });
  // The one place where the module's exports get their type: all are functions of numbers.
  return new Map(Object.entries(instance.exports) as [string, (...args: number[]) => number][]);
}
