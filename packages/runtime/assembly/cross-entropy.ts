/** Softmax cross-entropy from logits with whole-number labels: loss and gradient in one pass over each row. */

import { exp } from "./exponential";
import { load, store } from "./lanes";

/** The natural logarithm of a number of at least 1, by the series of 2·artanh((m − 1) / (m + 1)); NaN stays. */
function log(x: f64): f64 {
  if (!(x < Infinity)) return x;
  const bits = reinterpret<i64>(x);
  let exponent = ((bits >> 52) as i32) - 1023;
  let m = reinterpret<f64>((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  const z = (m - 1) / (m + 1), q = z * z;
  let sum: f64 = 1.0 / 17;
  for (let n = 15; n > 0; n -= 2) sum = sum * q + 1.0 / (n as f64);
  return (exponent as f64) * 0.6931471805599453 + 2 * z * sum;
}

/** Stores e^(logit − largest) of four logits or one; their sum. */
// @ts-ignore: decorator
@inline
function power(logits: usize, largest: f32, to: usize, lanes: i32): f32 {
  const e = exp(f32x4.sub(load(logits, lanes), f32x4.splat(largest)));
  store(to, e, lanes);
  const first = f32x4.extract_lane(e, 0);
  return lanes == 1 ? first : first + f32x4.extract_lane(e, 1) + (f32x4.extract_lane(e, 2) + f32x4.extract_lane(e, 3));
}

/**
 * loss = mean over rows of −log softmax(logits)[label], gradient = (softmax − one-hot) / rows. Answers the first row
 * whose label is outside 0 … classes − 1, or −1 when all is well.
 */
export function softmaxCrossEntropy(logits: usize, labels: usize, rows: i32, classes: i32, loss: usize, gradient: usize): i32 {
  const share: f32 = 1 / (rows as f32);
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const label = i32.load(labels + (i << 2));
    if (label < 0 || label >= classes) return i;
    let largest = f32.load(logits);
    for (let c = 1; c < classes; c++) largest = max<f32>(largest, f32.load(logits + (c << 2)));
    let sum: f32 = 0, c = 0;
    for (; c + 4 <= classes; c += 4) sum += power(logits + (c << 2), largest, gradient + (c << 2), 4);
    for (; c < classes; c++) sum += power(logits + (c << 2), largest, gradient + (c << 2), 1);
    total += log(sum as f64) - ((f32.load(logits + (label << 2)) - largest) as f64);
    const scale = share / sum;
    for (let c = 0; c < classes; c++) f32.store(gradient + (c << 2), f32.load(gradient + (c << 2)) * scale);
    f32.store(gradient + (label << 2), f32.load(gradient + (label << 2)) - share);
    logits += classes << 2;
    gradient += classes << 2;
  }
  f32.store(loss, (total / (rows as f64)) as f32);
  return -1;
}
