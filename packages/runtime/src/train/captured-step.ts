/** The steps of a training on one thread, where the backend can do them again. */

import type { Capturer } from "../kernels/capture.ts";
import { captureComputation } from "./captured-computation.ts";
import { clip, computeOn, follow, type Step, type Training } from "./step.ts";

export interface CapturedStep {
  readonly step: Step;
  dispose(): void;
}

/**
 * @param size Images of a batch; smaller ones are computed anew.
 * @param notice Told once, if it does not work out.
 */
export function captureSteps(training: Training, capturer: Capturer, size: number, notice: (message: string) => void): CapturedStep {
  const { network: { weights }, trainable } = training;
  const { again, anew, dispose } = captureComputation(
    {
      weights,
      trainable,
      on(given, mode) {
        const { gradients, ...result } = computeOn(training, given, mode);
        return { ...result, gradients: clip(training, gradients) };
      },
    },
    capturer,
    { notice },
  );
  const step: Step = (batch, mode, rates) => {
    const { gradients, free, ...result } = (batch.size === size ? again : anew)(batch, mode);
    follow(training, gradients, rates);
    free();
    return result;
  };
  return { step, dispose };
}
