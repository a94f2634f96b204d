/** What `cnn data check` tells of a data set. */

import type { DataReport } from "../lazy/data.ts";
import { counted, grouped, percent } from "../../numbers.ts";
import { drawTable } from "./table.ts";
import type { Paint } from "./terminal.ts";

/** Lists are cut off there: the JSON form has all of them. */
const most = 20;

export function drawDataReport(report: DataReport, paint: Paint): string {
  const { path, format, shape, largest, train, test, labelKind } = report;
  const size = largest ? `${shape} to ${shape.split("@")[0]}@${largest.join("x")}` : shape;
  const head = `${path}: ${format}, ${counted(train, "training image")}, ${grouped(test)} for testing, of ${size}; ${kinds[labelKind]}`;
  const parts = [
    head,
    labelKind === "numbers" ? drawNumbers(report) : drawClasses(report),
    report.sizes.length > 1 ? drawTable([{ title: "height x width" }, { title: "images", align: "right" }], cut(report.sizes.map(({ size: text, images }) => [text, grouped(images)]))) : "",
    ...drawDuplicates(report),
    ...drawUnreadable(report, paint),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const kinds: Readonly<Record<DataReport["labelKind"], string>> = {
  classes: "each has a class",
  masks: "each has a mask; below are pixels",
  "yes-no": "each has a yes or no for each label; below are the yes",
  numbers: "each has numbers",
};

function drawClasses({ classes, labelKind, train, test }: DataReport): string {
  const all = classes.reduce((sum, own) => sum + own.train, 0);
  const rows = classes.map((own) => [own.label, grouped(own.train), percent(all === 0 ? 0 : own.train / all), grouped(own.test)]);
  const total = labelKind === "classes" ? [["all", grouped(train), "", grouped(test)]] : [];
  return drawTable([{ title: "class" }, { title: "training", align: "right" }, { title: "share", align: "right" }, { title: "test", align: "right" }], [...rows, ...total]);
}

function drawNumbers({ numbers }: DataReport): string {
  const short = (value: number): string => String(Number(value.toPrecision(6)));
  const rows = numbers.map(({ label, least, mean, most: highest }) => [label, short(least), short(mean), short(highest)]);
  return drawTable([{ title: "column" }, { title: "least", align: "right" }, { title: "mean", align: "right" }, { title: "most", align: "right" }], rows);
}

function drawDuplicates({ duplicates }: DataReport): readonly string[] {
  if (duplicates.length === 0) return [];
  const surplus = duplicates.reduce((sum, equal) => sum + equal.length - 1, 0);
  return [[`${counted(surplus, "image")} equal to another, byte by byte:`, ...lines(duplicates.map((equal) => equal.join(" = ")))].join("\n")];
}

function drawUnreadable({ unreadable }: DataReport, paint: Paint): readonly string[] {
  if (unreadable.length === 0) return [];
  return [[paint("red", `${counted(unreadable.length, "image")} cannot be used:`), ...lines(unreadable.map(({ code, message }) => `${code} ${message}`))].join("\n")];
}

const lines = (all: readonly string[]): readonly string[] => cut(all.map((text) => [text])).map(([text = ""]) => `  ${text}`);

function cut(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.length > most ? [...rows.slice(0, most), [`and ${grouped(rows.length - most)} more`]] : rows;
}
