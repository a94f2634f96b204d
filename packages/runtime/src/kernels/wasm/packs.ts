/**
 * Weights in the form in which kernels read them, kept from call to call: in inference weights stay as they are, and packing
 * them can cost more than computing with one image. A pack goes with its tensor, or when something writes into the tensor.
 */

import { engine } from "@tensorflow/tfjs-core";

/** Where packs lie. */
export interface Memory {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

export interface Packs {
  /** The address of a tensor's data in some form, made by `pack` unless it is there; undefined where there is no room for it. */
  of(dataId: object, form: string, bytes: number, pack: (address: number) => void): number | undefined;
  /** To be told when data is gone, or something has written into it. */
  forget(dataId: object): void;
}

/** Bytes of all packs together: what is packed beyond is packed anew at each call. */
const most = 512 * 2 ** 20;

/** Whether weights stay as they are: while gradients are taken they are about to move. */
export const isInference = (): boolean => engine().state.gradientDepth === 0;

export function createPacks({ _malloc, _free }: Memory): Packs {
  const packs = new WeakMap<object, Map<string, { readonly start: number; readonly bytes: number }>>();
  let total = 0;
  const aligned = (start: number): number => ((start + 15) & ~15) >>> 0;
  return {
    of(dataId, form, bytes, pack) {
      const forms = packs.get(dataId) ?? new Map();
      packs.set(dataId, forms);
      const known = forms.get(form);
      if (known) return aligned(known.start);
      if (total + bytes > most) return undefined;
      const start = _malloc(bytes + 16) >>> 0;
      if (start === 0) return undefined;
      total += bytes;
      forms.set(form, { start, bytes });
      pack(aligned(start));
      return aligned(start);
    },
    forget(dataId) {
      for (const { start, bytes } of packs.get(dataId)?.values() ?? []) {
        _free(start);
        total -= bytes;
      }
      packs.delete(dataId);
    },
  };
}
