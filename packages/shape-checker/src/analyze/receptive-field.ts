/**
 * Receptive fields: which input positions one output position sees. Kept as an interval around output position 0 and
 * the distance (`jump`) by which it moves from one output to the next; joins take the union over their branches.
 */

import type { Window } from "../shapes/window.ts";
import { extent } from "../shapes/window.ts";

export interface Field {
  /** The first and last input position that output position 0 sees, one entry an axis. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly jump: readonly number[];
  /** Behind a global pool, dense or flatten: not counted where such a branch joins others. */
  readonly global: boolean;
}

export const inputField = (rank: number): Field => ({
  low: Array.from({ length: rank }, () => 0),
  high: Array.from({ length: rank }, () => 0),
  jump: Array.from({ length: rank }, () => 1),
  global: false,
});

/** The field of a layer from its windows and the fields of its inputs; `rank` is that of its output. */
export function fieldOf(window: readonly Window[] | "pointwise" | "global", inputs: readonly Field[], rank: number): Field {
  const joined = union(inputs) ?? inputField(rank);
  if (window === "global") return { ...joined, global: true };
  if (window === "pointwise") return joined;
  const slid = window.map((w, axis) => slideAxis(w, joined.low[axis] ?? 0, joined.high[axis] ?? 0, joined.jump[axis] ?? 1));
  return {
    low: slid.map(({ low }) => low),
    high: slid.map(({ high }) => high),
    jump: slid.map(({ jump }) => jump),
    global: joined.global,
  };
}

/** Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks" (Distill, 2019). */
function slideAxis(window: Window, low: number, high: number, jump: number) {
  if (window.transposed) {
    // An output sees every input whose scattered kernel covers it: floor((extent − 1) / stride) + 1 neighbours.
    const reach = Math.floor((extent(window) - 1) / window.stride);
    return { low: low - reach * jump, high, jump: jump / window.stride };
  }
  return {
    low: low - window.before * jump,
    high: high + (extent(window) - 1 - window.before) * jump,
    jump: jump * window.stride,
  };
}

function union(fields: readonly Field[]): Field | undefined {
  const local = fields.filter((field) => !field.global);
  const [first, ...others] = local.length > 0 ? local : fields;
  if (!first || others.length === 0) return first;
  return others.reduce(
    (all, field) => ({
      low: all.low.map((low, axis) => Math.min(low, field.low[axis] ?? low)),
      high: all.high.map((high, axis) => Math.max(high, field.high[axis] ?? high)),
      jump: all.jump.map((jump, axis) => Math.max(jump, field.jump[axis] ?? jump)),
      global: all.global,
    }),
    first,
  );
}
