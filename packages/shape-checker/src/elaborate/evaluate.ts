/** Expressions to values, exactly: a whole result beyond 2^53 is an error, never a rounded number. */

import { locate, suggest, type Body, type Diagnostic, type Expression, type Finding, type Fix, type Related, type Span } from "@cnn-lang/parser";
import { valueProblems } from "../codes/values.ts";
import { limitProblems, nameProblems } from "../codes/program.ts";
import { enumeratedWords, isOperatorName } from "../operators/index.ts";
import { axisNames, countElements, printShape, type Shape } from "../shapes/shape.ts";
import { findValue, type Environment, type Named, type Written } from "./environment.ts";
import { arithmeticOf } from "./arithmetic.ts";
import { functions } from "./functions.ts";
import { limits } from "./limits.ts";
import { valueOrigins } from "./origins.ts";
import { booleanValue, describeValue, equalValues, listValue, numberValue, printNumber, readableValue, unknown, type Value } from "./values.ts";

/** What an expression may see beside the names of its environment. */
export interface Sight {
  readonly environment: Environment;
  /** What flows at this place, for `here`. */
  readonly here: Shape | "unknown" | "nothing";
  /** Numbers that only a budget may name: `parameters`, `macs`, … */
  readonly metrics?: ReadonlyMap<string, Value | ((...args: number[]) => Value)>;
  readonly report: (diagnostic: Diagnostic) => void;
  /** The text of a place in this file. */
  readonly text: (span: Span) => string;
  /** Counts the items of lists, where the work of a whole model is bounded. */
  readonly spend?: (items: number, span: Span) => void;
  /** Hears that something was asked of the flow that follows from the input's size. */
  readonly noteSize?: (() => void) | undefined;
}

function fail(sight: Sight, finding: Finding, span: Span, more?: { readonly related?: readonly Related[]; readonly fixes?: readonly Fix[] }): Value {
  sight.report(locate(finding, span, more));
  return unknown;
}

/** "here.channels / ratio = 24 / 16". */
export const arithmetic = (expression: Expression, sight: Sight): string =>
  arithmeticOf(expression, sight.text, (name) => evaluate(name, { ...sight, report: () => undefined }));

/** The value of an expression, or braces as a layer with the surroundings they stand in; with where it was written. */
export function nameValue(expression: Expression | Body, sight: Sight, use?: Written["use"]): Named {
  const { environment } = sight;
  const value: Value =
    expression.kind === "body" ? { type: "layer", layer: { kind: "group", body: expression, environment } } : evaluate(expression, sight);
  return { value, written: { expression, environment, ...(use && { use }) } };
}

/** The value of an expression; `unknown` after a mistake, which is reported here or was before. */
export function evaluate(expression: Expression, sight: Sight): Value {
  switch (expression.kind) {
    case "number":
      return expression.bytes
        ? { type: "number", value: expression.value, bytes: true }
        : exact(numberValue(expression.value), expression, sight);
    case "size": {
      const axes = expression.axes.filter((n) => n !== "?");
      return axes.length === expression.axes.length ? { type: "size", axes } : unknown;
    }
    case "string":
      return { type: "string", value: expression.value };
    case "boolean":
      return booleanValue(expression.value);
    case "list":
      return listOf(expression, sight);
    case "parenthesized":
      return evaluate(expression.inner, sight);
    case "invalid":
      return unknown;
    case "reference":
      return lookUp(expression.text, expression.span, sight);
    case "unary":
      return unary(expression.operator, evaluate(expression.operand, sight), expression.span, sight);
    case "binary":
      return binary(expression, sight);
    case "conditional": {
      const condition = evaluate(expression.condition, sight);
      if (condition.type === "unknown") return unknown;
      if (condition.type !== "boolean") return wrongType("the condition of if", "true or false", condition, expression.condition.span, sight);
      return evaluate(condition.value ? expression.then : expression.else, sight);
    }
    case "member":
      return member(evaluate(expression.object, channelsOnly(expression, sight) ? { ...sight, noteSize: undefined } : sight), expression.property.text, expression.property.span, sight);
    case "index":
      return indexed(evaluate(expression.object, sight), evaluate(expression.index, sight), expression, sight);
    case "function-call": {
      const name = expression.callee.text;
      const args = expression.arguments.map((argument) => evaluate(argument, sight));
      const metric = sight.metrics?.get(name);
      if (args.some((arg) => arg.type === "unknown")) return unknown;
      if (typeof metric === "function") {
        const numbers = args.map((arg) => (arg.type === "number" ? arg.value : Number.NaN));
        return metric(...numbers);
      }
      const definition = Object.hasOwn(functions, name) ? functions[name] : undefined;
      if (!definition) {
        const suggestion = suggest(name, Object.keys(functions));
        return fail(sight, valueProblems.unknownFunction({ name, ...(suggestion && { suggestion }) }), expression.callee.span);
      }
      const result = definition.apply(args);
      if ("finding" in result) return fail(sight, result.finding, expression.span, { related: valueOrigins(expression, sight.environment) });
      return bounded(exact(result, expression, sight), expression.span, sight);
    }
  }
}

/** `here.channels` of a map follows from no size; of a vector it may, behind `flatten`. */
const channelsOnly = ({ object, property }: Extract<Expression, { kind: "member" }>, { here }: Sight): boolean =>
  object.kind === "reference" && object.text === "here" && property.text === "channels" && typeof here !== "string" && here.axes.length > 0;

function listOf({ items, span }: Extract<Expression, { kind: "list" }>, sight: Sight): Value {
  const values = items.map((item) => evaluate(item, sight));
  return values.some(({ type }) => type === "unknown") ? unknown : bounded(listValue(values), span, sight);
}

/** A value, unless it is a list that holds more than any program needs. */
function bounded(value: Value, span: Span, sight: Sight): Value {
  if (value.type !== "list") return value;
  sight.spend?.(value.items.length, span);
  if (value.count <= limits.listValues) return value;
  return fail(sight, limitProblems.listTooLong({ length: value.count, limit: limits.listValues }), span);
}

function lookUp(name: string, span: Span, sight: Sight): Value {
  if (name === "here") {
    if (sight.here === "unknown") return unknown;
    if (sight.here === "nothing") return fail(sight, nameProblems.unknownName({ name: "here" }), span);
    sight.noteSize?.();
    return { type: "shape", shape: sight.here };
  }
  const value = findValue(sight.environment, name);
  if (value) return value;
  const metric = sight.metrics?.get(name);
  if (metric && typeof metric !== "function") return metric;
  const declared = sight.environment.file.names.get(name);
  if (declared?.kind === "block") return { type: "layer", layer: { kind: "block", declaration: declared.declaration, scope: declared.scope } };
  if (isOperatorName(name) && name !== "input") return { type: "layer", layer: { kind: "operator", name } };
  if (enumeratedWords.has(name)) return { type: "word", text: name };
  // The names' own pass has reported it.
  return unknown;
}

function wrongType(what: string, needed: string, found: Value, span: Span, sight: Sight): Value {
  return fail(sight, valueProblems.wrongType({ what, needed, found: describeValue(found) }), span);
}

function exact(value: Value, expression: Expression, sight: Sight): Value {
  if (value.type !== "number" || Number.isSafeInteger(value.value)) return value;
  const tooLarge = !Number.isFinite(value.value) || Math.abs(value.value) > Number.MAX_SAFE_INTEGER;
  return tooLarge ? fail(sight, valueProblems.notExact({ expression: sight.text(expression.span) }), expression.span) : value;
}

function unary(operator: "-" | "not", operand: Value, span: Span, sight: Sight): Value {
  if (operand.type === "unknown") return unknown;
  if (operator === "-" && operand.type === "number" && !operand.bytes) return numberValue(-operand.value);
  if (operator === "not" && operand.type === "boolean") return booleanValue(!operand.value);
  return fail(sight, valueProblems.wrongOperands({ operator, left: describeValue(operand) }), span);
}

type BinaryExpression = Extract<Expression, { kind: "binary" }>;

function binary(expression: BinaryExpression, sight: Sight): Value {
  const { operator } = expression;
  const left = evaluate(expression.left, sight);
  if (operator === "and" || operator === "or") {
    if (left.type === "unknown") return unknown;
    if (left.type !== "boolean") return wrongType(`what stands before ${operator}`, "true or false", left, expression.left.span, sight);
    if (left.value === (operator === "or")) return left;
    const right = evaluate(expression.right, sight);
    if (right.type === "unknown" || right.type === "boolean") return right;
    return wrongType(`what stands after ${operator}`, "true or false", right, expression.right.span, sight);
  }
  const right = evaluate(expression.right, sight);
  if (left.type === "unknown" || right.type === "unknown") return unknown;
  if (left.type === "number" && right.type === "number" && left.bytes !== right.bytes) {
    return mixedUnits(expression, [left, right], sight);
  }
  if (operator === "==" || operator === "!=") {
    const equal = equalValues(left, right);
    if (equal !== undefined) return booleanValue(equal === (operator === "=="));
  } else if (left.type === "number" && right.type === "number") {
    return calculate(operator, left.value, right.value, expression, sight);
  }
  const related = valueOrigins(expression, sight.environment);
  return fail(sight, valueProblems.wrongOperands({ operator, left: describeValue(left), right: describeValue(right) }), expression.span, { related });
}

function calculate(
  operator: Exclude<BinaryExpression["operator"], "and" | "or" | "==" | "!=">,
  a: number,
  b: number,
  expression: BinaryExpression,
  sight: Sight,
): Value {
  switch (operator) {
    case "<":
      return booleanValue(a < b);
    case "<=":
      return booleanValue(a <= b);
    case ">":
      return booleanValue(a > b);
    case ">=":
      return booleanValue(a >= b);
    case "+":
      return exact(numberValue(a + b), expression, sight);
    case "-":
      return exact(numberValue(a - b), expression, sight);
    case "*":
      return exact(numberValue(a * b), expression, sight);
    case "/":
      if (b === 0) return divided(expression, sight);
      return exact(numberValue(a / b), expression, sight);
    case "%": {
      if (b === 0) return divided(expression, sight);
      const whole = [a, b].every((n) => Number.isInteger(n) && n >= 0);
      if (whole) return numberValue(a % b);
      const found = [a, b].map(printNumber).join(" and ");
      return fail(sight, valueProblems.wrongType({ what: "each side of %", needed: "whole and not negative", found }), expression.span);
    }
  }
}

function divided(expression: BinaryExpression, sight: Sight): Value {
  const related = valueOrigins(expression.right, sight.environment);
  return fail(sight, valueProblems.divisionByZero({ arithmetic: arithmetic(expression, sight) }), expression.span, { related });
}

/** The suffixes of bytes and of counts differ by a B: `5M` → `5MB`, and the other way. */
function mixedUnits({ left, right, span }: BinaryExpression, [a, b]: readonly [Value, Value], sight: Sight): Value {
  const said = (side: Expression, value: Value): string =>
    side.kind === "number" ? side.text : `${sight.text(side.span)} (${readableValue(value)})`;
  const fixes = [left, right].flatMap((side): readonly Fix[] => {
    const text = side.kind !== "number" || !/[kMG]B?$/.test(side.text) ? undefined : side.bytes ? side.text.slice(0, -1) : `${side.text}B`;
    return text === undefined ? [] : [{ title: `write ${text}`, edits: [{ span: side.span, text }] }];
  });
  return fail(sight, valueProblems.bytesNeeded({ left: said(left, a), right: said(right, b) }), span, { fixes });
}

/** The fields of `here` for a shape, and their values. */
function shapeFields(shape: Shape): ReadonlyMap<string, Value> {
  const fields = new Map<string, Value>([["channels", numberValue(shape.channels)]]);
  axisNames[shape.axes.length]?.forEach((name, axis) => fields.set(name, numberValue(shape.axes[axis] ?? 0)));
  if (shape.axes.length > 0) fields.set("size", { type: "size", axes: shape.axes });
  return fields.set("count", numberValue(countElements(shape)));
}

function member(object: Value, field: string, span: Span, sight: Sight): Value {
  if (object.type === "unknown") return unknown;
  if (object.type !== "shape") return wrongType(`what stands before .${field}`, "here", object, span, sight);
  const fields = shapeFields(object.shape);
  const value = fields.get(field);
  if (value) return value;
  const suggestion = suggest(field, fields.keys());
  const flow = object.shape.axes.length === 0 ? `a vector of ${object.shape.channels}` : printShape(object.shape);
  const fixes = suggestion === undefined ? [] : [{ title: `write ${suggestion}`, edits: [{ span, text: suggestion }] }];
  return fail(sight, valueProblems.unknownField({ field, flow, fields: [...fields.keys()], ...(suggestion !== undefined && { suggestion }) }), span, { fixes });
}

function indexed(object: Value, index: Value, expression: Extract<Expression, { kind: "index" }>, sight: Sight): Value {
  if (object.type === "unknown" || index.type === "unknown") return unknown;
  const items = object.type === "list" ? object.items : object.type === "size" ? object.axes.map(numberValue) : undefined;
  if (!items) return wrongType("what stands before [ ]", "a list or a size", object, expression.object.span, sight);
  if (index.type !== "number") return wrongType("an index", "a number", index, expression.index.span, sight);
  const item = Number.isInteger(index.value) ? items[index.value] : undefined;
  if (item && index.value >= 0) return item;
  const list = sight.text(expression.object.span);
  const last = index.value < 0 && index.value >= -items.length && Number.isInteger(index.value) ? `len(${list}) - ${-index.value}` : undefined;
  const fixes = last === undefined ? [] : [{ title: `count from the end: ${list}[${last}]`, edits: [{ span: expression.index.span, text: last }] }];
  const related = valueOrigins(expression, sight.environment);
  return fail(sight, valueProblems.indexOutOfRange({ index: index.value, length: items.length }), expression.index.span, { related, fixes });
}
