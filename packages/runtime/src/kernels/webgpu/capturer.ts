/** What doing steps again asks of the webgpu backend. */

import { tensor1d } from "@tensorflow/tfjs-core";
import type { Capturer } from "../capture.ts";
import { compare } from "./compare.ts";
import type { Recorder } from "./recorder.ts";

export const capturerOn = (recorder: Recorder): Capturer => ({
  isLate: true,
  capture: recorder.capture,
  placeOf: recorder.placeOf,
  output(shape, dtype) {
    const tensor = recorder.output(shape, dtype);
    // It has its buffer before anything else is computed.
    recorder.placeOf(tensor);
    return tensor;
  },
  copy: recorder.copy,
  write(tensor, values) {
    // What is recorded would find the new values, too.
    recorder.submit();
    recorder.write(tensor, values);
  },
  compare(pairs, tell) {
    const differs = tensor1d([0], "int32");
    compare(recorder, pairs, differs);
    const told = async (): Promise<void> => {
      const [found] = await differs.data();
      differs.dispose();
      tell(found === 0);
    };
    // A card that was lost says so to whoever reads the step's results.
    told().catch(() => {});
  },
  valuesHere: recorder.valuesHere,
});
