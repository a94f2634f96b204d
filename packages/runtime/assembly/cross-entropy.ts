/** Softmax cross-entropy from logits with whole-number labels: loss and gradient in one pass over each row. */

/** eˣ to about one unit in the last place (Cephes), 0 below the normal range; NaN stays. */
function exp(x: f32): f32 {
  if (x != x) return x;
  if (x < -87.3) return 0;
  const k = nearest<f32>(min<f32>(x, 88) * 1.44269504088896341);
  const r = x - k * 0.693359375 + k * 2.12194440e-4;
  let p: f32 = 1.9875691500e-4;
  p = p * r + 1.3981999507e-3;
  p = p * r + 8.3334519073e-3;
  p = p * r + 4.1665795894e-2;
  p = p * r + 1.6666665459e-1;
  p = p * r + 5.0000001201e-1;
  return (p * r * r + r + 1) * reinterpret<f32>(((k as i32) + 127) << 23);
}

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
    let sum: f32 = 0;
    for (let c = 0; c < classes; c++) {
      const e = exp(f32.load(logits + (c << 2)) - largest);
      f32.store(gradient + (c << 2), e);
      sum += e;
    }
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
