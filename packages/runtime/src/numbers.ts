/** Numbers as people read them. */

/** `1234567` → `1,234,567`; what damaged headers promise too, which may be more than 10²¹ and is then written otherwise by `String`. */
export const grouped = (value: number): string =>
  Number.isSafeInteger(value) ? String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",") : value.toLocaleString("en");

/** `1 error`, `2 errors`. */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Bytes: `512 B`, `174 kB`, `4.2 MB` (thousands, as disks and networks count). */
export function bytes(count: number): string {
  let value = count;
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (value < 1000) return `${value < 10 && unit !== "B" ? value.toFixed(1) : Math.round(value)} ${unit}`;
    value /= 1000;
  }
  return `${grouped(Math.round(value))} TB`;
}

/** Seconds: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [unit, part, size] = whole < 3600 ? ["min", "s", 60] : ["h", "min", 3600];
  const rest = size === 60 ? whole % 60 : Math.floor((whole % 3600) / 60);
  return `${Math.floor(whole / size)} ${unit} ${String(rest).padStart(2, "0")} ${part}`;
}

/** A share of one: `97.8 %`. */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;
