/** A model's flat list of layers as a reader sees it: blocks and labelled groups around their layers, one in the other. */

import type { Call, Layer, Model } from "../model/model.ts";

export interface Group {
  /** Absent for the model itself. */
  readonly call?: Call;
  readonly members: readonly (Group | Layer)[];
}

interface Growing {
  readonly call?: Call;
  readonly members: (Growing | Layer)[];
}

export function nest({ layers }: Pick<Model, "layers">): Group {
  const root: Growing = { members: [] };
  const byCall = new Map<number, Growing>();
  for (const layer of layers) {
    let inside = root;
    for (const call of layer.calls) {
      const known = byCall.get(call.id) ?? { call, members: [] };
      if (!byCall.has(call.id)) inside.members.push(known);
      byCall.set(call.id, known);
      inside = known;
    }
    inside.members.push(layer);
  }
  return root;
}

/** "0: basic" for a use of a block, "layer1" for a group: by its path from the group around it. */
export function titleOf({ kind, name, path }: Call, around: Call | undefined): string {
  const own = relativePath(path, around);
  return kind === "block" && own !== name ? `${own}: ${name}` : own;
}

/** A layer's name from the group around it, and what it is: `conv1`, `conv 7x7, stride 2`. */
export function linesOf(layer: Layer, around: Call | undefined): readonly string[] {
  const { operator, attributes } = layer;
  const name = relativePath(layer.path, around);
  const kernel = "kernel" in attributes ? [attributes.kernel.join("x")] : [];
  const stride = "stride" in attributes && attributes.stride.some((n) => n > 1) ? [`stride ${printStride(attributes.stride)}`] : [];
  const marks = [...(isFrozen(layer) ? ["frozen"] : []), ...(layer.reuses === undefined ? [] : ["shared weights"])];
  return [...(name === operator ? [] : [name]), [[operator, ...kernel].join(" "), ...stride, ...marks].join(", ")];
}

/** Layers without weights have nothing that could move. */
export const isFrozen = ({ frozen, weights }: Layer): boolean => frozen && weights.length > 0;

const printStride = (stride: readonly number[]): string => (new Set(stride).size === 1 ? `${stride[0]}` : stride.join("x"));

const relativePath = (path: string, around: Call | undefined): string =>
  around && path.startsWith(`${around.path}.`) ? path.slice(around.path.length + 1) : path;
