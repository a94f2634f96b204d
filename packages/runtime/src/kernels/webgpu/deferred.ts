/**
 * Results that wait until somebody needs them. Whoever reads one has it computed first; a kernel that can do the same along with work
 * of its own starts from what the result comes of, and what nobody needs is never computed.
 */

import { backend as current, engine, env, type TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../kernel.ts";
import type { DropoutAttributes } from "../table.ts";
import type { WebgpuBackend } from "./insides.ts";

/** What a result comes of. */
export type Origin =
  | { readonly kind: "biased"; readonly x: TensorInfo; readonly bias: TensorInfo }
  | { readonly kind: "relu"; readonly x: TensorInfo }
  | { readonly kind: "dropout"; readonly x: TensorInfo; readonly attributes: DropoutAttributes };

export interface Deferral {
  /** Puts off the computation of a new tensor; a small one, which TensorFlow.js might take to the processor, is computed at once. */
  defer(result: TensorInfo, origin: Origin, compute: () => void): TensorInfo;
  /** What a tensor comes of that was not computed yet. */
  originOf(tensor: TensorInfo): Origin | undefined;
  /** Computes all that still waits: what it comes of is about to change. */
  settle(): void;
}

/** Tensors of fewer numbers than this may be computed on the processor, where TensorFlow.js finds them to have no buffer. */
const small = 1000;

interface Waiting {
  readonly origin: Origin;
  readonly compute: () => void;
}

export function createDeferral(backend: WebgpuBackend): Deferral {
  const waiting = new Map<object, Waiting>();
  const [upload, read, dispose] = [backend.uploadToGPU.bind(backend), backend.read.bind(backend), backend.disposeData.bind(backend)];

  const sourcesOf = ({ origin }: Waiting): readonly TensorInfo[] => (origin.kind === "biased" ? [origin.x, origin.bias] : [origin.x]);
  function release(one: Waiting): void {
    // Nobody else may have them any more, and TensorFlow.js does not know that we had.
    for (const { dataId } of sourcesOf(one)) if (backend.disposeData(dataId)) engine().removeDataId(dataId, current());
  }

  backend.uploadToGPU = (dataId) => {
    upload(dataId);
    const one = waiting.get(dataId);
    if (!one) return;
    waiting.delete(dataId);
    one.compute();
    release(one);
  };
  backend.read = (dataId) => {
    if (waiting.has(dataId)) backend.uploadToGPU(dataId);
    return read(dataId);
  };
  backend.disposeData = (dataId, force) => {
    const isGone = dispose(dataId, force);
    const one = isGone ? waiting.get(dataId) : undefined;
    if (one) {
      waiting.delete(dataId);
      release(one);
    }
    return isGone;
  };

  return {
    defer(result, origin, compute) {
      if (sizeOf(result) < small && env().getBool("WEBGPU_CPU_FORWARD")) compute();
      else {
        const one = { origin, compute };
        for (const { dataId } of sourcesOf(one)) backend.incRef(dataId);
        waiting.set(result.dataId, one);
      }
      return result;
    },
    originOf: ({ dataId }) => waiting.get(dataId)?.origin,
    settle() {
      for (const dataId of waiting.keys()) backend.uploadToGPU(dataId);
    },
  };
}
