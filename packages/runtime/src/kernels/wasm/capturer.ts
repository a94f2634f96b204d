/** What doing steps again asks of the wasm backend. */

import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Capturer } from "../capture.ts";
import { sizeOf } from "../kernel.ts";
import type { Heap } from "./heap.ts";

export function capturerOn(heap: Heap): Capturer {
  const bytesOf = (tensor: TensorInfo): Uint8Array<ArrayBuffer> => heap.bytes().subarray(heap.address(tensor), heap.address(tensor) + sizeOf(tensor) * util.bytesPerElement(tensor.dtype));
  const wordsOf = (tensor: TensorInfo): Int32Array => new Int32Array(heap.bytes().buffer, heap.address(tensor), sizeOf(tensor));

  function put(bytes: Uint8Array, tensor: TensorInfo): void {
    heap.packs.forget(tensor.dataId);
    bytesOf(tensor).set(bytes);
  }

  return {
    isLate: false,
    capture: heap.capture,
    // Data lies in one place as long as there is any, and its memory can be another tensor's later.
    placeOf: ({ dataId }) => ({ buffer: dataId, offset: 0 }),
    output: heap.output,
    copy(tensor, to = heap.output(tensor.shape, tensor.dtype)) {
      put(bytesOf(tensor), to);
      return to;
    },
    write: (tensor, { buffer, byteOffset, byteLength }) => put(new Uint8Array(buffer, byteOffset, byteLength), tensor),
    compare(pairs, tell) {
      tell(pairs.every(([a, b]) => {
        const others = wordsOf(b);
        return wordsOf(a).every((word, i) => word === others[i]);
      }));
    },
    valuesHere: (tensor) => (tensor.dtype === "int32" ? wordsOf(tensor).slice() : heap.readFloats(heap.address(tensor), sizeOf(tensor))),
  };
}
