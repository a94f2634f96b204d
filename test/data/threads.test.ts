/** Beside the training: whatever the number of threads, the numbers are the same; files are gone through once; a thread that ends is told of. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Augmentation, DataSettings } from "@cnn-lang/shape-checker";
import { unchanged } from "../../packages/runtime/src/data/augment.ts";
import type { Batch } from "../../packages/runtime/src/data/batch.ts";
import { openData } from "../../packages/runtime/src/data/built-in.ts";
import { loadTraining } from "../../packages/runtime/src/data/load.ts";
import { createLoader, whole } from "../../packages/runtime/src/data/loader.ts";
import { createPool, threadsFor } from "../../packages/runtime/src/data/threads.ts";
import { surveyFiles } from "../../packages/runtime/src/data/survey.ts";
import { Failure } from "../../packages/runtime/src/failure.ts";
import { train } from "../../packages/runtime/src/index.ts";
import { folderWith } from "../helpers/cli.ts";
import { colorPng, grayPng } from "../helpers/png.ts";

const image = (seed: number, side = 9): Buffer => colorPng(Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * (seed + 3) * 37 + seed * 91) % 256), side);
const photos = folderWith(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i % 2 ? "cat" : "dog"}/${i}.png`, image(i)])));

const augment: readonly Augmentation[] = [
  { flip: "horizontal" }, { rotate: 20 }, { crop: [8, 8], padding: 2 }, { jitter: { brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.1 } }, { erase: 0.5, scale: [0.1, 0.3], ratio: [0.5, 2] },
];
const settings: DataSettings = {
  format: "folder", path: photos, validation: 0.25, resize: [8, 8], channels: null, augment, normalize: "auto", unreadable: "fail", limit: null, workers: 0,
};

async function loaded(changes: Partial<DataSettings> = {}): Promise<{ batches: readonly Batch[]; text: string; warnings: readonly string[]; count: number }> {
  const data = { ...settings, ...changes };
  const { train, validation, preparation, warnings, close } = await loadTraining(openData(data.format, data.path, data), data, 5);
  const batches: Batch[] = [];
  for (const epoch of [1, 2]) for await (const batch of train.loader.batches(train.indices, 7, epoch)) batches.push(batch);
  for await (const batch of validation?.loader.batches(validation.indices, 7) ?? []) batches.push(batch);
  await close();
  const text = JSON.stringify([preparation.normalization, batches.map(({ images, labels }) => [Buffer.from(images.buffer).toString("base64"), [...labels]])]);
  return { batches, text, warnings: warnings.map(({ message }) => message), count: train.indices.length };
}

const test = suite("threads");

test("batches are the same with no thread, one and three", async () => {
  const alone = await loaded();
  assert.equal(alone.batches.map(({ size }) => size), [7, 7, 7, 7, 2, 7, 7, 7, 7, 2, 7, 3]);
  for (const workers of [1, 3]) assert.is((await loaded({ workers })).text, alone.text, `${workers} threads`);
});

test("images in memory are shared with threads", async () => {
  const digits = { format: "digits", path: null, resize: null, limit: 60, augment: [{ rotate: 10 }] } as const;
  assert.is((await loaded({ ...digits, workers: 2 })).text, (await loaded(digits)).text);
});

test("threads are started where there is much to do", () => {
  assert.is(threadsFor(false, { workers: null, augment: [{ flip: "horizontal" }] }), 0);
  assert.ok(threadsFor(true, { workers: null, augment: [] }) >= 1);
  assert.ok(threadsFor(false, { workers: null, augment }) >= 1);
  assert.is(threadsFor(true, { workers: 0, augment }), 0);
});

test("a thread that ends takes its batch with it, and that is said to all who wait", async () => {
  const pool = createPool(2);
  const images = openData("folder", photos, { resize: [8, 8], channels: 3 }).train();
  const loader = createLoader(pool, images, { augment, normalization: unchanged(3), seed: 1 });
  const waiting = loader.batches(whole(images).indices, 4, 1).next();
  // A task that no thread can do: an error of ours, which ends the thread that got it.
  const impossible = pool.batch(99, Uint32Array.of(0), 1);
  const told = /^a thread that prepares images ended: There is no set 99/;
  await impossible.then(() => assert.unreachable(), (error: Failure) => assert.match(error.message, told));
  await pool.batch(1, Uint32Array.of(0), 1).then(() => assert.unreachable(), (error: Failure) => assert.equal([error.finding.code, told.test(error.message)], ["CNN7114", true]));
  await waiting.catch((error: Failure) => assert.is(error.finding.code, "CNN7114"));
  await pool.close();
});

test("what is wrong with a file is said from a thread as from here", async () => {
  const folder = folderWith({ "a/1.png": image(1), "b/1.png": image(2), "b/2.png": image(3, 5) });
  const problem = (workers: number): Promise<string> =>
    loaded({ path: folder, resize: null, validation: null, augment: [], workers }).then(() => "none", (error: Failure) => `${error.finding.code} ${error.message.replaceAll(/\/\S*\//g, "")}`);
  assert.is(await problem(0), "CNN7113 1.png is 9 x 9 when all is done with it, but 5 x 5 is wanted");
  assert.is(await problem(2), await problem(0));
});

test.run();

const survey = suite("going through files");

const damaged = (): string => folderWith({ "a/1.png": image(1), "a/2.png": image(2).subarray(0, 90), "a/3.png": image(3), "b/1.png": image(4), "b/2.jpg": "no image", "b/3.png": image(5) });

survey("damaged files end a training before it begins, or are left out, by name and number", async () => {
  const short = (text: string): string => text.replaceAll(/\/\S*\/(\w\/)/g, "$1").replaceAll(/\/\S*\/cnn-test-\w+/g, "photos");
  const path = damaged();
  const listed = "  a/2.png is a damaged PNG image: its bytes are damaged, or end too early\n  b/2.jpg is no PNG or JPEG image: it begins with the bytes 6e 6f 20 69 6d 61 67 65";
  await loaded({ path, validation: null }).then(() => assert.unreachable(), (error: Failure) => assert.equal([error.finding.code, short(error.message)], ["CNN7104", `2 of 6 images in photos cannot be used:\n${listed}`]));
  const { warnings, count } = await loaded({ path, validation: null, unreadable: "skip" });
  assert.equal([warnings.map(short), count], [[`2 of 6 images in photos are left out:\n${listed}`], 4]);
});

survey("what is left is augmented as if nothing were missing", async () => {
  const whole = folderWith({ "a/1.png": image(1), "a/2.png": image(2), "b/1.png": image(4) });
  const broken = folderWith({ "a/1.png": image(1), "a/2.png": "", "b/1.png": image(4) });
  const one = { validation: null, normalize: null, unreadable: "skip" } as const;
  const last = (batches: readonly Batch[], place: number): string => Buffer.from(batches[0]?.images.slice(place * 192, (place + 1) * 192).buffer ?? new ArrayBuffer(0)).toString("hex");
  assert.is(last((await loaded({ ...one, path: broken })).batches, 1), last((await loaded({ ...one, path: whole })).batches, 2));
});

survey("where all is damaged, nothing can be left out", async () => {
  const path = folderWith({ "a/1.png": image(1).subarray(0, 60), "b/1.png": image(1).subarray(0, 60) });
  await loaded({ path, validation: null, unreadable: "skip" }).then(() => assert.unreachable(), (error: Failure) => assert.is(error.finding.code, "CNN7104"));
});

survey("sets that do not fit into memory are decoded each time, with the same numbers; what was found out is kept by content", async () => {
  const cache = folderWith();
  process.env["XDG_CACHE_HOME"] = cache;
  const pool = createPool(0);
  const part = whole(openData("folder", photos, { resize: [8, 8], channels: 3 }).train());
  const [inMemory, onDisk] = [await surveyFiles(part, pool), await surveyFiles(part, pool, { room: 1000 })];
  assert.equal([inMemory.part.images.pixels instanceof Uint8Array, onDisk.part.images.pixels instanceof Uint8Array], [true, false]);
  assert.equal(inMemory.sumsOf(7), onDisk.sumsOf(7));
  const batch = async ({ part: { images, indices } }: typeof onDisk): Promise<string> => {
    const { value } = await createLoader(pool, images, { augment, normalization: unchanged(3), seed: 1 }).batches(indices, 40, 3).next();
    return Buffer.from(value?.images.buffer ?? new ArrayBuffer(0)).toString("base64");
  };
  assert.is(await batch(inMemory), await batch(onDisk));

  const [file = ""] = readdirSync(join(cache, "cnn"));
  writeFileSync(join(cache, "cnn", file), readFileSync(join(cache, "cnn", file), "utf8").replace(/\[64,\d+/, "[64,424242"));
  assert.is((await surveyFiles(part, pool, { room: 1000 })).sumsOf(0)[1], 424242, "what is kept is used");
  // Damage is not believed, and other content has another name.
  writeFileSync(join(cache, "cnn", file), "[");
  assert.equal((await surveyFiles(part, pool, { room: 1000 })).sumsOf(0), inMemory.sumsOf(0));
  writeFileSync(join(photos, "cat/1.png"), image(77));
  assert.not.equal((await surveyFiles(part, pool, { room: 1000 })).sumsOf(0), inMemory.sumsOf(0));
  assert.is(readdirSync(join(cache, "cnn")).length, 2);
  delete process.env["XDG_CACHE_HOME"];
});

survey("a training that is interrupted while its files are gone through has saved nothing, and ends", async () => {
  const controller = new AbortController();
  const folder = folderWith({ "net.cnn": "model Net(classes = 2) {\n  input 3@8x8\n  flatten -> dense classes\n}\n" });
  const seen: string[] = [];
  const onEvent = ({ type }: { readonly type: string }): void => {
    seen.push(type);
    controller.abort();
  };
  const data = { format: "folder", path: photos, resize: [8, 8], workers: 0 } as const;
  const result = await train({ model: join(folder, "net.cnn"), data }, { out: join(folder, "run"), signal: controller.signal, onEvent });
  assert.equal([result.status, result.run, seen, readdirSync(folder)], ["interrupted", undefined, ["reading"], ["net.cnn"]]);
});

survey("a file that is huge by its header alone costs no memory", async () => {
  const header = grayPng(new Uint8Array(1), 1);
  header.writeUInt32BE(60_000, 16);
  header.writeUInt32BE(60_000, 20);
  const path = folderWith({ "a/1.png": image(1), "b/1.png": image(2), "b/2.png": header });
  const before = process.memoryUsage().arrayBuffers;
  await loaded({ path, validation: null }).then(() => assert.unreachable(), (error: Failure) => assert.match(error.message, "60,000 x 60,000 pixels; at most 50,000,000 pixels are decoded"));
  assert.ok(process.memoryUsage().arrayBuffers - before < 50_000_000);
});

survey.run();
