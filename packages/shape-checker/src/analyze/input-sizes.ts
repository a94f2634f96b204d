/**
 * Which input sizes a model takes: found by expanding it with other sizes, so that all that its text makes of a size is
 * held to. Layers built for one size follow (`dense` behind `flatten`); asserted shapes and budgets are left aside.
 */

import type { Span } from "@cnn-lang/parser";
import type { Model, Port } from "../model/model.ts";
import { axisName, type Shape } from "../shapes/shape.ts";
import { commonStride, legalSizes, type LegalSizes } from "./legal-sizes.ts";
import { provenanceOf, type Failure, type Provenance } from "./provenance.ts";

export interface InputConstraint {
  /** "height and width must be at least 63 (pool3, line 9)". */
  readonly text: string;
  /** The layer that needs it. */
  readonly span: Span;
}

/** A constraint on one axis, without its subject. */
interface Rule {
  readonly axis: string;
  readonly must: string;
  readonly span: Span;
}

/** The constraints on a checked model's input sizes, those of equal axes together; none where every size will do. */
export function inputConstraints(model: Model): readonly InputConstraint[] {
  const provenance = provenanceOf(model);
  if (!provenance || model.layers.length > mostLayers) return [];
  const groups = groupBy(model.inputs.filter(({ shape }) => shape.axes.length > 0), ({ shape }) => shape.axes.join("x"));
  return groups.flatMap((inputs) => {
    const rules = rulesFor(model, inputs, provenance);
    const owner = groups.length > 1 ? ` of ${listed(inputs.map(({ name }) => name))}` : "";
    return groupBy(rules, ({ must }) => must).flatMap((same) =>
      same[0] ? [{ text: `${listed(same.map(({ axis }) => axis))}${owner} must be ${same[0].must}`, span: same[0].span }] : [],
    );
  });
}

interface Trial {
  /** Whether inputs of those sizes go through. */
  readonly passes: (axes: readonly number[]) => boolean;
  /** Why they do not; nothing where they do. */
  readonly failure: (axes: readonly number[]) => Failure | undefined;
}

/** The rules for inputs that share their sizes. */
function rulesFor(model: Model, inputs: readonly Port[], provenance: Provenance): readonly Rule[] {
  const [{ shape } = { shape: { channels: 1, axes: [] } }] = inputs;
  const trial = trialOf(model, inputs, provenance);
  const isFree = takesEverySize(model, shape, trial);
  return shape.axes.flatMap((size, axis) => {
    const at = (other: number): readonly number[] => shape.axes.map((n, i) => (i === axis ? other : n));
    const strides = isFree ? [] : model.layers.flatMap(({ cost }) => cost.effectiveStride[axis] ?? []);
    const legal = legalSizes(size, strides, mostTrials(model), (other) => trial.passes(at(other)));
    return (legal ? describe(legal) : []).flatMap(({ must, broken }): readonly Rule[] => {
      const failure = trial.failure(at(broken));
      return failure ? [{ axis: axisName(shape, axis), must: `${must}${reason(failure, model, axis)}`, span: failure.diagnostic.span }] : [];
    });
  });
}

/** Tries inputs of other sizes, the rest as they are, each sizes once: by rehearsing the shapes where that tells, else by expanding the model. */
function trialOf(model: Model, inputs: readonly Port[], { attempt, rehearse }: Provenance): Trial {
  const shapesOf = (axes: readonly number[]): ReadonlyMap<string, Shape> =>
    new Map(model.inputs.map((input) => [input.name, inputs.includes(input) ? { ...input.shape, axes } : input.shape]));
  const failure = once((axes) => attempt(shapesOf(axes)));
  return { failure, passes: once((axes) => rehearse?.(shapesOf(axes)) ?? failure(axes) === undefined) };
}

/** A function of sizes that keeps its answers. */
function once<T>(of: (axes: readonly number[]) => T): (axes: readonly number[]) => T {
  const known = new Map<string, { readonly answer: T }>();
  return (axes) => {
    const key = axes.join("x");
    const found = known.get(key) ?? { answer: of(axes) };
    known.set(key, found);
    return found.answer;
  };
}

/** Whether, growing on all axes at once, it goes through every size up to where the strides' pattern repeats: most networks do. */
function takesEverySize(model: Model, { axes }: Shape, trial: Trial): boolean {
  const stride = commonStride(model.layers.flatMap(({ cost }) => cost.effectiveStride));
  if (stride > mostTrials(model)) return false;
  for (let k = 1; k < stride; k++) if (!trial.passes(axes.map((n) => n + k))) return false;
  return true;
}

/** More than any published network has; expanding larger ones dozens of times would take many seconds. */
const mostLayers = 5000;

/** Enough for the residues of any common stride, and for large models not more than a fraction of a second. */
const mostTrials = ({ layers }: Model): number => Math.max(64, Math.floor(100_000 / layers.length));

/** Each constraint in words, and a size that breaks it alone. */
function describe({ smallest, largest, period, residues }: LegalSizes): readonly { readonly must: string; readonly broken: number }[] {
  if (smallest === largest) return [{ must: `exactly ${smallest}`, broken: smallest + 1 }];
  const isOfPattern = (size: number): boolean => residues.includes(size % period);
  const next = (size: number, step: 1 | -1, wanted: boolean): number => {
    let found = size + step;
    while (isOfPattern(found) !== wanted) found += step;
    return found;
  };
  const broken = next(smallest, -1, true);
  return [
    ...(broken > 0 ? [{ must: `at least ${smallest}`, broken }] : []),
    ...(period > 1 ? [{ must: divisibility(period, residues), broken: next(smallest, 1, false) }] : []),
    ...(largest === undefined ? [] : [{ must: `at most ${largest}`, broken: next(largest, 1, true) }]),
  ];
}

function divisibility(period: number, residues: readonly number[]): string {
  const [first = 0, ...others] = residues;
  if (others.length > 0) return `a number that leaves ${listed(residues.map(String), "or")} when divided by ${period}`;
  if (first === 0) return period === 2 ? "even" : `divisible by ${period}`;
  return period === 2 ? "odd" : `${first} more than a multiple of ${period}`;
}

/** ", or the concat in line 21 sees 27 and 26"; " (pool3, line 9)" where no two sizes meet. */
function reason({ diagnostic: { span }, layers }: Failure, model: Model, axis: number): string {
  const line = span.file === model.span.file ? `line ${span.start.line}` : `line ${span.start.line} of ${span.file}`;
  const layer = model.layers[layers.length];
  const isThere = layer && layer.span.file === span.file && layer.span.start.offset <= span.start.offset && span.end.offset <= layer.span.end.offset;
  if (!isThere) return ` (${line})`;
  const meeting = new Set(layer.inputs.flatMap((id) => layers[id]?.outputShape.axes[axis] ?? []));
  if (meeting.size > 1) return `, or the ${layer.operator} in ${line} sees ${listed([...meeting].map(String))}`;
  return ` (${layer.path}, ${line})`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

const listed = (words: readonly string[], and = "and"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${and} ${words.at(-1)}`;
