/** Image folders, masks and tables: what is found in them, and what is said of those that are wrong. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { detectFormat, openData } from "../../packages/runtime/src/data/built-in.ts";
import { readCsv } from "../../packages/runtime/src/data/csv.ts";
import { asTheyAre, type Images } from "../../packages/runtime/src/data/dataset.ts";
import { readHeader, readImage, readMask } from "../../packages/runtime/src/data/image.ts";
import { inspectData } from "../../packages/runtime/src/data/inspect.ts";
import { decodeWithJpegJs, sharpDecoder } from "../../packages/runtime/src/data/jpeg.ts";
import { Failure } from "../../packages/runtime/src/failure.ts";
import { folderWith } from "../helpers/cli.ts";
import { colorPng, grayPng, palettePng } from "../helpers/png.ts";
import { sharedData, withData } from "../helpers/shared.ts";

async function refused(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Failure) return `${error.finding.code}: ${error.message.replaceAll(/\/\S*\//g, "")}`;
    throw error;
  }
  return "no complaint";
}

const gray = (level: number, width = 4, height = 4): Buffer => grayPng(new Uint8Array(width * height).fill(level), width);
/** A colour PNG of one colour. */
const colored = (...color: readonly [red: number, green: number, blue: number]): Buffer => colorPng(Uint8Array.from(Array.from({ length: 16 }, () => color).flat()), 4);
const filesOf = (images: Images): readonly string[] => ("files" in images.pixels ? images.pixels.files.map((file) => file.split("/").slice(-2).join("/")) : []);

const folders = suite("image folders");

folders("classes and images in the order of their names, hidden files and others left out", () => {
  const folder = folderWith({
    "b/2.png": gray(1), "b/10.PNG": gray(1), "b/deep/x.jpeg": gray(1), "b/notes.txt": "", "b/.hidden.png": gray(1), "a/1.png": gray(1), ".git/x.png": gray(1), "readme.md": "",
  });
  const set = openData("folder", folder);
  assert.equal(set.manifest, { version: 1, format: "folder", shape: "1@4x4", classes: 2, labels: ["a", "b"], train: 4, test: 0 });
  assert.equal(filesOf(set.train()), ["a/1.png", "b/10.PNG", "b/2.png", "deep/x.jpeg"]);
  assert.equal([...set.train().labels], [0, 1, 1, 1]);
  assert.is(detectFormat(folder), "folder");
});

folders("train and test, whose classes are the same", async () => {
  const folder = folderWith({ "train/a/1.png": gray(1), "train/b/1.png": colored(1, 2, 3), "val/b/1.png": gray(1, 8, 2) });
  const { manifest, test } = openData("folder", folder);
  assert.equal([manifest.train, manifest.test, manifest.shape, manifest.largest], [2, 1, "3@2x4", [4, 8]]);
  assert.equal([...test().labels], [1]);
  writeFileSync(join(folder, "val/b/2.png"), gray(1));
  mkdirSync(join(folder, "val/c"));
  writeFileSync(join(folder, "val/c/2.png"), gray(1));
  assert.is(await refused(() => openData("folder", folder)), "CNN7110: val holds the class c, which is none of the training images': a, b");
});

folders("the classes of a model that knows some already keep their numbers", async () => {
  const folder = folderWith({ "b/1.png": gray(1), "c/1.png": gray(1) });
  assert.equal([...openData("folder", folder, { ...asTheyAre, labels: ["a", "b", "c"] }).train().labels], [1, 2]);
  assert.match(await refused(() => openData("folder", folder, { ...asTheyAre, labels: ["a", "b"] })), "holds the class c, which is none of the training images': a, b");
});

folders("folders that are none", async () => {
  assert.match(await refused(() => openData("folder", folderWith({ "a/1.png": gray(1) }))), /^CNN7108: .* has one class, a: there is nothing to tell apart/);
  assert.match(await refused(() => openData("folder", folderWith({ "a/1.png": gray(1), "b/1.gif": "" }))), /^CNN7109: b is a class without images/);
  assert.match(await refused(() => detectFormat(folderWith({ "cat.png": gray(1) }))), /^CNN7004/);
});

withData(folders, "imagefolder")("forty real files of many kinds", async () => {
  const report = await inspectData(sharedData("imagefolder"));
  assert.equal([report.shape, report.largest, report.train], ["3@28x20", [64, 96], 40]);
  assert.equal(report.classes.map(({ label, train }) => `${label} ${train}`), ["frog 14", "ship 13", "truck 13"]);
  assert.equal(report.sizes[0], { size: "32x32", images: 14 });
  assert.equal([report.unreadable, report.duplicates], [[], []]);
});

withData(folders, "imagefolder", "broken")("what is broken is listed by name, and equal files with each other", async () => {
  const folder = folderWith({ "odd/keep": "" });
  mkdirSync(join(folder, "frog"));
  for (const name of ["bad_crc.png", "empty.jpg", "huge_header.png", "jpeg_named.png", "one_pixel.png", "text.png", "truncated.jpg", "truncated.png"]) {
    copyFileSync(sharedData(`broken/${name}`), join(folder, "odd", name));
  }
  for (const name of ["001.png", "005.jpg"]) copyFileSync(sharedData(`imagefolder/frog/${name}`), join(folder, "frog", name));
  copyFileSync(sharedData("imagefolder/frog/001.png"), join(folder, "odd/again.png"));
  const { unreadable, duplicates, sizes } = await inspectData(folder);
  assert.equal(unreadable.map(({ image, code }) => `${code} ${image.split("/").at(-1)}`), [
    "CNN7102 bad_crc.png", "CNN7101 empty.jpg", "CNN7103 huge_header.png", "CNN7101 text.png", "CNN7102 truncated.jpg", "CNN7102 truncated.png",
  ]);
  assert.equal(duplicates.map((equal) => equal.map((file) => file.split("/").slice(-2).join("/"))), [["frog/001.png", "odd/again.png"]]);
  assert.ok(sizes.some(({ size }) => size === "1x1"));
});

folders.run();

const decoding = suite("decoding");

/** A JPEG whose left half is dark and right half bright, 16x8; with an Exif segment that says how it is turned. */
function turnedJpeg(orientation: number, isLittle: boolean): Buffer {
  const plain = Buffer.from(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAAI" +
      "ABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABgf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/ABK0v//Z",
    "base64",
  );
  const tiff = Buffer.alloc(26);
  const [short, long] = isLittle ? (["writeUInt16LE", "writeUInt32LE"] as const) : (["writeUInt16BE", "writeUInt32BE"] as const);
  tiff.write(isLittle ? "II" : "MM", 0);
  tiff[short](42, 2);
  tiff[long](8, 4);
  tiff[short](1, 8);
  tiff[short](0x0112, 10);
  tiff[short](3, 12);
  tiff[long](1, 14);
  tiff[short](orientation, 18);
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif]);
  return Buffer.concat([plain.subarray(0, 2), segment, plain.subarray(2)]);
}

decoding("a photograph stands upright, as its camera was held", async () => {
  for (const isLittle of [true, false]) {
    const folder = folderWith({ "1.jpg": turnedJpeg(1, isLittle), "3.jpg": turnedJpeg(3, isLittle), "6.jpg": turnedJpeg(6, isLittle), "9.jpg": turnedJpeg(9, isLittle) });
    const at = async (name: string, y: number, x: number): Promise<string> => {
      const { width, height, data } = await readImage(join(folder, name));
      return `${height}x${width} ${(data[(y * width + x) * 3] ?? 0) < 128 ? "dark" : "bright"}`;
    };
    assert.equal([await at("1.jpg", 0, 0), await at("9.jpg", 0, 0)], ["8x16 dark", "8x16 dark"]);
    assert.is(await at("3.jpg", 0, 0), "8x16 bright");
    // Turned clockwise by a quarter: what was left is above.
    assert.equal([await at("6.jpg", 0, 0), await at("6.jpg", 15, 0)], ["16x8 dark", "16x8 bright"]);
    assert.equal([readHeader(join(folder, "6.jpg")).height, readHeader(join(folder, "1.jpg")).height], [16, 8]);
  }
});

decoding("a colour that is declared transparent stays, and 16 bits are rounded", async () => {
  const folder = folderWith({ "clear.png": withChunk(grayPng(Uint8Array.of(7, 200), 2), "tRNS", Buffer.from([0, 7])), "deep.png": grayPng(Uint8Array.of(0x80, 0x7f, 0x80, 0x81), 2, 16) });
  assert.equal([...(await readImage(join(folder, "clear.png"))).data], [7, 7, 7, 200, 200, 200]);
  // 0x807f / 257 = 127.99; 0x8081 / 257 = 128.00.
  assert.equal([...(await readImage(join(folder, "deep.png"))).data], [128, 128, 128, 128, 128, 128]);
});

/** Puts a chunk before the image data. */
function withChunk(png: Buffer, name: string, data: Buffer): Buffer {
  const at = png.indexOf("IDAT") - 4;
  return Buffer.concat([png.subarray(0, at), palettePng.chunk(name, data), png.subarray(at)]);
}

decoding("a mask is read as the classes that it holds, from a palette or gray of few bits", async () => {
  const classes = Uint8Array.of(0, 3, 1, 2);
  const folder = folderWith({ "palette.png": palettePng.of(classes, 2), "two.png": grayPng(Uint8Array.of(0b00110000, 0b01100000), 2, 2), "gray.png": grayPng(Uint8Array.of(0, 255, 1, 2), 2) });
  assert.equal((await readMask(join(folder, "palette.png"))).data, classes);
  assert.equal((await readMask(join(folder, "two.png"))).data, Uint8Array.of(0, 3, 1, 2));
  assert.equal((await readMask(join(folder, "gray.png"))).data, Uint8Array.of(0, 255, 1, 2));
  // The palette's colours, where it is an image.
  assert.equal([...(await readImage(join(folder, "palette.png"))).data.subarray(0, 6)], [0, 100, 200, 30, 100, 200]);
});

decoding("interlaced data that unpacks to far more than its pixels is refused", async () => {
  const png = grayPng(new Uint8Array(4), 2, 8, { isInterlaced: true, rows: Buffer.alloc(50_000_000) });
  const folder = folderWith({ "bomb.png": png });
  assert.ok(png.length < 100_000);
  assert.match(await refused(() => readImage(join(folder, "bomb.png"))), /^CNN7102: bomb.png is a damaged PNG image/);
});

const sharp = await sharpDecoder();
(sharp ? withData(decoding, "imagefolder") : decoding.skip)("sharp and jpeg-js agree but at the edges of colours", async () => {
  const { images }: { images: readonly { file: string; kind: string }[] } = JSON.parse(readFileSync(sharedData("imagefolder.json"), "utf8"));
  for (const { file, kind } of images.filter((one) => one.kind.startsWith("jpeg"))) {
    const bytes = readFileSync(sharedData(`imagefolder/${file}`));
    const [one, other] = [await (sharp ?? decodeWithJpegJs)(bytes), await decodeWithJpegJs(bytes)];
    assert.equal([one.width, one.height, one.channels], [other.width, other.height, other.channels]);
    const differences = one.data.map((value, i) => Math.abs(value - (other.data[i] ?? 0)));
    // Measured on these files: gray ones differ by a rounding, colours by 31 at most and 3 in the mean.
    assert.ok(Math.max(...differences) <= (kind === "jpeg-gray" ? 1 : 31), `${file}: ${Math.max(...differences)}`);
    assert.ok(differences.reduce((sum, value) => sum + value, 0) / differences.length < 3, file);
  }
});

decoding.run();

const labels = suite("masks and tables");

const masksFolder = (more: Record<string, string | Buffer> = {}): string =>
  folderWith({ "images/1.png": colored(9, 9, 9), "images/2.jpg": colored(1, 1, 1), "masks/1.png": gray(1), "masks/2.png": gray(0), "classes.txt": "sky\nsea\n", ...more });

labels("images and masks in pairs", async () => {
  const folder = masksFolder();
  const set = openData("masks", folder, { resize: [2, 2], channels: null });
  assert.equal(set.manifest, { version: 1, format: "masks", shape: "3@4x4", labelKind: "masks", classes: 2, labels: ["sky", "sea"], train: 2, test: 0 });
  assert.is(detectFormat(folder), "masks");
  assert.equal((await inspectData(folder)).classes, [{ label: "sky", train: 16, test: 0 }, { label: "sea", train: 16, test: 0 }]);
});

labels("masks that are missing, of another size, or of other classes", async () => {
  assert.is(await refused(() => openData("masks", masksFolder({ "images/3.png": gray(1), "images/4.png": gray(1) }))), "CNN7111: masks has no mask for 3.png, 4.png");
  assert.match(await refused(() => openData("masks", folderWith({ "images/1.png": gray(1), "masks/1.png": gray(1) }))), /^CNN7116: classes.txt is missing/);
  const problem = async (mask: Buffer): Promise<string | undefined> => (await inspectData(masksFolder({ "masks/1.png": mask }))).unreadable.map(({ code, message }) => `${code}: ${message.replaceAll(/\/\S*\//g, "")}`)[0];
  assert.is(await problem(gray(1, 4, 5)), "CNN7107: 1.png is 4 x 5, but its image 1.png is 4 x 4");
  assert.is(await problem(gray(2)), "CNN7115: 1.png holds the class 2; the classes are 0 to 1, and 255 for none");
  assert.is(await problem(gray(255)), undefined);
  assert.is(await problem(colored(1, 2, 3)), "CNN7106: 1.png is no mask: it holds colours, or gray levels of 16 bits");
});

const table = (text: string): string => folderWith({ "labels.csv": text, "1.png": gray(1), "2.png": gray(1), "deep/3.png": gray(1) });

labels("a table's words are classes, its numbers numbers, and zeros and ones a no or yes", () => {
  const words = openData("table", table("image,kind\n1.png,dog\n2.png,cat\n\ndeep/3.png,dog\n"));
  assert.equal([words.manifest.labelKind, words.manifest.labels, [...words.train().labels]], ["classes", ["cat", "dog"], [1, 0, 1]]);
  const numbers = openData("table", table("x,image,split,y\n0.5,1.png,train,-3\n1e2,2.png,test,4\n"));
  assert.equal([numbers.manifest.labelKind, numbers.manifest.labels, numbers.manifest.train, numbers.manifest.test], ["numbers", ["x", "y"], 1, 1]);
  assert.equal([numbers.train().labels, numbers.test().labels], [Float32Array.of(0.5, -3), Float32Array.of(100, 4)]);
  assert.is(openData("table", table("image,wet,cold\n1.png,1,0\n2.png,0,0\n")).manifest.labelKind, "yes-no");
});

labels("tables that cannot be read", async () => {
  const wrong = (text: string): Promise<string> => refused(() => openData("table", table(text)));
  assert.is(await wrong("file,kind\n1.png,dog\n"), 'CNN7112: labels.csv, line 1: the first line names the columns, and one of them must be "image"');
  assert.is(await wrong("image,kind\n1.png,dog\n\n2.png\n"), "CNN7112: labels.csv, line 4: there are 1 values for 2 columns");
  assert.is(await wrong("image,kind\n../1.png,dog\n"), 'CNN7112: labels.csv, line 2: "../1.png" is no path below the table\'s folder');
  assert.is(await wrong("image,kind\n7.png,dog\n"), "CNN7112: labels.csv, line 2: there is no image 7.png");
  assert.is(await wrong("image,x\n1.png,3\n2.png,three\n"), 'CNN7112: labels.csv, line 3: x is "three", which is no number');
  assert.is(await wrong("image,split,x\n1.png,tests,3\n"), 'CNN7112: labels.csv, line 2: split is train or test, but this is "tests"');
  assert.is(await wrong("image,x\n"), "CNN7112: labels.csv, line 1: the table has no training images");
  assert.is(await wrong("image\n1.png\n"), 'CNN7112: labels.csv, line 1: there is no column with labels beside "image"');
});

labels("quotes hold commas, quotes and line ends", () => {
  assert.equal(readCsv('a,"b, c"\r\n"say ""hi""","two\nlines"\n\n,\nlast'), [
    { line: 1, cells: ["a", "b, c"] },
    { line: 2, cells: ['say "hi"', "two\nlines"] },
    { line: 5, cells: ["", ""] },
    { line: 6, cells: ["last"] },
  ]);
});

labels.run();
