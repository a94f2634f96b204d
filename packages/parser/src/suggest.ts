/** "Did you mean …?": the nearest of some names, if one is near enough to have been meant. */

/** So that a text of thousands of names and as many misspelt ones takes no time that grows with both. */
const mostCandidates = 1000;

/**
 * The candidate with the least edit distance to `name`, or undefined where none is near: up to one edit in
 * three letters is forgiven. Case and underscores count little: `batchNorm`, `batch_norm` → `batchnorm`.
 * Of equally near ones the first wins; of very many only the first are looked at.
 */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  const threshold = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let least = threshold + 1;
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > mostCandidates) break;
    if (candidate === name) continue;
    const distance = editDistance(wanted, fold(candidate), least - 1);
    // A difference in case or underscores alone is nearer than any letter's.
    if (distance < least && distance < Math.max(wanted.length, fold(candidate).length)) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

const fold = (name: string): string => name.normalize("NFC").toLowerCase().replaceAll("_", "");

/**
 * Insertions, deletions, replacements and swaps of neighbours that lead from one text to another (Damerau's
 * distance in its optimal string alignment form), or `limit + 1` where there are more than `limit`.
 */
export function editDistance(from: string, to: string, limit = Infinity): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let distance = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        distance = Math.min(distance, at(beforePrevious, j - 2) + 1);
      }
      current.push(distance);
      least = Math.min(least, distance);
    }
    if (least > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, to.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
