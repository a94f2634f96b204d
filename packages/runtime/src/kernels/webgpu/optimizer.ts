/** An optimizer's step on webgpu: several weights a dispatch, as many as there are buffers for, in place. */

import type { OptimizerRule } from "@cnn-lang/shape-checker";
import type { Parameter } from "../optimizer.ts";
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

interface Numbers {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
}

function numbersOf(settings: OptimizerRule, steps: number): Numbers {
  switch (settings.name) {
    case "sgd":
      return { a: settings.momentum, b: Number(settings.nesterov), c: 0, d: 0, e: 0 };
    case "adam":
    case "adamw": {
      const [a, b] = settings.betas;
      return { a, b, c: settings.epsilon, d: 1 - a ** steps, e: 1 - b ** steps };
    }
    case "rmsprop":
      return { a: settings.alpha, b: settings.epsilon, c: settings.momentum, d: Number(settings.centered), e: 0 };
  }
}

const programs = new Map<string, Program>();

/** The shader for `count` weights with `slots` slots each: a thread an element, of the first weight, then of the next. */
function programFor(rule: OptimizerRule["name"], count: number, slots: number): Program {
  const name = `${rule} ${count} ${slots}`;
  const known = programs.get(name);
  if (known) return known;
  const weights = Array.from({ length: count }, (_, k) => k);
  const places = ["x", "y", "z"].slice(0, slots);
  const arm = (k: number): string => {
    const before = ["x", "y", "z"].map((place) => (places.includes(place) ? `s${k}${place}[j]` : "0.0")).join(", ");
    const after = places.map((place, at) => `s${k}${place}[j] = r.${["y", "z", "w"][at]};`).join(" ");
    return `if (i < p.end${k}) {
    let j = i - ${k === 0 ? "0u" : `p.end${k - 1}`};
    let r = stepped(w${k}[j], g${k}[j], vec3<f32>(${before}), p.rate${k}, p.decay${k});
    w${k}[j] = r.x; ${after}
    return;
  }`;
  };
  const program: Program = {
    name,
    buffers: weights.flatMap((k) => [...writes(`w${k}`), ...reads(`g${k}`), ...writes(...places.map((place) => `s${k}${place}`))]),
    parameters: Object.fromEntries([
      ...["a", "b", "c", "d", "e"].map((name) => [name, "f32"] as const),
      ...weights.flatMap((k) => [[`end${k}`, "u32"], [`rate${k}`, "f32"], [`decay${k}`, "f32"]] as const),
    ]),
    code: `
fn stepped(w: f32, g: f32, s: vec3<f32>, rate: f32, decay: f32) -> vec4<f32> {${rules[rule]}
}
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 256u + id.x;
  ${weights.map(arm).join("\n  ")}
}`,
  };
  programs.set(name, program);
  return program;
}

/** Moves all weights and what is remembered of them; `steps` counts from 1. */
export function stepTogether(recorder: Recorder, settings: OptimizerRule, parameters: readonly Parameter[], steps: number): void {
  const slots = parameters[0]?.slots.length ?? 0;
  const each = Math.max(1, Math.floor(recorder.maxBuffers / (2 + slots)));
  const numbers = numbersOf(settings, steps);
  for (let start = 0; start < parameters.length; start += each) {
    const together = parameters.slice(start, start + each);
    const values: { [name: string]: number } = { ...numbers };
    let end = 0;
    for (const [k, { value, learningRate, weightDecay }] of together.entries()) {
      end += value.size;
      Object.assign(values, { [`end${k}`]: end, [`rate${k}`]: learningRate, [`decay${k}`]: weightDecay });
    }
    const tensors = together.flatMap(({ value, gradient, slots }) => [value, gradient, ...slots]);
    recorder.run(programFor(settings.name, together.length, slots), tensors, values, groupsFor(end));
  }
}
