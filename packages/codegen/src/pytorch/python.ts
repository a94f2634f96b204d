/** Python as text: literals that no name of a program can leave, and brackets laid out as Black lays them out. */

import { code, identifier, join, type Code } from "../code.ts";

/** Lists become tuples; a `real` number has a point even where it is whole. */
export type PythonValue = number | boolean | string | { readonly real: number } | readonly PythonValue[];

/** An expression: on one line where it fits, else what stands in its brackets is indented. */
export type Python = Code | Group;

export interface Group {
  readonly kind: "group";
  readonly open: Code;
  readonly items: readonly Python[];
  readonly close: Code;
  /** A literal that does not fit has a line for each item; the brackets of an operation are there only then. */
  readonly form: "call" | "literal" | { readonly operation: Code };
}

/** The longest line. */
export const columns = 100;
const step = 4;

/** A value as Python; a string is quoted with escapes that mean in Python what they mean in JavaScript. */
export function python(value: PythonValue): Code {
  if (typeof value === "boolean") return value ? code`True` : code`False`;
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return code`${value}`;
  if ("real" in value) return Number.isInteger(value.real) ? code`${value.real}.0` : number(value.real);
  const items = value.map(python);
  return items.length === 1 ? code`(${items[0]},)` : code`(${join(items, ", ")})`;
}

/** `1e-6` rather than `0.000001`. */
function number(value: number): Code {
  const [mantissa, exponent] = value.toExponential().split("e").map(Number);
  return value !== 0 && Math.abs(value) < 1e-3 ? code`${mantissa}e${exponent}` : code`${value}`;
}

export const call = (callee: Code, items: readonly Python[]): Group => ({ kind: "group", open: code`${callee}(`, items, close: code`)`, form: "call" });

export const list = (items: readonly Python[]): Group => ({ kind: "group", open: code`[`, items, close: code`]`, form: "literal" });

export const dictionary = (entries: readonly (readonly [string, Code])[]): Group => ({
  kind: "group",
  open: code`{`,
  items: entries.map(([key, value]) => code`${key}: ${value}`),
  close: code`}`,
  form: "literal",
});

/** `a + b + c`; the operator is a name of ours. */
export const operation = (operator: "+" | "*", items: readonly Python[]): Group => ({
  kind: "group",
  open: code`(`,
  items,
  close: code`)`,
  form: { operation: operator === "+" ? code`+` : code`*` },
});

/** `bias=False` */
export function keyword(name: string, value: Python): Python {
  const head = code`${identifier(name)}=`;
  return value.kind === "code" ? code`${head}${value}` : { ...value, open: code`${head}${value.open}` };
}

/** The expression on one line. */
export function flat(expression: Python): Code {
  if (expression.kind === "code") return expression;
  const { open, items, close, form } = expression;
  if (typeof form === "object") return join(items.map(flat), ` ${form.operation.text} `);
  return code`${open}${join(items.map(flat), ", ")}${close}`;
}

const indented = (text: string, indent: number): string => `${" ".repeat(indent)}${text}`;

/** The lines of `before` `expression` `after`, each indented by that many columns. */
export function lay(before: Code, expression: Python, after: Code, indent: number): readonly string[] {
  const line = indented(`${before.text}${flat(expression).text}${after.text}`, indent);
  if (line.length <= columns || expression.kind === "code" || expression.items.length === 0) return [line];
  const { open, items, close, form } = expression;
  const first = indented(`${before.text}${open.text}`, indent);
  const last = indented(`${close.text}${after.text}`, indent);
  const operator = typeof form === "object" ? form.operation : undefined;
  const body = indented(operator ? flat(expression).text : join(items.map(flat), ", ").text, indent + step);
  if (form !== "literal" && body.length <= columns) return [first, body, last];
  const comma = operator || (items.length === 1 && form === "call") ? code`` : code`,`;
  const lead = (index: number): Code => (operator && index > 0 ? code`${operator} ` : code``);
  return [first, ...items.flatMap((item, index) => lay(lead(index), item, comma, indent + step)), last];
}

/** Words that Python keeps for itself, and what every emitted file calls. */
export const reservedWords: readonly string[] = `False None True and as assert async await break class continue def del elif else
except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case type
print exec self super len float torch nn F`.split(/\s+/);
