/** An optimizer's step on webgpu: several weights a dispatch, as many as there are buffers for their gradients, in place. */

import type { OptimizerRule } from "@cnn-lang/shape-checker";
import type { Parameter } from "../optimizer.ts";
import { roomOf } from "./memory.ts";
import { groupsFor, type Program, reads, type Recorder, writes } from "./recorder.ts";

/**
 * `stepped(w, g, s, rate, decay)` gives the weight and its slots after a step, from the weight, its gradient and the slots
 * before; `p.a`, `p.b`, … are the numbers of `numbersOf`.
 */
const rules: Readonly<Record<OptimizerRule["name"], string>> = {
  sgd: `
  let d = g + w * decay;
  let velocity = s.x * p.a + d;
  return vec4<f32>(w - rate * select(velocity, d + velocity * p.a, p.b > 0.0), velocity, 0.0, 0.0);`,
  adam: `
  let d = g + w * decay;
  let mean = s.x * p.a + d * (1.0 - p.a);
  let square = s.y * p.b + d * d * (1.0 - p.b);
  return vec4<f32>(w - rate / p.d * mean / (sqrt(square) / sqrt(p.e) + p.c), mean, square, 0.0);`,
  adamw: `
  let mean = s.x * p.a + g * (1.0 - p.a);
  let square = s.y * p.b + g * g * (1.0 - p.b);
  return vec4<f32>(w * (1.0 - rate * decay) - rate / p.d * mean / (sqrt(square) / sqrt(p.e) + p.c), mean, square, 0.0);`,
  rmsprop: `
  let d = g + w * decay;
  let square = s.x * p.a + d * d * (1.0 - p.a);
  // The slots: square_avg, then momentum_buffer where there is momentum, then grad_avg where centred.
  let before = select(s.y, s.z, p.c > 0.0);
  let mean = select(0.0, before * p.a + d * (1.0 - p.a), p.d > 0.0);
  let quotient = d / (sqrt(max(square - mean * mean, 0.0)) + p.b);
  let velocity = s.y * p.c + quotient;
  if (p.c > 0.0) { return vec4<f32>(w - rate * velocity, square, velocity, mean); }
  return vec4<f32>(w - rate * quotient, square, mean, 0.0);`,
};

type Numbers = readonly [a: number, b: number, c: number, d: number, e: number];

function numbersOf(settings: OptimizerRule, steps: number): Numbers {
  switch (settings.name) {
    case "sgd":
      return [settings.momentum, Number(settings.nesterov), 0, 0, 0];
    case "adam":
    case "adamw": {
      const [a, b] = settings.betas;
      return [a, b, settings.epsilon, 1 - a ** steps, 1 - b ** steps];
    }
    case "rmsprop":
      return [settings.alpha, settings.epsilon, settings.momentum, Number(settings.centered), 0];
  }
}

const programs = new Map<string, Program>();

/**
 * The shader for `count` weights: a thread an element of the row in which they lie, `weights`; what is remembered of them lies in
 * `memory` in `slots` such rows, behind each other.
 */
function programFor(rule: OptimizerRule["name"], count: number, slots: number): Program {
  const name = `${rule} ${count} ${slots}`;
  const made = programs.get(name);
  if (made) return made;
  const numbered = Array.from({ length: count }, (_, k) => k);
  const places = ["y", "z", "w"].slice(0, slots).map((after, slot) => ({ place: `memory[${slot}u * p.length + i]`, after: `r.${after}` }));
  const program: Program = {
    name,
    buffers: [...writes("weights", ...(slots > 0 ? ["memory"] : [])), ...reads(...numbered.map((k) => `g${k}`))],
    parameters: Object.fromEntries([
      ...["a", "b", "c", "d", "e"].map((name) => [name, "f32"] as const),
      ["length", "u32"] as const,
      ...numbered.flatMap((k) => [[`start${k}`, "u32"], [`end${k}`, "u32"], [`rate${k}`, "f32"], [`decay${k}`, "f32"]] as const),
    ]),
    code: `
fn stepped(w: f32, g: f32, s: vec3<f32>, rate: f32, decay: f32) -> vec4<f32> {${rules[rule]}
}
fn advance(i: u32, g: f32, rate: f32, decay: f32) {
  let r = stepped(weights[i], g, vec3<f32>(${[0, 1, 2].map((slot) => places[slot]?.place ?? "0.0").join(", ")}), rate, decay);
  weights[i] = r.x;
  ${places.map(({ place, after }) => `${place} = ${after};`).join("\n  ")}
}
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 256u + id.x;
  ${numbered.map((k) => `if (i >= p.start${k} && i < p.end${k}) { advance(i, g${k}[i - p.start${k}], p.rate${k}, p.decay${k}); return; }`).join("\n  ")}
}`,
  };
  programs.set(name, program);
  return program;
}

/** Moves all weights and what is remembered of them; `steps` counts from 1. */
export function stepTogether(recorder: Recorder, settings: OptimizerRule, parameters: readonly Parameter[], steps: number): void {
  const numbers = numbersOf(settings, steps);
  recorder.settle();
  for (const together of groupsOf(recorder, parameters)) {
    const slots = together[0]?.slots.length ?? 0;
    const weights = recorder.layTogether(together.map(({ value }) => value));
    const values = [...numbers, weights.length];
    for (const [k, { value, learningRate, weightDecay }] of together.entries()) {
      const start = weights.starts[k] ?? 0;
      values.push(start, start + value.size, learningRate, weightDecay);
    }
    // First of each weight what is remembered first, then of each what is remembered second.
    const memory = Array.from({ length: slots }, (_, slot) => together.flatMap(({ slots }) => slots.slice(slot, slot + 1))).flat();
    const given = [weights.buffer, ...(slots > 0 ? [recorder.layTogether(memory).buffer] : []), ...together.map(({ gradient }) => gradient)] as const;
    recorder.runAgain(programFor(settings.name, together.length, slots), given, values, groupsFor(weights.length));
  }
  recorder.submit();
}

/** The weights of each dispatch: as many as it may have gradients, and as their row and its memory find room in a buffer each. */
function groupsOf({ maxBuffers, maxBytes }: Recorder, parameters: readonly Parameter[]): readonly (readonly Parameter[])[] {
  const groups: Parameter[][] = [];
  let bytes = 0;
  for (const parameter of parameters) {
    const last = groups.at(-1), own = 4 * roomOf(parameter.value) * Math.max(1, parameter.slots.length);
    if (last && last.length < maxBuffers - 2 && bytes + own <= maxBytes) {
      last.push(parameter);
      bytes += own;
    } else {
      groups.push([parameter]);
      bytes = own;
    }
  }
  return groups;
}
