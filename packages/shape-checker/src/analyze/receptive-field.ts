/**
 * Receptive fields: which input positions an output position sees. Behind strides neighbours see the same pattern, further
 * on; behind enlargements the pattern repeats only every few positions. So a field holds one period of it, exactly.
 */

import { extent, type Window } from "../shapes/window.ts";

/** Along one axis: output position p sees the inputs `low[p]` to `high[p]`, and p + period the same, moved by `shift`. */
export interface AxisField {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly shift: number;
}

export interface Field {
  readonly axes: readonly AxisField[];
  /** Behind a global pool, dense or flatten: not counted where such a branch joins others. */
  readonly global: boolean;
}

/** Longer periods come of enlarging a hundredfold; like numbers beyond 2^53, they make a field that does not count. */
const longestPeriod = 256;

const point: AxisField = { low: [0], high: [0], shift: 1 };

export const inputField = (rank: number): Field => ({ axes: Array.from({ length: rank }, () => point), global: false });

/** The field of a layer from its windows and the fields of its inputs; `rank` is that of its output. */
export function fieldOf(window: readonly Window[] | "pointwise" | "global", inputs: readonly Field[], rank: number): Field {
  const joined = union(inputs) ?? inputField(rank);
  if (window === "pointwise") return joined;
  if (window === "global") return { ...joined, global: true };
  const axes: AxisField[] = [];
  for (const [axis, w] of window.entries()) {
    const before = joined.axes[axis] ?? point;
    // Most windows are square, and their axes see the same.
    const isAlike = axis > 0 && axes.length === axis && before === (joined.axes[axis - 1] ?? point) && seesLike(w, window[axis - 1]);
    const field = isAlike ? axes[axis - 1] : slide(w, before);
    if (field) axes.push(field);
  }
  return axes.length === window.length ? { axes, global: joined.global } : { ...joined, global: true };
}

export const sameField = (a: Field, b: Field): boolean =>
  a === b || (a.global === b.global && a.axes.length === b.axes.length && a.axes.every((axis, i) => sameAxis(axis, b.axes[i])));

const sameAxis = (a: AxisField, b: AxisField | undefined): boolean =>
  a === b || (b !== undefined && a.shift === b.shift && a.low.length === b.low.length && a.low.every((n, p) => n === b.low[p]) && a.high.every((n, p) => n === b.high[p]));

/** Whether two windows see the same: what of a window `slide` reads. */
const seesLike = (a: Window, b: Window | undefined): boolean =>
  b !== undefined && a.size === b.size && a.stride === b.stride && a.before === b.before && a.dilation === b.dilation && !a.transposed === !b.transposed;

/** How many input positions an output position sees: of several counts the largest, borders left aside. */
export const receptiveField = ({ axes }: Field): readonly number[] =>
  axes.map(({ low, high }) => high.reduce((largest, end, p) => Math.max(largest, end - (low[p] ?? 0) + 1), 0));

/** How far apart, in the input, the fields of neighbouring outputs lie. */
export const effectiveStride = ({ axes }: Field): readonly number[] => axes.map(({ low, shift }) => shift / low.length);

/** How far the field of output position 0 reaches beyond the input's edge. */
export const effectivePadding = ({ axes }: Field): readonly number[] => axes.map(({ low }) => 0 - (low[0] ?? 0));

/** The value of a repeating pattern at any position. */
function at(pattern: readonly number[], shift: number, position: number): number {
  const turns = Math.floor(position / pattern.length);
  return (pattern[position - turns * pattern.length] ?? 0) + turns * shift;
}

/** Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks" (Distill, 2019). */
function slide(window: Window, field: AxisField): AxisField | undefined {
  const { stride, before, transposed } = window;
  const reach = extent(window) - 1;
  const common = transposed ? 1 : greatestCommonDivisor(field.low.length, stride);
  const period = transposed ? field.low.length * stride : field.low.length / common;
  if (period > longestPeriod) return undefined;
  const low: number[] = [];
  const high: number[] = [];
  for (let p = 0; p < period; p++) {
    // Enlarging, p is reached by every input i with 0 ≤ p + before − i·stride ≤ reach; where there is none, by the one before.
    const last = transposed ? Math.floor((p + before) / stride) : p * stride - before + reach;
    const first = transposed ? Math.min(Math.ceil((p + before - reach) / stride), last) : p * stride - before;
    low.push(at(field.low, field.shift, first));
    high.push(at(field.high, field.shift, last));
  }
  const shift = transposed ? field.shift : (field.shift * stride) / common;
  const isExact = [low[0] ?? 0, high.at(-1) ?? 0, shift].every((n) => Math.abs(n) <= Number.MAX_SAFE_INTEGER);
  return isExact ? { low, high, shift } : undefined;
}

function union(fields: readonly Field[]): Field | undefined {
  const local = fields.filter((field) => !field.global);
  const [first, ...others] = local.length > 0 ? local : fields;
  return others.reduce(
    (all, field) => all && { axes: all.axes.map((axis, i) => uniteAxis(axis, field.axes[i] ?? axis)), global: all.global },
    first,
  );
}

function uniteAxis(a: AxisField, b: AxisField): AxisField {
  if (a === b) return a;
  const [stride, other] = [a.shift / a.low.length, b.shift / b.low.length];
  const period = (a.low.length * b.low.length) / greatestCommonDivisor(a.low.length, b.low.length);
  // Branches of different strides drift apart, and no pattern repeats: the first position stands for all.
  const positions = stride === other && period <= longestPeriod ? Array.from({ length: period }, (_, p) => p) : [0];
  return {
    low: positions.map((p) => Math.min(at(a.low, a.shift, p), at(b.low, b.shift, p))),
    high: positions.map((p) => Math.max(at(a.high, a.shift, p), at(b.high, b.shift, p))),
    shift: Math.max(stride, other) * positions.length,
  };
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
