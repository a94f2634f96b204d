/** CNN71xx: images in files, beside those of `../codes.ts`. CNN72xx: downloads. */

import { defineCodes } from "@cnn-lang/parser";
import { grouped } from "../numbers.ts";

const some = (names: readonly string[]): string => (names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${grouped(names.length - 5)} more` : names.join(", "));

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
