/** What expressions evaluate to, and how values are said in words. */

import type { BlockDeclaration, Body } from "@cnn-lang/parser";
import type { OperatorName } from "../operators/index.ts";
import { printShape, printSize, type Shape } from "../shapes/shape.ts";
import type { FileScope } from "../resolve/program.ts";
import type { Environment } from "./environment.ts";

export type Value =
  | { readonly type: "number"; readonly value: number; readonly bytes?: true }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "size"; readonly axes: readonly number[] }
  /** `count` is that of all values inside, those of inner lists included: lists share their parts, and so grow fast. */
  | { readonly type: "list"; readonly items: readonly Value[]; readonly count: number }
  | { readonly type: "word"; readonly text: string }
  | { readonly type: "layer"; readonly layer: LayerValue }
  | { readonly type: "shape"; readonly shape: Shape }
  | Unknown;

/** Stands for a value that an earlier mistake made unknown; nothing more is said of it. */
export interface Unknown {
  readonly type: "unknown";
}

/** A layer passed as an argument: an operator, a block, or a group with the surroundings it was written in. */
export type LayerValue =
  | { readonly kind: "operator"; readonly name: OperatorName }
  | { readonly kind: "block"; readonly declaration: BlockDeclaration; readonly scope: FileScope }
  | { readonly kind: "group"; readonly body: Body; readonly environment: Environment };

export const unknown: Unknown = { type: "unknown" };
export const numberValue = (value: number): Value => ({ type: "number", value });
export const listValue = (items: readonly Value[]): Extract<Value, { type: "list" }> => ({
  type: "list",
  items,
  count: items.reduce((total, item) => total + (item.type === "list" ? item.count : 1), 0),
});
export const booleanValue = (value: boolean): Value => ({ type: "boolean", value });

/** A number as a person writes it (`0.5`, `1e-5`); no trail of a binary fraction. A receptive field without bound is `∞`. */
export function printNumber(value: number): string {
  if (!Number.isFinite(value)) return value.toLocaleString("en");
  const short = Number(value.toPrecision(12));
  return short !== 0 && Math.abs(short) < 1e-3 ? short.toExponential() : `${short}`;
}

/** Bytes with the suffix a person takes, to three digits: "25.7 MB". */
export function printBytes(value: number): string {
  const unit = [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]] as const;
  const [suffix, factor] = unit.find(([, size]) => Math.abs(value) >= size) ?? ["B", 1];
  return `${Number((value / factor).toPrecision(3))} ${suffix}`;
}

/** A number for reading: "923,914", "25.7 MB"; other values as they are written. */
export function readableValue(value: Value): string {
  if (value.type !== "number") return briefValue(value);
  return value.bytes ? printBytes(value.value) : value.value.toLocaleString("en", { maximumFractionDigits: 6 });
}

/** A value as it would be written. */
export function printValue(value: Value): string {
  switch (value.type) {
    case "number":
      return value.bytes ? `${printNumber(value.value)}B` : printNumber(value.value);
    case "boolean":
      return `${value.value}`;
    case "string":
      return JSON.stringify(value.value);
    case "size":
      return printSize(value.axes);
    case "list":
      return `[${value.items.map(printValue).join(", ")}]`;
    case "word":
      return value.text;
    case "shape":
      return printShape(value.shape);
    case "layer":
      return value.layer.kind === "operator" ? value.layer.name : value.layer.kind === "block" ? value.layer.declaration.name.text : "{ … }";
    case "unknown":
      return "?";
  }
}

/** A value as it would be written, of a long list the beginning. */
export function briefValue(value: Value): string {
  if (value.type !== "list") return printValue(value);
  const shown = value.items.slice(0, 8).map(briefValue).join(", ");
  return value.items.length > 8 ? `[${shown}, …] (${value.items.length} items)` : `[${shown}]`;
}

/** A value with its type: "the size 3x3", "the number 7". */
export function describeValue(value: Value): string {
  switch (value.type) {
    case "list":
      return value.items.length > 8 ? `a list of ${value.items.length}` : `the list ${briefValue(value)}`;
    case "layer":
      return value.layer.kind === "group" ? "a group of layers" : `the layer ${printValue(value)}`;
    case "boolean":
      return printValue(value);
    case "unknown":
      return "unknown";
    case "number":
      return value.bytes ? printBytes(value.value) : `the number ${printValue(value)}`;
    case "string":
    case "size":
    case "word":
    case "shape":
      return `the ${value.type} ${printValue(value)}`;
  }
}

/** Whether two values of one type are equal; undefined where their types differ. */
export function equalValues(a: Value, b: Value): boolean | undefined {
  if (a.type !== b.type) return undefined;
  if (a === b) return true;
  if (a.type === "list" && b.type === "list") {
    return a.items.length === b.items.length && a.items.every((item, i) => equalValues(item, b.items[i] ?? unknown) === true);
  }
  if (a.type === "layer" && b.type === "layer") {
    if (a.layer.kind === "operator" && b.layer.kind === "operator") return a.layer.name === b.layer.name;
    if (a.layer.kind === "block" && b.layer.kind === "block") return a.layer.declaration === b.layer.declaration;
    return a.layer === b.layer;
  }
  return printValue(a) === printValue(b);
}
