/**
 * Products with wider tiles: they compute the same bits, on some engines in half the time, on others in twice the time. V8 makes of two
 * neighbouring operations on four numbers one on eight where processors have AVX2, if a flag of its own asks for that. So
 * both kinds are tried here on a small product, and the wider ones are taken where they are seen to be faster and to be right.
 */

import { relaxed } from "./binary.generated.ts";
import { hasRelaxedSimd, type Heap, routinesOf } from "./heap.ts";
import { wide } from "./wide.generated.ts";

/** Tries the wider products on this engine, and takes them for the heap where they are faster. */
export async function widen(heap: Heap): Promise<void> {
  if (hasRelaxedSimd() && (await areFaster())) heap.replace(await routinesOf(wide, heap.memory));
}

/** Rows and columns of the products that are tried. */
const side = 96;
/** How much of the time the wider ones may take. */
const worthwhile = 0.8;
/** An engine compiles a function well once it has run for a while: so long is waited for that, in milliseconds. */
const patience = 80;
/** Runs after which the narrower ones are as fast as they get. */
const warm = 30;

/** Whether the wider products are faster than the others here, and give the same bits. */
async function areFaster(): Promise<boolean> {
  const [narrower, wider] = [await tried(relaxed), await tried(wide)];
  const end = performance.now() + patience;
  for (let run = 1; performance.now() < end; run += 1) {
    const [theirs, ours] = [narrower.time(), wider.time()];
    if (run > warm && ours < worthwhile * theirs) {
      const result = wider.result();
      return narrower.result().every((bits, i) => bits === result[i]);
    }
    // Lets the engine put in place what it has compiled meanwhile.
    await new Promise(setImmediate);
  }
  return false;
}

interface Tried {
  /** Runs the products once; the shortest time of all runs until now. */
  time(): number;
  /** The bits of what they gave. */
  result(): Uint32Array;
}

/** The products A·B and Aᵀ·B of one module, in memory of their own. */
async function tried(module: string): Promise<Tried> {
  const size = side * side, bytes = 4 * size, start = 1024;
  const memory = new WebAssembly.Memory({ initial: 8 });
  const matmul = (await routinesOf(module, memory)).get("matmul");
  if (!matmul) throw new Error("The module has no products.");
  const a = start, b = a + bytes, c = b + bytes, d = c + bytes, scratch = d + bytes;
  new Float32Array(memory.buffer, a, 2 * size).forEach((_, i, numbers) => (numbers[i] = ((i * 7919) % 1009) / 1009 - 0.5));
  let shortest = Infinity;
  return {
    time() {
      const begin = performance.now();
      matmul(a, b, c, side, side, side, 0, 0, 0, scratch);
      matmul(a, b, d, side, side, side, 1, 0, 0, scratch);
      shortest = Math.min(shortest, performance.now() - begin);
      return shortest;
    },
    result: () => new Uint32Array(memory.buffer, c, 2 * size),
  };
}
