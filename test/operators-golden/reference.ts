/** Operators by their definitions, one output at a time, on maps of any number of axes: slow and plain. */

/** A batch in PyTorch's order, `[batch, channels, …axes]`. */
export interface Batch {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export const count = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Every place of a shape, the last axis fastest. */
function* places(shape: readonly number[]): Generator<readonly number[]> {
  const total = count(shape);
  for (let index = 0; index < total; index += 1) {
    let rest = index;
    yield shape.map((n, axis) => {
      const after = count(shape.slice(axis + 1));
      const at = Math.floor(rest / after);
      rest -= at * after;
      return at % n;
    });
  }
}

const offset = (shape: readonly number[], place: readonly number[]): number => shape.reduce((sum, n, axis) => sum * n + (place[axis] ?? 0), 0);

export const read = ({ shape, values }: Batch, place: readonly number[]): number => values[offset(shape, place)] ?? Number.NaN;

/** A batch of the given shape, each value computed from its place. */
export const batchOf = (shape: readonly number[], value: (place: readonly number[]) => number): Batch => ({
  shape,
  values: Float32Array.from(places(shape), value),
});

export type Mode = "zeros" | "reflect" | "replicate" | "circular";

/** Where position `p`, inside or beside an axis of `n`, takes its value from; nothing for a zero. */
function source(p: number, n: number, mode: Mode): number | undefined {
  if (p >= 0 && p < n) return p;
  if (mode === "reflect") return p < 0 ? -p : 2 * (n - 1) - p;
  if (mode === "replicate") return p < 0 ? 0 : n - 1;
  return mode === "circular" ? (p + n) % n : undefined;
}

export interface Sliding {
  readonly stride: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
}

/** Σ over channels of the group and taps of filter times map; filter `[filters, channels / groups, …kernel]`. */
export function convolution(x: Batch, filter: Batch, output: readonly number[], { stride, padding, dilation }: Sliding, groups: number, mode: Mode): Batch {
  const [filters = 1, channels = 1, ...kernel] = filter.shape;
  return batchOf([x.shape[0] ?? 1, filters, ...output], ([image = 0, f = 0, ...at]) => {
    const group = Math.floor(f / (filters / groups));
    let sum = 0;
    for (const [c = 0, ...tap] of places([channels, ...kernel])) {
      const from = at.map((o, a) => source(o * (stride[a] ?? 1) + (tap[a] ?? 0) * (dilation[a] ?? 1) - (padding[a]?.[0] ?? 0), x.shape[a + 2] ?? 1, mode));
      if (from.every((p) => p !== undefined)) sum += read(x, [image, group * channels + c, ...from]) * read(filter, [f, c, ...tap]);
    }
    return sum;
  });
}

/** Each input adds the kernel, scaled, to the output at `stride` steps; filter `[channels, filters / groups, …kernel]`. */
export function transposedConvolution(x: Batch, filter: Batch, output: readonly number[], { stride, padding, dilation }: Sliding, groups: number): Batch {
  const [channels = 1, filters = 1, ...kernel] = filter.shape;
  const shape = [x.shape[0] ?? 1, filters * groups, ...output];
  const values = new Float32Array(count(shape));
  for (const [image = 0, c = 0, ...at] of places(x.shape)) {
    const group = Math.floor(c / (channels / groups));
    for (const [f = 0, ...tap] of places([filters, ...kernel])) {
      const to = at.map((i, a) => i * (stride[a] ?? 1) + (tap[a] ?? 0) * (dilation[a] ?? 1) - (padding[a]?.[0] ?? 0));
      if (to.some((p, a) => p < 0 || p >= (output[a] ?? 0))) continue;
      const place = offset(shape, [image, group * filters + f, ...to]);
      values[place] = (values[place] ?? 0) + read(x, [image, c, ...at]) * read(filter, [c, f, ...tap]);
    }
  }
  return { shape, values };
}

/** The values of the map that each window sees, and how many cells of the padded map it covers. */
export function pooled(x: Batch, output: readonly number[], kernel: readonly number[], { stride, padding, dilation }: Sliding, pool: (seen: readonly number[], covered: number) => number): Batch {
  return batchOf([...x.shape.slice(0, 2), ...output], ([image = 0, channel = 0, ...at]) => {
    const seen: number[] = [];
    let covered = 0;
    for (const tap of places(kernel)) {
      const from = at.map((o, a) => o * (stride[a] ?? 1) + (tap[a] ?? 0) * (dilation[a] ?? 1) - (padding[a]?.[0] ?? 0));
      const size = (a: number): number => x.shape[a + 2] ?? 1;
      if (from.every((p, a) => p < size(a) + (padding[a]?.[1] ?? 0))) covered += 1;
      if (from.every((p, a) => p >= 0 && p < size(a))) seen.push(read(x, [image, channel, ...from]));
    }
    return pool(seen, covered);
  });
}

/** Linear between neighbours on each axis; corners of squares, or centres of corner positions, coincide. */
export function enlarged(x: Batch, output: readonly number[], alignCorners: boolean): Batch {
  return batchOf([...x.shape.slice(0, 2), ...output], ([image = 0, channel = 0, ...at]) => {
    let sum = 0;
    for (const from of places(x.shape.slice(2))) {
      const weight = at.reduce((product, o, a) => {
        const [n, m] = [x.shape[a + 2] ?? 1, output[a] ?? 1];
        const place = alignCorners ? (o * (n - 1)) / (m - 1) : Math.min(n - 1, Math.max(0, ((o + 0.5) * n) / m - 0.5));
        return product * Math.max(0, 1 - Math.abs(place - (from[a] ?? 0)));
      }, 1);
      sum += weight * read(x, [image, channel, ...from]);
    }
    return sum;
  });
}
