/**
 * One optimizer step over all parameters, in place. The parameters stand in a table of records, written by
 * `src/kernels/wasm/optimizer.ts`; the formulas are PyTorch's.
 */

import { load, loadNext, store, storeBoth } from "./lanes";

@unmanaged
class Parameter {
  values: usize;
  gradient: usize;
  first: usize;
  second: usize;
  third: usize;
  count: i32;
  learningRate: f32;
  weightDecay: f32;
}

const recordBytes: usize = 32;

// @ts-ignore: decorator
@inline
function sgdLanes(w: usize, g: usize, velocity: usize, rate: f32, decay: f32, momentum: f32, nesterov: bool, lanes: i32): void {
  const p = load(w, lanes);
  let step = f32x4.add(load(g, lanes), f32x4.mul(p, f32x4.splat(decay)));
  if (velocity) {
    const v = f32x4.add(f32x4.mul(load(velocity, lanes), f32x4.splat(momentum)), step);
    store(velocity, v, lanes);
    step = nesterov ? f32x4.add(step, f32x4.mul(v, f32x4.splat(momentum))) : v;
  }
  store(w, f32x4.sub(p, f32x4.mul(step, f32x4.splat(rate))), lanes);
}

/** Stochastic gradient descent; `first` is the velocity, or 0 without momentum. */
export function sgd(table: usize, parameters: i32, momentum: f32, nesterov: bool): void {
  for (; parameters > 0; parameters--) {
    const t = changetype<Parameter>(table);
    const w = t.values, g = t.gradient, v = t.first, bytes = (t.count as usize) << 2;
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) sgdLanes(w + at, g + at, v ? v + at : 0, t.learningRate, t.weightDecay, momentum, nesterov, 4);
    for (; at < bytes; at += 4) sgdLanes(w + at, g + at, v ? v + at : 0, t.learningRate, t.weightDecay, momentum, nesterov, 1);
    table += recordBytes;
  }
}

/** A moment that `fresh` of a value enters. */
// @ts-ignore: decorator
@inline
function moved(moment: v128, beta: f32, value: v128, fresh: f32): v128 {
  return f32x4.add(f32x4.mul(moment, f32x4.splat(beta)), f32x4.mul(value, f32x4.splat(fresh)));
}

// @ts-ignore: decorator
@inline
function decayed(gradient: v128, value: v128, decay: f32): v128 {
  return f32x4.add(gradient, f32x4.mul(value, f32x4.splat(decay)));
}

// @ts-ignore: decorator
@inline
function adamStep(value: v128, m: v128, v: v128, step: f32, keep: f32, eps: f32, correction: f32): v128 {
  const root = f32x4.add(f32x4.mul(f32x4.sqrt(v), f32x4.splat(correction)), f32x4.splat(eps));
  return f32x4.sub(f32x4.mul(value, f32x4.splat(keep)), f32x4.div(f32x4.mul(m, f32x4.splat(step)), root));
}

// @ts-ignore: decorator
@inline
function adamLanes(w: usize, g: usize, first: usize, second: usize, step: f32, decay: f32, keep: f32, beta1: f32, fresh1: f32, beta2: f32, fresh2: f32, eps: f32, correction: f32, lanes: i32): void {
  const both = lanes == 8, p = load(w, lanes), q = both ? loadNext(w) : p;
  const a = decayed(load(g, lanes), p, decay), b = both ? decayed(loadNext(g), q, decay) : a;
  const m = moved(load(first, lanes), beta1, a, fresh1), n = both ? moved(loadNext(first), beta1, b, fresh1) : m;
  const v = moved(load(second, lanes), beta2, f32x4.mul(a, a), fresh2), u = both ? moved(loadNext(second), beta2, f32x4.mul(b, b), fresh2) : v;
  storeBoth(first, m, n, lanes);
  storeBoth(second, v, u, lanes);
  storeBoth(w, adamStep(p, m, v, step, keep, eps, correction), adamStep(q, n, u, step, keep, eps, correction), lanes);
}

/**
 * Adam, or AdamW where `decoupled`. `correction1` = 1 − beta1ᵗ and `correction2` = 1 − beta2ᵗ of step t; `first` and
 * `second` are the moments.
 */
export function adam(table: usize, parameters: i32, beta1: f64, beta2: f64, eps: f32, correction1: f64, correction2: f64, decoupled: bool): void {
  const correction = (1 / sqrt<f64>(correction2)) as f32;
  // In float64, since 1 − 0.999 has only three digits left in float32.
  const b1 = beta1 as f32, fresh1 = (1 - beta1) as f32, b2 = beta2 as f32, fresh2 = (1 - beta2) as f32;
  for (; parameters > 0; parameters--) {
    const t = changetype<Parameter>(table);
    const step = ((t.learningRate as f64) / correction1) as f32;
    const decay: f32 = decoupled ? 0 : t.weightDecay, keep = (decoupled ? 1 - (t.learningRate as f64) * (t.weightDecay as f64) : 1) as f32;
    const w = t.values, g = t.gradient, m = t.first, v = t.second, bytes = (t.count as usize) << 2;
    let at: usize = 0;
    for (; at + 32 <= bytes; at += 32) adamLanes(w + at, g + at, m + at, v + at, step, decay, keep, b1, fresh1, b2, fresh2, eps, correction, 8);
    for (; at + 16 <= bytes; at += 16) adamLanes(w + at, g + at, m + at, v + at, step, decay, keep, b1, fresh1, b2, fresh2, eps, correction, 4);
    for (; at < bytes; at += 4) adamLanes(w + at, g + at, m + at, v + at, step, decay, keep, b1, fresh1, b2, fresh2, eps, correction, 1);
    table += recordBytes;
  }
}

// @ts-ignore: decorator
@inline
function rmspropLanes(w: usize, g: usize, square: usize, velocity: usize, mean: usize, rate: f32, decay: f32, alpha: f32, fresh: f32, eps: f32, momentum: f32, lanes: i32): void {
  const p = load(w, lanes);
  const gradient = f32x4.add(load(g, lanes), f32x4.mul(p, f32x4.splat(decay)));
  let variance = f32x4.add(f32x4.mul(load(square, lanes), f32x4.splat(alpha)), f32x4.mul(f32x4.mul(gradient, gradient), f32x4.splat(fresh)));
  store(square, variance, lanes);
  if (mean) {
    const m = f32x4.add(f32x4.mul(load(mean, lanes), f32x4.splat(alpha)), f32x4.mul(gradient, f32x4.splat(fresh)));
    store(mean, m, lanes);
    variance = f32x4.pmax(f32x4.sub(variance, f32x4.mul(m, m)), f32x4.splat(0));
  }
  let step = f32x4.div(gradient, f32x4.add(f32x4.sqrt(variance), f32x4.splat(eps)));
  if (velocity) {
    step = f32x4.add(f32x4.mul(load(velocity, lanes), f32x4.splat(momentum)), step);
    store(velocity, step, lanes);
  }
  store(w, f32x4.sub(p, f32x4.mul(step, f32x4.splat(rate))), lanes);
}

/**
 * RMSprop; `first` is the mean square, `second` the velocity, or 0 without momentum, `third` the mean gradient, or 0
 * unless centred.
 */
export function rmsprop(table: usize, parameters: i32, alpha: f64, eps: f32, momentum: f32): void {
  const a = alpha as f32, fresh = (1 - alpha) as f32;
  for (; parameters > 0; parameters--) {
    const t = changetype<Parameter>(table);
    const w = t.values, g = t.gradient, s = t.first, v = t.second, m = t.third, bytes = (t.count as usize) << 2;
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) rmspropLanes(w + at, g + at, s + at, v ? v + at : 0, m ? m + at : 0, t.learningRate, t.weightDecay, a, fresh, eps, momentum, 4);
    for (; at < bytes; at += 4) rmspropLanes(w + at, g + at, s + at, v ? v + at : 0, m ? m + at : 0, t.learningRate, t.weightDecay, a, fresh, eps, momentum, 1);
    table += recordBytes;
  }
}
