/** The memory of plans on wasm. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createArena } from "../../packages/runtime/src/kernels/wasm/arena.ts";
import { capturerOn } from "../../packages/runtime/src/kernels/wasm/capturer.ts";
import { currentHeap } from "../../packages/runtime/src/kernels/wasm/install.ts";
import type { Heap } from "../../packages/runtime/src/kernels/wasm/heap.ts";
import { startBackend } from "../helpers/backends.ts";

const test = suite("memory of plans");
test.before(() => startBackend("wasm"));

const mebibyte = 2 ** 20;

/** Memory that is handed out upwards and never again: who has how much. */
function memoryOf(limit: number) {
  const held = new Map<number, number>();
  let next = 1000;
  return {
    held,
    _malloc(bytes: number): number {
      if ([...held.values()].reduce((sum, n) => sum + n, bytes) > limit) return 0;
      held.set(next, bytes);
      return (next += bytes + 8) - bytes - 8;
    },
    _free: (address: number): void => assert.ok(held.delete(address)),
  };
}

test("an arena gives out again what was freed, joined where it lies side by side", () => {
  const memory = memoryOf(10 * mebibyte), arena = createArena(memory);
  const [a, b, c] = [arena.take(60_000), arena.take(60_000), arena.take(60_000)];
  assert.equal([a, b, c].map((address) => address % 64), [0, 0, 0]);
  assert.ok(arena.give(a) && arena.give(b));
  assert.is(arena.take(110_000), a, "both at once");
  assert.not(arena.give(b), "that is no more");
  assert.ok(arena.give(c));
  assert.is(memory.held.size, 1);
});

test("an arena takes the smallest place that is large enough", () => {
  const arena = createArena(memoryOf(10 * mebibyte));
  const [large, , small] = [arena.take(20_000), arena.take(64), arena.take(1000), arena.take(64)];
  arena.give(large);
  arena.give(small);
  assert.equal([arena.take(1000), arena.take(10_000)], [small, large]);
});

test("an arena that is released keeps what is in use, until that is freed", () => {
  const memory = memoryOf(10 * mebibyte), arena = createArena(memory);
  const [a, b] = [arena.take(mebibyte), arena.take(mebibyte)];
  arena.give(a);
  arena.release();
  assert.equal([memory.held.size, arena.isGone()], [1, false]);
  assert.ok(arena.give(b));
  assert.equal([memory.held.size, arena.isGone()], [0, true]);
});

test("what work borrows beyond goes back, and where there is no room an arena says so", () => {
  const memory = memoryOf(3 * mebibyte), arena = createArena(memory);
  arena.take(mebibyte);
  arena.within(() => {
    const more = arena.take(mebibyte);
    assert.is(memory.held.size, 2);
    arena.give(more);
  });
  assert.is(memory.held.size, 1);
  assert.is(arena.take(5 * mebibyte), 0);
});

function heapHere(): Heap {
  const heap = currentHeap();
  if (!heap) throw new Error("Our kernels do not run.");
  return heap;
}

test("work is done again where it was done, with what now lies there", () => {
  const heap = heapHere(), { capture, write } = capturerOn(heap);
  const x = tf.tensor1d([1, 2, 3]);
  const { result, plan } = capture(() => tf.tidy(() => tf.add(tf.square(tf.mul(x, 2)), tf.scalar(1))));
  // Others get other memory.
  const others = [tf.ones([3]), tf.ones([3]), tf.scalar(9)];
  write(x, Float32Array.of(3, 4, 5));
  plan?.replay(0);
  assert.equal([...result.dataSync()], [37, 65, 101]);
  assert.equal(others.map((other) => other.dataSync()[0]), [1, 1, 9]);
  plan?.release();
  assert.equal([...result.dataSync()], [37, 65, 101], "it outlives the plan");
  tf.dispose([x, result, ...others]);
});

test("there is no plan of work that JavaScript reads something of", () => {
  const { capture } = capturerOn(heapHere());
  const x = tf.tensor1d([1, 2, 3]);
  const { result, plan } = capture(() => tf.tidy(() => tf.mul(x, tf.sum(x).dataSync()[0] ?? 0)));
  assert.is(plan, undefined);
  assert.equal([...result.dataSync()], [6, 12, 18]);
  assert.not(capture(() => tf.dispose(tf.gather(x, tf.tensor1d([2, 0], "int32")))).plan, "nor of what TensorFlow.js looks up");
  tf.dispose([x, result]);
});

test("the memory of plans that are released is there for others: it does not grow", () => {
  const heap = heapHere(), { capture } = capturerOn(heap);
  const x = tf.ones([mebibyte]);
  const once = (): void => {
    const { result, plan } = capture(() => tf.tidy(() => tf.square(tf.add(tf.mul(x, 2), x))));
    plan?.replay(0);
    plan?.release();
    result.dispose();
  };
  for (let i = 0; i < 3; i += 1) once();
  const size = heap.bytes().length;
  for (let i = 0; i < 50; i += 1) once();
  assert.is(heap.bytes().length, size);
  x.dispose();
});

test("a capture that throws leaves nothing behind", () => {
  const heap = heapHere(), { capture } = capturerOn(heap);
  const x = tf.ones([mebibyte]), before = tf.memory().numTensors;
  const failing = (): void => void capture(() => tf.tidy(() => {
    tf.square(x);
    throw new Error("no");
  }));
  assert.throws(failing, "no");
  const size = heap.bytes().length;
  for (let i = 0; i < 50; i += 1) assert.throws(failing, "no");
  assert.is(heap.bytes().length, size);
  assert.is(tf.memory().numTensors, before);
  x.dispose();
});

test.run();
