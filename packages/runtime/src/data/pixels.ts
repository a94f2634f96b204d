/** An image in memory: bytes, channels last. Beside images of colours there are masks, whose one channel holds classes. */

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1: gray or a mask, 3: red, green, blue. */
  readonly channels: number;
  /** `[height, width, channels]`, 0 … 255. */
  readonly data: Uint8Array;
}

/** Opacity is dropped, not blended, as torchvision's loader does. */
export function opaque({ width, height, data }: Omit<Pixels, "channels">): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from] ?? 0;
    rgb[to + 1] = data[from + 1] ?? 0;
    rgb[to + 2] = data[from + 2] ?? 0;
  }
  return { width, height, channels: 3, data: rgb };
}

/** Luma of ITU-R BT.601 in fixed point, as Pillow converts colours to gray (mode L). */
export const luma = (red: number, green: number, blue: number): number => (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;

/** The first channel of an image whose three are equal, or its luma; gray repeated three times. */
export function withChannels(image: Pixels, channels: number): Pixels {
  const { width, height, data } = image;
  if (channels === image.channels) return image;
  const count = width * height;
  const to = new Uint8Array(count * channels);
  if (channels === 1) for (let i = 0; i < count; i += 1) to[i] = luma(data[3 * i] ?? 0, data[3 * i + 1] ?? 0, data[3 * i + 2] ?? 0);
  else for (let i = 0; i < to.length; i += 1) to[i] = data[Math.floor(i / channels)] ?? 0;
  return { width, height, channels, data: to };
}
