/** Which backends can do steps again. */

import type { Capturer } from "./capture.ts";
import { capturerOn as capturerOnWasm } from "./wasm/capturer.ts";
import { currentHeap } from "./wasm/install.ts";
import { capturerOn as capturerOnWebgpu } from "./webgpu/capturer.ts";
import { currentRecorder } from "./webgpu/install.ts";

/** How the current backend does steps again; nothing where our kernels are not installed in one that can. */
export function currentCapturer(): Capturer | undefined {
  const recorder = currentRecorder(), heap = currentHeap();
  if (recorder) return capturerOnWebgpu(recorder);
  return heap && capturerOnWasm(heap);
}
