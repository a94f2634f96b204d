/** Images that lie on the card as bytes, and the batches that are put together of them there: moved, mirrored and normalised. */

import { engine, type Tensor, type Tensor4D } from "@tensorflow/tfjs-core";
import type { Placed } from "../../data/batch.ts";
import type { ImagesInMemory } from "../../data/dataset.ts";
import { asMap } from "../../primitives/tensors.ts";
import { eachElement, groupsFor, type Program, reads, type Recorder, writes } from "./recorder.ts";

/** `moves` are four numbers an image, as `Placed` has them. A pixel outside of the image is 0 before normalising. */
const gatherImages = {
  name: "gatherImages",
  buffers: [
    { name: "pixels", access: "read", of: "u32" },
    { name: "moves", access: "read", of: "i32" },
    ...reads("normalized"),
    ...writes("y"),
  ],
  parameters: { size: "u32", height: "u32", width: "u32", channels: "u32", outHeight: "u32", outWidth: "u32" },
  code: eachElement(`
  let c = i % p.channels;
  let column = i32((i / p.channels) % p.outWidth);
  let row = i32((i / (p.channels * p.outWidth)) % p.outHeight);
  let way = 4u * (i / (p.channels * p.outWidth * p.outHeight));
  let backwards = moves[way + 3u];
  let r = moves[way + 1u] + select(row, -row, (backwards & 1) == 1);
  let q = moves[way + 2u] + select(column, -column, (backwards & 2) == 2);
  var byte = 0u;
  if (r >= 0 && r < i32(p.height) && q >= 0 && q < i32(p.width)) {
    let at = ((u32(moves[way]) * p.height + u32(r)) * p.width + u32(q)) * p.channels + c;
    byte = (pixels[at / 4u] >> (8u * (at % 4u))) & 255u;
  }
  y[i] = normalized[256u * c + byte];`),
} satisfies Program;

export interface Store {
  readonly gather: Placed["gather"];
  dispose(): void;
}

/**
 * Puts images on the card.
 *
 * @param size Height and width of the images that are gathered.
 * @param normalized What each byte of each channel becomes, `[channels, 256]`.
 */
export function storeImages(recorder: Recorder, { pixels, height, width, channels }: ImagesInMemory, [outHeight, outWidth]: readonly [number, number], normalized: Float32Array): Store {
  const [bytes, values] = [recorder.keep(pixels), recorder.keep(normalized)];
  return {
    gather(moves: Tensor): Tensor4D {
      const shape = [moves.size / 4, outHeight, outWidth, channels], size = shape.reduce((all, n) => all * n, 1);
      const images = recorder.output(shape);
      recorder.run(gatherImages, [bytes, moves, values, images], { size, height, width, channels, outHeight, outWidth }, groupsFor(size));
      return asMap(engine().makeTensorFromTensorInfo(images));
    },
    dispose() {
      bytes.destroy();
      values.destroy();
    },
  };
}
