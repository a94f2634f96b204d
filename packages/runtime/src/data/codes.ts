/** CNN70xx, CNN71xx: data and images in files. CNN72xx: downloads. */

import { defineCodes, suggest } from "@cnn-lang/parser";
import { counted, grouped } from "../numbers.ts";

const some = (names: readonly string[]): string => (names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${grouped(names.length - 5)} more` : names.join(", "));

export const { table: dataCodes, create: dataProblems } = defineCodes({
  noFolder: {
    code: "CNN7001",
    severity: "error",
    title: "A data set's folder does not exist",
    message: (f: { path: string }) => (f.path === "" ? "no data is named" : `there is no data in ${f.path}: no such folder`),
    help: ({ path }) =>
      suggest(path, ["digits"]) ? "the data set that is built in is called digits"
      : "paths start where the command is called, those in a recipe at its own folder; the data set digits is built in and needs no files",
  },
  notFolder: {
    code: "CNN7002",
    severity: "error",
    title: "A data set's path is a file",
    message: (f: { path: string }) => `${f.path} is a file; a data set's path names the folder that holds its files`,
  },
  fileMissing: {
    code: "CNN7003",
    severity: "error",
    title: "A data set lacks a file",
    message: (f: { folder: string; what: string; names: readonly string[] }) =>
      `${f.folder} holds no ${f.what}: ${f.names.join(" or ")} is missing`,
    help: () => "each file may be gzipped, with .gz at the end of its name",
  },
  unknownFormat: {
    code: "CNN7004",
    severity: "error",
    title: "A folder holds no data set of a known format",
    message: (f: { folder: string }) => `${f.folder} holds no data set that this program knows`,
    help: () =>
      "known are IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-…), CIFAR-10 (data_batch_1.bin …, test_batch.bin) and " +
      "CIFAR-100 (train.bin, test.bin), each gzipped or not; PNG and JPEG files, a folder for each class; images/ with masks/; labels.csv",
  },
  cutOff: {
    code: "CNN7005",
    severity: "error",
    title: "A data file is cut off",
    message: (f: { file: string; promised: string; held: string }) => `${f.file} is cut off: ${f.promised}, but it holds ${f.held}`,
    help: () => "get the file again",
  },
  tooLong: {
    code: "CNN7006",
    severity: "error",
    title: "A data file holds more than it says",
    message: (f: { file: string; promised: string }) => `${f.file} goes on behind its end: ${f.promised}, but more bytes follow`,
    help: () => "it is damaged, or of another format",
  },
  wrongKind: {
    code: "CNN7007",
    severity: "error",
    title: "A data file is of another kind than its name says",
    message: (f: { file: string; wanted: string; found: string }) => `${f.file} holds no ${f.wanted}: ${f.found}`,
  },
  badGzip: {
    code: "CNN7008",
    severity: "error",
    title: "A gzipped file cannot be unpacked",
    message: (f: { file: string; bytes: number; why: string }) => `${f.file} (${grouped(f.bytes)} bytes) cannot be unpacked: ${f.why}`,
    help: () => "get the file again",
  },
  countsDiffer: {
    code: "CNN7009",
    severity: "error",
    title: "Images and labels are not equally many",
    message: (f: { images: string; imageCount: number; labels: string; labelCount: number }) =>
      `${f.images} holds ${counted(f.imageCount, "image")}, but ${f.labels} holds ${counted(f.labelCount, "label")}`,
    help: () => "the two files belong to different sets, or one is cut short",
  },
  badLabel: {
    code: "CNN7010",
    severity: "error",
    title: "A label is no class of the data set",
    message: (f: { file: string; index: number; label: number; classes: number }) =>
      `image ${grouped(f.index)} of ${f.file} has the label ${f.label}; the classes are 0 to ${f.classes - 1}`,
    help: () => "the file is damaged, or of another format",
  },
  noImages: {
    code: "CNN7011",
    severity: "error",
    title: "A data file holds no images",
    message: (f: { file: string }) => `${f.file} holds no images`,
  },
  tooLarge: {
    code: "CNN7012",
    severity: "error",
    title: "A data file is larger than can be read",
    message: (f: { file: string; promised: string; limit: string }) => `${f.file} cannot be read: ${f.promised}, more than the ${f.limit} this program takes`,
  },
  pythonFiles: {
    code: "CNN7013",
    severity: "error",
    title: "CIFAR's Python files are not its binary ones",
    message: (f: { folder: string; file: string }) => `${f.folder} holds the Python version of the set (${f.file}), which is pickled Python objects`,
    help: () => "get the binary version: cifar-10-binary.tar.gz or cifar-100-binary.tar.gz",
  },
  noTestImages: {
    code: "CNN7014",
    severity: "error",
    title: "A data set has no test images",
    message: (f: { folder: string }) => `${f.folder} has no test images`,
    help: () => 'give "validation" a share of the training images, such as 0.1',
  },
  unreadable: {
    code: "CNN7015",
    severity: "error",
    title: "A data file cannot be read",
    message: (f: { file: string; why: string }) => `${f.file} cannot be read: ${f.why}`,
  },
  nothingLeft: {
    code: "CNN7016",
    severity: "error",
    title: "No images are left to train on",
    message: (f: { images: number; validation: number }) =>
      `of ${counted(f.images, "training image")} ${grouped(f.validation)} ${f.validation === 1 ? "goes" : "go"} to validation: none is left to train on`,
    help: () => "make validation or limit different, or use more data",
  },
  notAnImage: {
    code: "CNN7101",
    severity: "error",
    title: "A file is no image",
    message: (f: { file: string; found: string }) => `${f.file} is no PNG or JPEG image: ${f.found}`,
  },
  badImage: {
    code: "CNN7102",
    severity: "error",
    title: "An image cannot be decoded",
    message: (f: { file: string; kind: string; why: string }) => `${f.file} is a damaged ${f.kind} image: ${f.why}`,
  },
  imageTooLarge: {
    code: "CNN7103",
    severity: "error",
    title: "An image is larger than can be decoded",
    message: (f: { file: string; width: number; height: number; limit: number }) =>
      `${f.file} is ${grouped(f.width)} x ${grouped(f.height)} pixels; at most ${grouped(f.limit)} pixels are decoded`,
  },
});

export const { table: imageCodes, create: imageProblems } = defineCodes({
  undecodable: {
    code: "CNN7104",
    severity: "error",
    title: "Some images of a data set cannot be decoded",
    message: (f: { folder: string; all: number; bad: readonly string[] }) => `${grouped(f.bad.length)} of ${grouped(f.all)} images in ${f.folder} cannot be used:\n${listed(f.bad)}`,
    help: () => 'mend or remove them, or train without them: "unreadable": "skip"',
  },
  skipped: {
    code: "CNN7105",
    severity: "warning",
    title: "Images that cannot be decoded are left out",
    message: (f: { folder: string; all: number; bad: readonly string[] }) => `${grouped(f.bad.length)} of ${grouped(f.all)} images in ${f.folder} are left out:\n${listed(f.bad)}`,
  },
  notAMask: {
    code: "CNN7106",
    severity: "error",
    title: "A mask does not hold classes",
    message: (f: { file: string; found: string }) => `${f.file} is no mask: ${f.found}`,
    help: () => "a mask is a PNG file with a palette, or of gray levels, whose value at each pixel is its class; 255 counts for none",
  },
  maskSize: {
    code: "CNN7107",
    severity: "error",
    title: "A mask is of another size than its image",
    message: (f: { mask: string; found: string; image: string; needed: string }) => `${f.mask} is ${f.found}, but its image ${f.image} is ${f.needed}`,
  },
  noClasses: {
    code: "CNN7108",
    severity: "error",
    title: "A folder of images has no classes to tell apart",
    message: (f: { folder: string; classes: readonly string[] }) =>
      f.classes.length === 0 ? `${f.folder} has no folder with images: each class needs one` : `${f.folder} has one class, ${f.classes.join()}: there is nothing to tell apart`,
  },
  noImagesOfClass: {
    code: "CNN7109",
    severity: "error",
    title: "A class has no images",
    message: (f: { folder: string }) => `${f.folder} is a class without images: it holds no .png, .jpg or .jpeg file`,
  },
  otherClass: {
    code: "CNN7110",
    severity: "error",
    title: "A class is not one of the training's",
    message: (f: { folder: string; label: string; classes: readonly string[] }) => `${f.folder} holds the class ${f.label}, which is none of the training images': ${some(f.classes)}`,
  },
  maskMissing: {
    code: "CNN7111",
    severity: "error",
    title: "An image has no mask",
    message: (f: { folder: string; images: readonly string[] }) => `${f.folder} has no mask for ${some(f.images)}`,
    help: () => "a mask has the name of its image and ends in .png",
  },
  noClassNames: {
    code: "CNN7116",
    severity: "error",
    title: "The classes of masks have no names",
    message: (f: { file: string }) => `${f.file} is missing: it names the classes of the masks, one a line, that of 0 first`,
  },
  badTable: {
    code: "CNN7112",
    severity: "error",
    title: "A table of labels cannot be read",
    message: (f: { file: string; line: number; why: string }) => `${f.file}, line ${f.line}: ${f.why}`,
  },
  sizeDiffers: {
    code: "CNN7113",
    severity: "error",
    title: "An image is of another size than the others",
    message: (f: { file: string; found: string; needed: string }) => `${f.file} is ${f.found} when all is done with it, but ${f.needed} is wanted`,
    help: () => '"resize": [height, width] brings all images to one size',
  },
  workerDied: {
    code: "CNN7114",
    severity: "error",
    title: "A thread that prepares images ended",
    message: (f: { why: string }) => `a thread that prepares images ended: ${f.why}`,
    help: () => '"workers": 0 prepares them in the training\'s own thread; where memory is short, fewer workers and smaller batches help',
  },
  badClass: {
    code: "CNN7115",
    severity: "error",
    title: "A mask holds a class that there is not",
    message: (f: { file: string; found: number; classes: number }) => `${f.file} holds the class ${f.found}; the classes are 0 to ${f.classes - 1}, and 255 for none`,
  },
});

/** One a line; the first twenty. */
const listed = (lines: readonly string[]): string =>
  [...lines.slice(0, 20), ...(lines.length > 20 ? [`and ${grouped(lines.length - 20)} more`] : [])].map((line) => `  ${line}`).join("\n");

export const { table: downloadCodes, create: downloadProblems } = defineCodes({
  unknownSet: {
    code: "CNN7201",
    severity: "error",
    title: "There is no data set of that name to get",
    message: (f: { name: string; known: readonly string[]; suggestion: string | undefined }) =>
      `there is no data set called ${f.name} to get${f.suggestion === undefined ? "" : `; did you mean ${f.suggestion}?`}`,
    help: (f) => `there are ${f.known.join(", ")}`,
  },
  unreachable: {
    code: "CNN7202",
    severity: "error",
    title: "A data set cannot be downloaded",
    message: (f: { url: string; why: string }) => `${f.url} cannot be got: ${f.why}`,
    help: () => "what has arrived is kept: the same command goes on there. Without a network, put the files into the folder yourself",
  },
  wrongFile: {
    code: "CNN7203",
    severity: "error",
    title: "A downloaded file is not the one that was meant",
    message: (f: { url: string; found: string; needed: string }) => `${f.url} gave another file than the data set's: ${f.found}, not ${f.needed}`,
    help: () => "nothing of it is kept; a proxy may have answered in its place, or the set has changed",
  },
  badArchive: {
    code: "CNN7204",
    severity: "error",
    title: "An archive does not hold what it should",
    message: (f: { file: string; why: string }) => `${f.file}: ${f.why}`,
  },
});
