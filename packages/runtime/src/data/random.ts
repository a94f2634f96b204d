/**
 * Random numbers without a stream: every draw is a hash of what it is for. So a draw does not depend on how many were
 * made before it, and workers, slices of a batch and resumed runs agree without passing any state along.
 */

/** Draws by element: a number in [0, 1) with 24 random bits, or all 32 bits of its hash. */
export interface Draws {
  uniform(element: number): number;
  bits(element: number): number;
  /** What the facts were hashed to: a draw is `mix(mix(element + low) ^ high)`, here and in the kernels. */
  readonly words: readonly [low: number, high: number];
}

/**
 * The draws for one purpose: `draws(seed, "flip", epoch, image)`. Equal facts give equal draws, any other fact gives
 * draws that have nothing to do with them.
 */
export function draws(...facts: readonly (number | string)[]): Draws {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  const absorb = (word: number): void => {
    low = mix(low ^ word);
    high = mix(high + low + 0x7f4a7c15);
  };
  for (const fact of facts) {
    if (typeof fact === "number") {
      absorb(fact);
      absorb(Math.floor(fact / 2 ** 32));
    } else {
      // The length first, so that "ab", "c" and "a", "bc" differ.
      absorb(~fact.length);
      for (let i = 0; i < fact.length; i += 1) absorb(fact.charCodeAt(i));
    }
  }
  const bits = (element: number): number => mix(mix(element + low) ^ high) >>> 0;
  return { bits, uniform: (element) => (bits(element) >>> 8) / 2 ** 24, words: [low, high] };
}

/** What a dropout's mask is drawn for. */
export interface Mask {
  readonly seed: number;
  readonly step: number;
  readonly path: string;
}

export const dropoutDraws = ({ seed, step, path }: Mask): Draws => draws(seed, "dropout", step, path);

/** Scrambles 32 bits so that each bit of the result depends on each of the argument (MurmurHash3's finaliser). */
function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** 0 … count − 1 in an order drawn at random, each order equally likely (Fisher and Yates). */
export function permutation(count: number, { bits }: Draws): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor((bits(last) / 2 ** 32) * (last + 1));
    const value = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = value;
  }
  return order;
}

/** A number with mean 0 and standard deviation 1, normally distributed (Box and Muller), from draws 2·element and the next. */
export function normal({ uniform }: Draws, element: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(2 * element)));
  return radius * Math.cos(2 * Math.PI * uniform(2 * element + 1));
}
