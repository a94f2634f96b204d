/**
 * Images with what a table says of each. `labels.csv` has a column `image`, the file's path from the table's folder, maybe `split` with
 * `train` or `test`, and labels: one column of words is a class; columns of 0 and 1 are a no or yes each; any others are numbers.
 */

import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { LabelKind } from "@cnn-lang/shape-checker";
import { fail } from "../failure.ts";
import { imageProblems } from "./codes.ts";
import { readCsv } from "./csv.ts";
import type { DataReader, Images } from "./dataset.ts";
import { imageFiles, measured, noTest } from "./image-files.ts";

const tableName = "labels.csv";

/** A hundred bytes for each of a million images. */
const mostBytes = 100_000_000;

interface Line {
  readonly line: number;
  readonly file: string;
  readonly isTest: boolean;
  readonly cells: readonly string[];
}

export const tableReader: DataReader = {
  fits: (names) => names.includes(tableName),
  open(folder, wanted) {
    const { columns, lines } = readTable(folder);
    const { kind, labels, values } = labelled(join(folder, tableName), columns, lines, wanted.labels);
    const shape = measured(lines.map(({ file }) => file));
    const images = (isTest: boolean): Images => {
      const places = lines.flatMap((line, i) => (line.isTest === isTest ? [i] : []));
      const chosen = places.flatMap((place) => values[place] ?? []);
      const files = places.map((place) => lines[place]?.file ?? "");
      return imageFiles({ files, labelKind: kind, labels: kind === "classes" ? Int32Array.from(chosen) : Float32Array.from(chosen) }, shape, wanted);
    };
    const test = lines.filter(({ isTest }) => isTest).length;
    return {
      manifest: { version: 1, format: "table", ...shape.manifest, labelKind: kind, classes: labels.length, labels, train: lines.length - test, test },
      train: () => images(false),
      test: () => (test > 0 ? images(true) : noTest(folder)),
    };
  },
};

function readTable(folder: string): { readonly columns: readonly string[]; readonly lines: readonly Line[] } {
  const path = join(folder, tableName);
  const wrong = (line: number, why: string): never => fail(imageProblems.badTable({ file: path, line, why }));
  if (statSync(path).size > mostBytes) wrong(1, "the table is larger than 100 MB");
  const [head, ...rows] = readCsv(readFileSync(path, "utf8"));
  const names = head?.cells ?? [];
  const [imageAt, splitAt] = [names.indexOf("image"), names.indexOf("split")];
  if (imageAt < 0) wrong(1, 'the first line names the columns, and one of them must be "image"');
  const isLabel = (_: string, column: number): boolean => column !== imageAt && column !== splitAt;
  const columns = names.filter(isLabel);
  if (columns.length === 0) wrong(1, 'there is no column with labels beside "image"');

  const lines = rows.map(({ line, cells }): Line => {
    if (cells.length !== names.length) wrong(line, `there are ${cells.length} values for ${names.length} columns`);
    const name = cells[imageAt] ?? "";
    const file = join(folder, name);
    if (name === "" || relative(folder, file).startsWith("..")) wrong(line, `${JSON.stringify(name)} is no path below the table's folder`);
    if (!existsSync(file)) wrong(line, `there is no image ${name}`);
    const part = splitAt < 0 ? "train" : cells[splitAt];
    if (part !== "train" && part !== "test") wrong(line, `split is train or test, but this is ${JSON.stringify(part)}`);
    return { line, file, isTest: part === "test", cells: cells.filter(isLabel) };
  });
  if (!lines.some(({ isTest }) => !isTest)) wrong(1, "the table has no training images");
  return { columns, lines };
}

interface Labelled {
  readonly kind: Exclude<LabelKind, "masks">;
  readonly labels: readonly string[];
  /** Of each line: its class, or a number a column. */
  readonly values: readonly (readonly number[])[];
}

/** @param known The names of classes that a model knows already. */
function labelled(path: string, columns: readonly string[], lines: readonly Line[], known: readonly string[] | undefined): Labelled {
  const wrong = ({ line }: Line, why: string): never => fail(imageProblems.badTable({ file: path, line, why }));
  const isNumber = (cell: string): boolean => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell.trim());
  const [first] = lines;
  if (columns.length === 1 && !isNumber(first?.cells[0] ?? "")) {
    const labels = known ?? [...new Set(lines.map(({ cells }) => cells[0] ?? ""))].toSorted();
    const values = lines.map((line) => {
      const [label = ""] = line.cells;
      if (label.trim() === "") return wrong(line, "the image has no label");
      const number = labels.indexOf(label);
      return [number >= 0 ? number : wrong(line, `${label} is none of the classes`)];
    });
    return { kind: "classes", labels, values };
  }
  const values = lines.map((line) => line.cells.map((cell, i) => (isNumber(cell) ? Number(cell) : wrong(line, `${columns[i]} is ${JSON.stringify(cell)}, which is no number`))));
  const areYesOrNo = values.every((numbers) => numbers.every((value) => value === 0 || value === 1));
  return { kind: areYesOrNo ? "yes-no" : "numbers", labels: columns, values };
}
