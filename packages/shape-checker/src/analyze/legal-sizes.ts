/**
 * The sizes that pass a test, found with few tries. Windows make of a size what repeats with the network's strides, and
 * fit from some size on: so legal sizes are a pattern that repeats, from a smallest one, perhaps up to a largest.
 */

export interface LegalSizes {
  /** From here on, all sizes of the pattern are legal. */
  readonly smallest: number;
  /** Absent where there is no end. */
  readonly largest?: number;
  /** A size belongs to the pattern by what it leaves when divided by this. */
  readonly period: number;
  readonly residues: readonly number[];
}

export type Test = (size: number) => boolean;

/** A condition of the program's own (`assert here.height % 64 == 0`) may ask for more than the strides do. */
const multiples = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64];

/** Larger than any image that goes through a network whole. */
const farAway = 10_000;
const longestPeriod = 4096;

/**
 * @param known A legal size.
 * @param strides How far neighbouring outputs of the network's layers lie apart in its input.
 * @param mostTrials How long a pattern may be whose every size is tried.
 * @returns Nothing where the strides have no common multiple worth looking for.
 */
export function legalSizes(known: number, strides: readonly number[], mostTrials: number, isLegal: Test): LegalSizes | undefined {
  const stride = commonStride(strides);
  if (stride > longestPeriod) return undefined;
  const repeats = multiples.map((times) => times * stride).find((n) => isLegal(known + n) && isLegal(known + 2 * n));
  if (repeats === undefined) return bounded(known, stride, isLegal);

  const offsets = repeats <= mostTrials ? range(repeats).filter((k) => k === 0 || isLegal(known + k)) : likelyOffsets(known, repeats, isLegal);
  const period = shortestPeriod(offsets, repeats);
  const starts = offsets.filter((k) => k < period).map((k) => known + k);
  const residues = starts.map((size) => size % period).sort((a, b) => a - b);
  const last = Math.max(...starts.map((start) => smallestLegal(start, period, isLegal)));
  const smallest = range(period).map((k) => last - period + 1 + k).find((size) => size > 0 && residues.includes(size % period)) ?? last;
  const far = known + period * Math.ceil(farAway / period);
  return { smallest, ...(!isLegal(far) && { largest: largestLegal(known, far, period, isLegal) }), period, residues };
}

/** After how many positions the pattern of all strides repeats; some larger number where that is beyond all use. */
export const commonStride = (strides: readonly number[]): number =>
  strides.filter((n) => Number.isInteger(n) && n > 1).reduce((all, n) => (all > longestPeriod ? all : leastCommonMultiple(all, n)), 1);

/** Sizes that do not go on for ever: perhaps one alone, perhaps all up to some. */
function bounded(known: number, stride: number, isLegal: Test): LegalSizes {
  const step = divisors(stride).find((n) => (n < known && isLegal(known - n)) || isLegal(known + n)) ?? stride;
  const far = known + step * Math.ceil(farAway / step);
  return { smallest: smallestLegal(known, step, isLegal), largest: largestLegal(known, far, step, isLegal), period: step, residues: [known % step] };
}

/** Of a pattern too long to try each size: the multiples of the first divisor that looks like its step. */
function likelyOffsets(known: number, length: number, isLegal: Test): readonly number[] {
  const step = divisors(length).find((n) => [1, 2, 3].every((times) => isLegal(known + times * n))) ?? length;
  return range(length / step).map((k) => k * step);
}

/** The smallest legal size below a legal one, in steps. */
const smallestLegal = (known: number, step: number, isLegal: Test): number =>
  known - step * lastThat(Math.floor((known - 1) / step), (k) => isLegal(known - step * k));

const largestLegal = (known: number, beyond: number, step: number, isLegal: Test): number =>
  known + step * lastThat((beyond - known) / step, (k) => isLegal(known + step * k));

/** The last of 0 … `most` that holds, where 0 does and none does behind one that does not. */
function lastThat(most: number, holds: (k: number) => boolean): number {
  let [low, high] = [0, most + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The shortest stretch that a pattern of offsets repeats. */
function shortestPeriod(offsets: readonly number[], length: number): number {
  const pattern = new Set(offsets);
  return divisors(length).find((period) => offsets.every((k) => pattern.has((k + period) % length))) ?? length;
}

const range = (length: number): readonly number[] => Array.from({ length }, (_, k) => k);
const divisors = (n: number): readonly number[] => range(n + 1).filter((k) => k > 0 && n % k === 0);
const leastCommonMultiple = (a: number, b: number): number => (a / greatestCommonDivisor(a, b)) * b;
const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
