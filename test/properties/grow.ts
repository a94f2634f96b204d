/**
 * Programs grown from a row of choices: most are right. Operators and their arguments come from the operator table, shapes
 * are followed by its rules, and every construct of the grammar stands in every other where it may.
 */

import { operators } from "@cnn-lang/shape-checker";
import { inferAll, print, type Given, type OperatorName } from "../helpers/infer.ts";
import type { Parameter } from "../../packages/shape-checker/src/operators/operator.ts";
import type { Shape } from "../../packages/shape-checker/src/shapes/shape.ts";
import { sameShape } from "../../packages/shape-checker/src/shapes/shape.ts";
import { readTape, type Tape } from "./tape.ts";

/** What flows, where that is known. */
type Flow = Shape | undefined;

interface Scope {
  readonly tape: Tape;
  /** Names of values that may stand for a small whole number. */
  readonly counts: readonly string[];
  /** Points of the flow with their shapes. */
  readonly points: Map<string, Flow>;
  readonly labels: string[];
  readonly blocks: readonly string[];
  readonly depth: number;
  /** In a loop, where a label would be met again in each turn. */
  readonly loops: boolean;
  /** The names that this declaration has given. */
  readonly names: { given: number };
}

/** One line of a body, or what may follow an arrow. */
interface Line {
  readonly text: string;
  readonly flow: Flow;
  /** Statements and lines that start from a name follow no arrow. */
  readonly begins?: true;
  readonly unlabelled?: true;
}

const names = Object.keys(operators) as readonly (keyof typeof operators)[];
const singles: readonly OperatorName[] = names.filter((name) => name !== "input").filter((name) => operators[name].arity === "one");
/** Hands any flow on in its own shape. */
const keeping: readonly [OperatorName, ...OperatorName[]] = ["relu", "batchnorm", "gelu", "identity", "dropout", "scale", "prelu", "layernorm", "softplus", "instancenorm"];

/** The files of a program, by name. The main one is `main.cnn`. */
export function grow(bytes: ArrayLike<number>): Readonly<Record<string, string>> {
  const tape = readTape(bytes);
  const parts: string[] = [];
  const imports = tape.chance(15);
  if (imports) parts.push(`import { unit, Base } from "./parts.cnn"`);
  const blocks = imports ? ["unit"] : [];
  for (let i = tape.below(3); i > 0; i--) {
    parts.push(block(tape, `part${i}`, blocks));
    blocks.push(`part${i}`);
  }
  const models = 1 + Number(tape.chance(15));
  for (let i = 1; i <= models; i++) parts.push(model(tape, `Net${i}`, blocks));
  if (tape.chance(15)) parts.push(derived(tape, imports ? "Base" : "Net1"));
  return { "main.cnn": sprinkle(tape, `${parts.join("\n\n")}\n`), ...(imports && { "parts.cnn": library }) };
}

const library = `block unit(c = 4, body = { relu }) {
  conv: conv c 3 pad=1
  body
}

model Base(classes = 3, width = 4) {
  input 3@16x16
  first: unit width
  globalavgpool
  fc: dense classes
}
`;

/** A block keeps the size of what flows through it; its channels become `c`, which is 4 or what the use gives. */
function block(tape: Tape, name: string, blocks: readonly string[]): string {
  const scope: Scope = { tape, counts: ["c", "n"], points: new Map(), labels: [], blocks, depth: 1, loops: false, names: { given: 0 } };
  const head = `block ${name}(c = 4, n = ${1 + tape.below(3)}, act = ${tape.one(["relu", "{ gelu }", "silu"])})`;
  const convolution = tape.one(["conv c 3 pad=1", "separable c 3x3 pad=same", "conv (c * 1) 1"]);
  return `${head} ${braces(scope, [{ text: convolution, flow: undefined }, ...lines(scope, undefined, true), { text: "act", flow: undefined }])}`;
}

function model(tape: Tape, name: string, blocks: readonly string[]): string {
  const shape = tape.one<Shape>([
    { channels: 4, axes: [16, 16] }, { channels: 8, axes: [32, 24] }, { channels: 3, axes: [32, 32] }, { channels: 4, axes: [40] }, { channels: 2, axes: [8, 8, 8] }, { channels: 12, axes: [] },
  ]);
  const scope: Scope = { tape, counts: ["k"], points: new Map(), labels: [], blocks, depth: 0, loops: false, names: { given: 0 } };
  const two = tape.chance(15);
  if (two) scope.points.set("left", shape).set("right", shape);
  const inputs: Line[] = two
    ? [{ text: `input left ${print(shape)}`, flow: shape }, { text: `input right ${print(shape)}`, flow: shape, begins: true }]
    : [{ text: `input ${print(shape)}`, flow: shape }];
  const body = [...inputs, ...lines(scope, shape, false)];
  const flow = body.findLast((line) => !line.text.startsWith("assert"))?.flow;
  if (tape.chance(20)) body.push({ text: `assert ${tape.one(["parameters >= 0", "macs >= 0, memory > 1kB", "receptive_field >= 1", 'training_memory(2) > 1B, "small"'])}`, flow, begins: true });
  if (tape.chance(15)) body.push({ text: `freeze all except ${tape.one(scope.labels) ?? "*"}`, flow, begins: true });
  if (tape.chance(10)) body.push({ text: `load "weights.safetensors"${scope.labels[0] ? ` except ${scope.labels[0]}` : ""}`, flow, begins: true });
  if (two || tape.chance(10)) body.push({ text: "output left_over", flow: undefined, begins: true });
  const parameters = tape.one(["(k = 2)", "(k = 4, unused = [1, [2, 3]])", "(k = if true then 2 else 3)", "(k = min(2, 3))"]);
  return `model ${name}${parameters} ${braces(scope, body)}`;
}

const derived = (tape: Tape, base: string): string =>
  `model Derived${tape.one(["", "(n = 2)"])} = ${base}${tape.one(["", "()", base === "Base" ? "(classes = 5)" : "(k = 3)"])}${tape.one(["", " { freeze all }", ' { load "a.safetensors"\n  assert parameters >= 0 }'])}`;

/** `{ … }` in one line or in several, layers joined by breaks or arrows. */
function braces({ tape }: Scope, body: readonly Line[]): string {
  if (body.length === 0) return "{ identity }";
  if (body.length < 4 && !body.some(({ begins }, i) => i > 0 && begins) && tape.chance(50)) return `{ ${body.map(({ text }) => text).join(" -> ")} }`;
  const joined = body.map(({ text, begins }, i) => (i === 0 ? text : `${begins || tape.chance(65) ? "\n" : tape.chance(80) ? " -> " : "\n  -> "}${text}`));
  return `{\n${joined.join("").replaceAll(/^(?=.)/gm, "  ")}\n}`;
}

/** The lines of a body that `flow` goes into. `keeps`: they hand it on in its own shape. */
function lines(scope: Scope, flow: Flow, keeps: boolean): readonly Line[] {
  const found: Line[] = [];
  let current = flow;
  for (let left = 1 + scope.tape.below(scope.depth > 1 ? 3 : 7); left > 0; left--) {
    const line = decorated(scope, current, keeps);
    found.push(line);
    current = line.flow;
  }
  return found;
}

/** A line with its label, its `frozen` and its name, or a statement. */
function decorated(scope: Scope, flow: Flow, keeps: boolean): Line {
  const { tape } = scope;
  if (tape.chance(6)) return { text: `let ${fresh(scope, "v")} = ${expression(scope, 3)}`, flow, begins: true };
  if (tape.chance(4)) return { text: `assert here.channels >= 1${tape.chance(50) ? ', "some"' : ""}`, flow, begins: true };
  const line = step(scope, flow, keeps);
  const isLabelled = !line.begins && !line.unlabelled && tape.chance(scope.loops ? 2 : 15);
  const label = isLabelled ? fresh(scope, "l") : "";
  if (isLabelled) scope.labels.push(label);
  const before = `${tape.chance(5) ? "frozen " : ""}${isLabelled ? (tape.chance(20) ? `"${label}": ` : `${label}: `) : ""}`;
  if (line.begins || !tape.chance(15)) return { ...line, text: before + line.text };
  const name = fresh(scope, "p");
  scope.points.set(name, line.flow);
  return { ...line, text: `${before}${line.text} as ${name}` };
}

const fresh = ({ names: count }: Scope, letter: string): string => `${letter}${++count.given}`;

function step(scope: Scope, flow: Flow, keeps: boolean): Line {
  const { tape, depth } = scope;
  const inner: Scope = { ...scope, depth: depth + 1, points: new Map(scope.points), labels: [...scope.labels] };
  const group = (): string => braces(inner, lines(inner, flow, true));
  const kind = tape.below(100);
  const isDeep = depth >= 4;
  if (kind < 50 || isDeep) return call(scope, flow, keeps);
  if (kind < 55) return { text: group(), flow };
  if (kind < 62) return { text: `skip ${tape.chance(20) ? "if here.channels > 1 " : ""}${group()}${tape.chance(30) ? ` project ${tape.one(["", "down "])}{ conv here.channels 1 }` : ""}`, flow };
  if (kind < 67) {
    const own: Scope = { ...inner, loops: true };
    return { text: `repeat ${tape.one(["2", "1", "0", "(1 + 1)", ...scope.counts])} ${braces(own, lines(own, flow, true))}`, flow };
  }
  if (kind < 73) {
    const [counter, other] = [fresh(scope, "i"), fresh(scope, "i")];
    const header = tape.one([`${counter} in range(2)`, `${counter}, ${other} in zip([1, 2], [3, 4])`, `${counter} in [1, 3]`, `${counter}, ${other} in enumerate([3])`]);
    const own: Scope = { ...inner, counts: [...scope.counts, counter], loops: true };
    const label = fresh(scope, "l");
    return { text: `for ${header} ${tape.chance(40) ? `{ "${label}-{${counter}}": ${braces(inner, lines(inner, flow, true))} }` : braces(own, lines(own, flow, true))}`, flow };
  }
  if (kind < 78) return { text: `if ${tape.one(["here.channels > 2", "true", "not false and 1 < 2"])} ${group()}${tape.one(["", " else { relu }", " else if 1 == 2 { gelu } else { tanh }"])}`, flow };
  if (kind < 86) return branches(scope, inner, flow, keeps);
  if (kind < 90 && flow) return { text: tape.one([print(flow), `?${flow.axes.length > 0 ? `@${flow.axes.map(() => "?").join("x")}` : ""}`, `(${flow.channels} * 1)${print(flow).replace(/^\d+/, "")}`]), flow, unlabelled: true };
  if (kind < 94) return join(scope, flow);
  if (kind < 97 && scope.blocks.length > 0) return use(scope, flow, keeps);
  const label = tape.one(scope.labels);
  if (label !== undefined && tape.chance(50)) return { text: `reuse ${label}`, flow };
  if (kind < 98 && flow && flow.channels % 2 === 0) {
    const [a, b] = [fresh(scope, "s"), fresh(scope, "s")];
    return { text: `split 2 as ${a}, ${b}\nconcat { | ${a} | ${b} }`, flow };
  }
  const point = tape.one([...scope.points.keys()]);
  const there = point === undefined ? undefined : scope.points.get(point);
  const fits = point !== undefined && (!keeps || (there && flow && sameShape(there, flow)));
  return fits ? { text: `${point} -> relu`, flow: there, begins: true } : { text: "relu", flow };
}

function use({ tape, blocks, counts }: Scope, flow: Flow, keeps: boolean): Line {
  const name = tape.one(blocks) ?? "relu";
  const channels = keeps ? "here.channels" : tape.one(["4", "8", ...counts]);
  const given = tape.one([channels, `c=${channels}`, `(${channels})`]);
  const body = name === "unit" ? tape.one(["", " body=gelu", " body={ relu -> tanh }"]) : tape.one(["", " act=relu6", " act={ elu 0.5 }", " n=2"]);
  return { text: `${name} ${given}${body}`, flow: flow && { ...flow, channels: /^\d+$/.test(channels) ? Number(channels) : flow.channels } };
}

function branches({ tape }: Scope, inner: Scope, flow: Flow, keeps: boolean): Line {
  const operator = keeps ? tape.one(["add", "mul"] as const) : tape.one(["concat", "add", "mul"] as const);
  const count = 2 + tape.below(2);
  const all = Array.from({ length: count }, (_, i) => {
    if (i === 0 && tape.chance(40)) return "identity";
    const own: Scope = { ...inner, points: new Map(inner.points), labels: [...inner.labels] };
    return lines(own, flow, true).map(({ text, begins }, at) => (at === 0 ? text : begins ? `\n    ${text}` : ` -> ${text}`)).join("");
  });
  const text = tape.chance(60) ? `{\n${all.map((each) => `  | ${each}`).join("\n")}\n}` : `{ ${all.map((each) => `| ${each}`).join(" ")} }`;
  return { text: `${operator} ${text}`, flow: flow && operator === "concat" ? { ...flow, channels: count * flow.channels } : flow };
}

/** A join with a named point that fits. */
function join({ tape, points }: Scope, flow: Flow): Line {
  const fitting = [...points].filter(([, shape]) => shape && flow && sameShape(shape, flow)).map(([name]) => name);
  const name = tape.one(fitting);
  return name === undefined ? { text: "identity", flow } : { text: `${tape.one(["add", "mul"])} ${name}`, flow };
}

/** An operator with arguments that its rule takes, or now and then with some that it refuses. */
function call(scope: Scope, flow: Flow, keeps: boolean): Line {
  const { tape } = scope;
  const wrong = tape.chance(2);
  for (let attempt = 0; attempt < 3; attempt++) {
    const name: OperatorName = keeps && tape.chance(60) ? tape.one(keeping) : (tape.one(singles) ?? "relu");
    const { text, given } = written(scope, name, flow);
    if (wrong) return { text, flow };
    if (!flow) continue;
    try {
      const [facts, second] = inferAll(name, given, print(flow));
      if (facts && !second && (!keeps || sameShape(facts.outputShape, flow))) return { text, flow: facts.outputShape };
    } catch {
      // Refused: another try.
    }
  }
  return { text: tape.one(keeping), flow };
}

function written(scope: Scope, name: OperatorName, flow: Flow): { readonly text: string; readonly given: Given } {
  const { tape } = scope;
  const words: string[] = [name];
  const given: Record<string, unknown> = {};
  let inOrder = true;
  for (const [parameter, kind] of Object.entries<Parameter & { readonly optional?: true }>(operators[name].signature)) {
    const isRequired = kind.default === undefined && !kind.optional;
    if (!isRequired && !tape.chance(25)) {
      inOrder = false;
      continue;
    }
    const [text, value] = argument(scope, kind, flow);
    given[parameter] = value;
    if (inOrder && tape.chance(isRequired ? 85 : 30)) words.push(text);
    else {
      inOrder = false;
      words.push(`${parameter}=${text}`);
    }
  }
  return { text: words.join(" "), given };
}

/** An argument as it is written, and what it means. */
function argument({ tape }: Scope, kind: Parameter, flow: Flow): readonly [string, unknown] {
  const channels = flow?.channels ?? 4;
  const rank = flow?.axes.length ?? 2;
  const small = (from: number): readonly [string, number] => {
    const n = from + tape.one([0, 1, 2, 2, 3]);
    return [`${n}`, n];
  };
  switch (kind.kind) {
    case "count": {
      const n = tape.one([4, 1, 2, 8, channels, 2 * channels, 3]);
      return [tape.one([`${n}`, `${n}`, `(${n} * 1)`, `(${n - 1} + 1)`, `max(1, ${n})`, ...(n === channels ? ["here.channels"] : [])]), n];
    }
    case "real": {
      const x = tape.one([0.5, 0.1, 1e-3, 0.9]);
      return [tape.one([`${x}`, `(${x})`]), x];
    }
    case "boolean":
      return tape.one([["true", true], ["false", false], ["(1 < 2)", true]]);
    case "size": {
      const [text, n] = small(kind.minimum);
      return rank > 1 && tape.chance(40) ? [Array.from({ length: rank }, () => text).join("x"), n] : [text, n];
    }
    case "padding": {
      if (kind.same && tape.chance(20)) return ["same", "same"];
      const [text, n] = small(0);
      return tape.chance(15) && rank > 0 ? [`[${Array.from({ length: rank }, () => `[${n}, 1]`).join(", ")}]`, Array.from({ length: rank }, () => [n, 1])] : [text, n];
    }
    case "word": {
      const word = tape.one(kind.words) ?? "";
      return [word, word];
    }
    case "words": {
      const axes = kind.words.slice(0, 1 + rank).toReversed();
      return [`[${axes.join(", ")}]`, axes];
    }
    case "counts":
      return kind.single && tape.chance(50) ? ["2", 2] : [`[${channels - 1}, 1]`, [channels - 1, 1]];
    case "shape": {
      const count = channels * (flow?.axes ?? []).reduce((product, n) => product * n, 1);
      return tape.chance(50) && count % 4 === 0 ? [`${count / 4}@2x2`, `${count / 4}@2x2`] : [`${count}`, `${count}`];
    }
  }
}

function expression(scope: Scope, depth: number): string {
  const { tape } = scope;
  if (depth === 0 || tape.chance(25)) return tape.one(["1", "2", "0.5", "3x3", "true", '"text"', "1k", "[1, 2]", ...scope.counts]);
  const inner = (): string => expression(scope, depth - 1);
  return tape.one<() => string>([
    () => `${tape.below(9)} + ${tape.below(9)} * 2`, () => `(${inner()})`, () => `[${inner()}, ${inner()}]`, () => `if 1 < 2 then ${inner()} else ${inner()}`,
    () => `max(1, ${tape.below(9)})`, () => `not (1 == ${tape.below(2)})`, () => `[${inner()}][0]`, () => `-${tape.below(9)}`, () => "len([1, 2])", () => "size(3, 3)",
  ])();
}

/** Comments, blanks and empty lines where blanks stood. */
function sprinkle(tape: Tape, text: string): string {
  let comments = 0;
  return text.replaceAll(/"[^"]*"|[ \n]+/g, (blank) => {
    if (blank.startsWith('"') || !tape.chance(6)) return blank;
    comments += 1;
    const isBreak = blank.includes("\n");
    return tape.one(isBreak
      ? [` // c${comments}${blank}`, `\n// c${comments}${blank}`, `${blank}\n`, `${blank}/* c${comments} */ `, ` /* c${comments} */${blank}`, `\t${blank}`]
      : [`${blank} `, ` /* c${comments} */ `, `${blank}\t`]);
  });
}
