/** What numbers, sizes and strings mean as written. */

/** Decimal places that a suffix shifts by, or its factor as a power of 1024. */
const thousands: Readonly<Record<string, number>> = { k: 3, M: 6, G: 9, B: 0, kB: 3, MB: 6, GB: 9 };
const binary: Readonly<Record<string, number>> = { KiB: 1, MiB: 2, GiB: 3 };

/** `50k` → 50000, `1.5M` → 1500000, `1MiB` → 1048576 bytes. Decimal suffixes are read as part of the number, hence exact. */
export function readNumber(text: string): { readonly value: number; readonly bytes: boolean } {
  if (/^\d{1,15}$/.test(text)) return { value: Number(text), bytes: false };
  const suffix = /(?:[KMG]iB|[kMG]B|[kMGB])$/.exec(text)?.[0] ?? "";
  // A fraction that was mended still has its comma.
  const digits = text.slice(0, text.length - suffix.length).replaceAll("_", "").replace(",", ".");
  const [mantissa = "", exponent = "0"] = digits.split(/e/i);
  const value = Number(`${mantissa}e${Number(exponent) + (thousands[suffix] ?? 0)}`) * 1024 ** (binary[suffix] ?? 0);
  return { value, bytes: suffix.endsWith("B") };
}

/** `3x?` → `[3, "?"]`. A size that was mended (`3 × 3`) still has its blanks. */
export function readSize(text: string): (number | "?")[] {
  return text.split(/\s*[xX×]\s*/).map((axis) => (axis === "?" ? "?" : Number(axis.replaceAll("_", ""))));
}

/** A piece of a string: text with its escapes resolved, or an expression's text and where it starts. */
export type StringPiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "expression"; readonly text: string; readonly start: number }
  | { readonly kind: "mistake"; readonly start: number; readonly end: number; readonly what: "escape" | "brace" };

const escapePattern = /\\(?:u\{([0-9a-fA-F]{1,6})\}|[^])/uy;
const escapes: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", n: "\n", "{": "{", "}": "}" };

/**
 * Takes a string apart. `image` includes both quotes; places are offsets into it. In a label braces hold
 * expressions, elsewhere they are themselves.
 */
export function readString(image: string, isLabel: boolean): readonly StringPiece[] {
  const pieces: StringPiece[] = [];
  let text = "";
  const endText = (): void => {
    if (text !== "") pieces.push({ kind: "text", text });
    text = "";
  };

  const end = image.length - 1;
  for (let at = 1; at < end; ) {
    const character = image.charAt(at);
    if (character === "\\") {
      escapePattern.lastIndex = at;
      const [escape = "\\", point] = escapePattern.exec(image) ?? [];
      const resolved = point === undefined ? escapes[escape.slice(1)] : characterOf(Number.parseInt(point, 16));
      if (resolved === undefined) pieces.push({ kind: "mistake", what: "escape", start: at, end: at + escape.length });
      text += resolved ?? "";
      at += escape.length;
    } else if (isLabel && character === "{") {
      const close = image.indexOf("}", at);
      endText();
      if (close < 0) {
        pieces.push({ kind: "mistake", what: "brace", start: at, end: at + 1 });
        return pieces;
      }
      pieces.push({ kind: "expression", text: image.slice(at + 1, close), start: at + 1 });
      at = close + 1;
    } else {
      text += character;
      at += 1;
    }
  }
  endText();
  return pieces;
}

function characterOf(point: number): string | undefined {
  return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? undefined : String.fromCodePoint(point);
}
