/** Dropout by a hash of each value's place, as `src/data/random.ts` makes it: no mask is stored, forward or backward. */

// @ts-ignore: decorator
@inline
function mix(word: u32): u32 {
  let h = (word ^ (word >> 16)) * 0x85ebca6b;
  h = (h ^ (h >> 13)) * 0xc2b2ae35;
  return h ^ (h >> 16);
}

/**
 * y = x · scale, or 0 where the draw is below the threshold. Value i of sample n has the draw
 * (first + n) · places + i mod places.
 */
export function dropout(x: usize, y: usize, samples: i32, sample: i32, places: i32, first: i32, low: u32, high: u32, threshold: u32, scale: f32): void {
  for (let n = 0; n < samples; n++) {
    const start = ((first + n) * places) as u32 + low;
    for (let i = 0, place = 0; i < sample; i++) {
      const draw = mix(mix(start + (place as u32)) ^ high) >> 8;
      f32.store(y, draw < threshold ? 0 : f32.load(x) * scale);
      x += 4;
      y += 4;
      if (++place == places) place = 0;
    }
  }
}
