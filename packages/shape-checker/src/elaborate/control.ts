/** Repetition and choice: all static, and nothing of them is left in the model. */

import { locate, type For, type If, type Repeat, type Step } from "@cnn-lang/parser";
import { limitProblems } from "../codes/program.ts";
import { valueProblems } from "../codes/values.ts";
import { type Flow, innerEnvironment, setValue } from "./environment.ts";
import { withoutParentheses } from "./arithmetic.ts";
import { reportNotWhole } from "./bind-value.ts";
import { evaluate } from "./evaluate.ts";
import { limits } from "./limits.ts";
import { valueOrigins } from "./origins.ts";
import { describeValue, printNumber, unknown, type Value } from "./values.ts";
import { checkBounds, deeper, reportAt, sightOf, textAt, type Place, type Walk } from "./walk.ts";

export function repeatStep(walk: Walk, step: Step, { count, body, span }: Repeat, flow: Flow, place: Place): Flow {
  const turns = evaluate(count, sightOf(walk, place, flow));
  if (turns.type === "unknown") return "unknown";
  if (turns.type !== "number" || turns.bytes) {
    const finding = valueProblems.wrongType({ what: "the count of repeat", needed: "a whole number", found: describeValue(turns) });
    reportAt(walk, place, locate(finding, count.span, { related: valueOrigins(count, place.environment) }));
    return "unknown";
  }
  if (!Number.isInteger(turns.value)) {
    reportNotWhole(turns.value, "turns", count, sightOf(walk, place, flow));
    return "unknown";
  }
  if (turns.value < 0) {
    const finding = valueProblems.outOfRange({ what: "the count of repeat", range: "at least 0", value: printNumber(turns.value) });
    reportAt(walk, place, locate(finding, count.span, { related: valueOrigins(count, place.environment) }));
    return "unknown";
  }
  if (turns.value > limits.turns) {
    reportAt(walk, place, locate(limitProblems.tooManyTurns({ turns: turns.value, limit: limits.turns }), count.span, { related: valueOrigins(count, place.environment) }));
    return "unknown";
  }
  const inner = { ...place, loop: { step, head: { ...span, end: count.span.end }, counters: [] } };
  let result = flow;
  for (let turn = 0; turn < turns.value; turn++) {
    checkBounds(walk, span);
    result = deeper(walk, span, () => walk.through(body, result, inner));
  }
  return result;
}

export function forStep(walk: Walk, step: Step, { names, list, body, span }: For, flow: Flow, place: Place): Flow {
  const items = evaluate(list, sightOf(walk, place, flow));
  if (items.type === "unknown") return "unknown";
  if (items.type !== "list") {
    const finding = valueProblems.wrongType({ what: "what for runs over", needed: "a list", found: describeValue(items) });
    const isGlued = /\S/.test(place.environment.file.text.charAt(list.span.start.offset - 1));
    const range = `range(${textAt(place.environment.file, withoutParentheses(list).span)})`;
    const fixes = items.type === "number" && !items.bytes ? [{ title: `write ${range}`, edits: [{ span: list.span, text: isGlued ? ` ${range}` : range }] }] : [];
    reportAt(walk, place, locate(finding, list.span, { related: valueOrigins(list, place.environment), fixes }));
    return "unknown";
  }
  if (items.items.length > limits.turns) {
    reportAt(walk, place, locate(limitProblems.tooManyTurns({ turns: items.items.length, limit: limits.turns }), list.span));
    return "unknown";
  }
  const loop = { step, head: { ...span, end: list.span.end }, counters: countersOf(names.map(({ text }) => text), items.items) };
  let result = flow;
  for (const item of items.items) {
    checkBounds(walk, span);
    const environment = innerEnvironment(place.environment);
    const values = names.length === 1 ? [item] : takeApart(item, names.length);
    if (values === undefined) {
      const finding = valueProblems.loopNames({ names: names.length, item: describeValue(item) });
      reportAt(walk, place, locate(finding, list.span, { related: valueOrigins(list, place.environment) }));
      return "unknown";
    }
    names.forEach((name, i) => setValue(environment, name.text, { value: values[i] ?? unknown }));
    result = deeper(walk, span, () => walk.through(body, result, { ...place, environment, loop }));
  }
  return result;
}

/** The loop names whose value is another number in each turn. */
function countersOf(names: readonly string[], items: readonly Value[]): readonly string[] {
  const turns = items.map((item) => (names.length === 1 ? [item] : (takeApart(item, names.length) ?? [])));
  return names.filter((_, i) => {
    const numbers = turns.flatMap((values) => (values[i]?.type === "number" && Number.isInteger(values[i].value) ? [values[i].value] : []));
    return numbers.length === items.length && new Set(numbers).size === numbers.length;
  });
}

function takeApart(item: Value, count: number): readonly Value[] | undefined {
  if (item.type === "unknown") return Array.from({ length: count }, () => item);
  return item.type === "list" && item.items.length === count ? item.items : undefined;
}

/** Only the arm that is taken is built; without an arm the flow passes unchanged. */
export function ifStep(walk: Walk, step: If, flow: Flow, place: Place): Flow {
  const condition = evaluate(step.condition, sightOf(walk, place, flow));
  if (condition.type === "unknown") return "unknown";
  if (condition.type !== "boolean") {
    const finding = valueProblems.wrongType({ what: "the condition of if", needed: "true or false", found: describeValue(condition) });
    reportAt(walk, place, locate(finding, step.condition.span, { related: valueOrigins(step.condition, place.environment) }));
    return "unknown";
  }
  const arm = condition.value ? step.then : step.else;
  if (!arm) return flow;
  return arm.kind === "if" ? ifStep(walk, arm, flow, place) : deeper(walk, arm.span, () => walk.through(arm, flow, place));
}
