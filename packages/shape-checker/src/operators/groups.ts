/** Groups must divide what they share out: convolutions, group norm, channel shuffle. */

import { shapeProblems } from "../codes/shapes.ts";
import type { Problem } from "./operator.ts";

/** The problem where `groups` does not divide `channels`; the fix also divides `alsoDivides`. */
export function groupProblem(
  groups: number,
  channels: number,
  what: "input channels" | "filters" | "channels",
  alsoDivides = channels,
): Problem | undefined {
  if (channels % groups === 0) return undefined;
  const nearest = nearestDivisor(greatestCommonDivisor(channels, alsoDivides), groups);
  return {
    finding: shapeProblems.groupsDoNotDivide({ groups, channels, what }),
    at: "groups",
    about: "channels",
    fixes: nearest === undefined ? [] : [{ title: `take the nearest divisor: ${nearest}`, set: "groups", text: `${nearest}` }],
  };
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** The divisor of `n` nearest to `wanted`, the smaller of two equally near; undefined where none is within reach. */
function nearestDivisor(n: number, wanted: number): number | undefined {
  const start = Math.min(n, wanted);
  for (let distance = 0; distance < 10_000; distance += 1) {
    const near = [start - distance, start + distance].find((candidate) => candidate >= 1 && n % candidate === 0);
    if (near !== undefined) return near;
  }
  return undefined;
}
