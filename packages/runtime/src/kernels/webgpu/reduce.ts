/** Sums over rows, channel by channel: how the rows are shared out among workgroups, and the pieces of shader for it. */

/** A workgroup has 32 channels times 8 rows of threads, so that neighbouring threads read neighbouring numbers. */
export const lanes = 32;

/** Slices of rows for the workgroups of one group of channels. */
export interface Slices {
  readonly slices: number;
  /** Rows in each; the last may have fewer. */
  readonly rowsEach: number;
}

/** Enough workgroups to fill a GPU, few enough to add their results up quickly. */
export function slicesOf(rows: number, channels: number): Slices {
  const wanted = Math.max(1, Math.min(64, Math.floor(1024 / Math.ceil(channels / lanes))));
  const rowsEach = Math.max(256, Math.ceil(rows / wanted / 8) * 8);
  return { slices: Math.ceil(rows / rowsEach), rowsEach };
}

/** The grid of workgroups: groups of channels times slices. */
export const gridOf = (channels: number, { slices }: Slices): readonly [number, number] => [Math.ceil(channels / lanes), slices];

/**
 * The frame of a shader whose parameters are `channels`, `rows`, `rowsEach`, `slices`: `c` is the thread's channel, `inside`
 * whether there is such a channel, `line` its row of threads, `first` … `end` the rows of its slice. `addUp(li)` makes
 * `left[lane]` and `right[lane]` the sums over a workgroup's lines.
 */
export const rowwise = (body: string): string => `
var<workgroup> left: array<f32, 256>;
var<workgroup> right: array<f32, 256>;
fn addUp(li: u32) {
  workgroupBarrier();
  for (var k = 128u; k >= ${lanes}u; k = k >> 1u) {
    if (li < k) { left[li] += left[li + k]; right[li] += right[li + k]; }
    workgroupBarrier();
  }
}
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) li: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let lane = li % ${lanes}u;
  let line = li / ${lanes}u;
  let c = group.x * ${lanes}u + lane;
  let inside = c < p.channels;
  let first = group.y * p.rowsEach + line;
  let end = min(p.rows, (group.y + 1u) * p.rowsEach);
  ${body}
}`;

/** The parameters of such a shader. */
export const rowwiseParameters = { channels: "u32", rows: "u32", rowsEach: "u32", slices: "u32" } as const;

/**
 * Tensors whose rows add up to zero, exactly but for rounding: what batch norm in training gives back. The bias of a layer before
 * one moves nothing, and its gradient need not be added up to be known.
 */
export const balanced = new WeakSet<object>();
