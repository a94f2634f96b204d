/**
 * Our WebAssembly module on the memory of TensorFlow.js's: tensors are read and written where they lie, nothing is copied.
 * Addresses may change owner whenever a tensor is disposed and views die whenever the memory grows, so neither is kept.
 */

import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { kernelsFor } from "../kernel.ts";
import { relaxed, strict } from "./binary.generated.ts";
import { type Capture, createCapture } from "./capture.ts";
import { isExact } from "./exact.ts";
import type { WasmBackend } from "./insides.ts";
import { createPacks, type Packs } from "./packs.ts";
import { noteStockKernels } from "./stock.ts";
import { createTape, type Tape } from "./tape.ts";

/** The functions of `assembly/index.ts` by their names; every argument and result is a number. */
export type Routines = ReadonlyMap<string, (...args: number[]) => number>;

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
  /** Does some work and keeps what it does in memory, to do it again. */
  readonly capture: Capture["capture"];
  /**
   * Does what JavaScript has to do in memory, with addresses: whatever is not one of the calls below must be done by this, or it is not
   * done again. `work` is given a step's number where numbers differ from step to step and it is done again.
   */
  readonly perform: Tape["perform"];
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
  /** The same with 32-bit integers in the beginning, which nobody changes, and `bytes` in all. */
  withInts<T>(values: ArrayLike<number>, bytes: number, work: (address: number) => T): T;
  /** Weights in other forms. Who writes into a tensor's data, as kernels do that move weights, makes them forgotten. */
  readonly packs: Packs;
  /** All of the memory as bytes; dead once it grows. */
  bytes(): Uint8Array<ArrayBuffer>;
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
  // The first call of each puts another function in its place.
  wasm._free(wasm._malloc(1));
  const packs = createPacks(wasm), tape = createTape();
  const { capture, lasting } = createCapture(backend, tape);
  noteStockKernels(backend, tape);
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const gone = disposeData(dataId, force);
    if (gone) packs.forget(dataId);
    return gone;
  };
  const floats = (address: number, count: number): Float32Array => new Float32Array(buffer(), address, count);

  function borrow<T>(start: number, bytes: number, work: (address: number) => T): T {
    if (start === 0) throw new Error(`The wasm backend has no room for ${bytes} bytes of a kernel's own; use a smaller batch.`);
    try {
      return work(((start + 15) & ~15) >>> 0);
    } finally {
      wasm._free(start);
    }
  }

  return {
    slices: undefined,
    memory: wasm.asm.memory,
    replace(routines) {
      fast = new Map([...fast, ...routines]);
    },
    capture,
    perform: tape.perform,
    // What is done again must not look for a pack that is gone by then.
    packs: { ...packs, of: (...wanted) => (tape.isRunning() ? undefined : packs.of(...wanted)) },
    call(name, ...args) {
      const routine = (isExact() ? exact : fast).get(name);
      if (!routine) throw new Error(`The kernels have no routine "${name}"; run \`node scripts/build-kernels.mjs\`.`);
      return tape.perform(() => routine(...args));
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
    scratch: (bytes, work) => borrow(wasm._malloc(bytes + 16) >>> 0, bytes, work),
    withInts: (values, bytes, work) =>
      borrow(lasting(() => wasm._malloc(bytes + 16)) >>> 0, bytes, (address) => {
        new Int32Array(buffer(), address, values.length).set(values);
        return work(address);
      }),
    bytes: () => wasm.HEAPU8,
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
