/**
 * Steps on webgpu without the work of telling the card what to do: it is told once, and then told to do it again. Whether a step is
 * computed anew or sent again makes no difference to any number: where it did, all steps would be computed anew.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Recorder } from "../kernels/webgpu/recorder.ts";
import { record, type Recording } from "./recording.ts";
import { follow, type Step, type StepResult, trainStep, type Training } from "./step.ts";

export interface CapturedStep {
  readonly step: Step;
  dispose(): void;
}

/** How many steps are computed both ways and compared, bit by bit, before any is only sent again. */
const proofs = 2;

/**
 * @param size Images of a batch; smaller ones are computed anew.
 * @param notice Told once, if it does not work out.
 */
export function captureSteps(training: Training, recorder: Recorder, size: number, notice: (message: string) => void): CapturedStep {
  let recording: Recording | undefined;
  let agreed = 0, isFirst = true, isGivenUp = false;

  function forget(): void {
    recording?.dispose();
    recording = undefined;
    [agreed, isFirst] = [0, true];
  }
  function giveUp(why: string): void {
    if (isGivenUp) return;
    isGivenUp = true;
    forget();
    notice(`steps are told to the card one by one, which is slower: ${why}`);
  }

  const step: Step = (batch, mode, rates) => {
    const anew = (): StepResult => trainStep(training, batch, mode, rates);
    if (isGivenUp || batch.size !== size) return anew();
    if (recording && !recording.isCurrent()) forget();
    // In a first step shaders are compiled, and the weights are laid where they stay.
    if (isFirst) {
      isFirst = false;
      return anew();
    }
    if (!recording) {
      const { computed: { gradients, ...result }, recording: made } = record(training, recorder, batch, mode);
      recording = made;
      follow(training, gradients, rates);
      if (!made) {
        tf.dispose(gradients);
        giveUp("some of their work is done outside of the card");
      }
      return result;
    }
    if (agreed < proofs) {
      const proven = recording;
      const { computed: { gradients, ...result }, agrees } = proven.prove(batch, mode);
      follow(training, gradients, rates);
      tf.dispose(gradients);
      // A card that was lost says so to whoever reads the step's results.
      agrees.catch(() => true).then((isRight) => {
        if (recording !== proven) return;
        agreed += 1;
        if (!isRight) giveUp("told once and sent again they gave other numbers");
      });
      return result;
    }
    const { gradients, ...result } = recording.replay(batch, mode);
    follow(training, gradients, rates);
    return result;
  };
  return { step, dispose: forget };
}
