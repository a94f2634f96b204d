/** Values of flags: each parser gives the value, or throws what is wrong with it. */

/** A whole number of at least `least`. */
export const wholeNumber = (least: number) => (text: string): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) throw new Error(`write a whole number, ${least} or more`);
  return value;
};

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^[\d.]+(e[+-]?\d+)?$/i.test(text) || !(value > 0) || !Number.isFinite(value)) throw new Error("write a number above 0, such as 0.001");
  return value;
}
