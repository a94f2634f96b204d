/** All calls in a body, groups given as arguments included. */

import type { Body, Call, Core } from "@cnn-lang/parser";

export function* callsIn(body: Body): Generator<Call> {
  for (const item of body.items) if (item.kind === "step") yield* callsOf(item.core);
}

function* callsOf(core: Core): Generator<Call> {
  for (const body of bodiesOf(core)) yield* callsIn(body);
  if (core.kind === "call") yield core;
}

/** The bodies that stand directly in a step. */
export function bodiesOf(core: Core): readonly Body[] {
  switch (core.kind) {
    case "body":
      return [core];
    case "skip":
      return core.project ? [core.body, core.project.body] : [core.body];
    case "repeat":
    case "for":
      return [core.body];
    case "if":
      return [core.then, ...(core.else ? bodiesOf(core.else) : [])];
    case "call":
      return [...core.arguments.flatMap(({ value }) => (value.kind === "body" ? [value] : [])), ...(core.branches ?? [])];
    case "input":
    case "output":
    case "reuse":
    case "shape":
    case "invalid":
      return [];
  }
}
