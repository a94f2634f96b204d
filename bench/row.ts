/** What a benchmark finds: a figure beside its peer's, from the same run, and what it is to reach. */

export interface Row {
  readonly what: string;
  /** Who it is held against. */
  readonly peer: string;
  readonly unit: string;
  /** Medians, in the unit. Without a peer, or where it is missing on this machine, only ours. */
  readonly ours: number;
  readonly theirs?: number;
  /** Half of the distance between the quartiles of our figures, as a share of the median. */
  readonly spread?: number;
  /** What the figure is judged by: how many times faster than the peer (theirs / ours), or ours as it is. */
  readonly judged: "ratio" | "ours";
  readonly bar?: number;
  readonly moonshot?: number;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const spreadOf = (values: readonly number[]): number => (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);

export const quantile = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;

/** How long some work takes, in milliseconds. */
export function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The table's columns, ratio first. */
export const columns = ["ratio", "ours", "peer's", "what", "peer", "spread", "bar", "moonshot", "reached"] as const;

export function cells({ what, peer, unit, ours, theirs, spread, judged, bar, moonshot }: Row): readonly string[] {
  const ratio = theirs === undefined ? undefined : theirs / ours;
  const value = judged === "ratio" ? ratio : ours;
  const better = (goal: number | undefined): boolean => goal !== undefined && value !== undefined && (judged === "ratio" ? value >= goal : value <= goal);
  const goal = (at: number | undefined): string => (at === undefined ? "" : judged === "ratio" ? `≥ ${at}x` : `≤ ${at} ${unit}`);
  return [
    ratio === undefined ? "" : `${figure(ratio)}x`,
    `${figure(ours)} ${unit}`,
    theirs === undefined ? "" : `${figure(theirs)} ${unit}`,
    what,
    peer,
    spread === undefined ? "" : `± ${(100 * spread).toFixed(0)} %`,
    goal(bar),
    goal(moonshot),
    value === undefined ? "" : better(moonshot) ? "moonshot" : better(bar) ? "bar" : bar === undefined ? "" : "no",
  ];
}

/** Three digits that count. */
const figure = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3));

/** Ends a benchmark that was started by itself: a table for people, or with `--json` the rows. */
export function tell(rows: readonly Row[]): void {
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(rows));
    return;
  }
  const lines = [columns, ...rows.map(cells)];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines) console.log(line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
}
