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
    fixes: [{ title: `take the nearest divisor: ${nearest}`, set: "groups", text: `${nearest}` }],
  };
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** The divisor of `n` nearest to `wanted`, the smaller of two equally near. */
function nearestDivisor(n: number, wanted: number): number {
  let nearest = 1;
  for (let small = 1; small * small <= n; small += 1) {
    if (n % small !== 0) continue;
    for (const divisor of [small, n / small]) {
      const [distance, best] = [Math.abs(divisor - wanted), Math.abs(nearest - wanted)];
      if (distance < best || (distance === best && divisor < nearest)) nearest = divisor;
    }
  }
  return nearest;
}
