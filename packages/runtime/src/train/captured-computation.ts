/**
 * Steps that are only told once what there is to compute, forward and backward, and then do it again. Whether a step is computed anew or
 * done again makes no difference to any number: where it did, all steps would be computed anew.
 */

import type { Mode } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/batch.ts";
import type { Capturer } from "../kernels/capture.ts";
import { type Computation, compute, record, type Recording } from "./recording.ts";
import type { Computed } from "./step.ts";

/** What a batch is worth, until it is given up. */
export interface Worth extends Computed {
  /** Gives up the gradients. */
  free(): void;
}

export interface CapturedComputation {
  /** Computes a batch of the size that all have but the last. */
  again(batch: Batch, mode: Mode): Worth;
  /** Computes any batch anew. */
  anew(batch: Batch, mode: Mode): Worth;
  dispose(): void;
}

/** Who computes. */
export interface Party {
  /** Told once, if it does not work out. */
  notice(message: string): void;
  /** Whether all say so that compute parts of the same batch; each of them asks as often. Nobody else does unless given. */
  agree?(isRight: boolean): boolean;
}

/** How many steps are computed both ways and compared, bit by bit, before any is only done again. */
const proofs = 2;

const owned = (computed: Computed): Worth => ({ ...computed, free: () => tf.dispose(computed.gradients) });

/** Computes every batch anew. */
export function computeAnew(computation: Computation): CapturedComputation {
  const anew = (batch: Batch, mode: Mode): Worth => owned(compute(computation, batch, mode));
  return { again: anew, anew, dispose() {} };
}

/** Computes batches so that all but the first few are done again, where that gives the same bits. */
export function captureComputation(computation: Computation, capturer: Capturer, { notice, agree }: Party): CapturedComputation {
  let recording: Recording | undefined;
  let agreed = 0, isEarly = capturer.isLate, isGivenUp = false;
  const all = agree ?? ((isRight: boolean): boolean => isRight);

  function forget(): void {
    recording?.dispose();
    recording = undefined;
    [agreed, isEarly] = [0, capturer.isLate];
  }
  function giveUp(why: string): void {
    if (isGivenUp) return;
    isGivenUp = true;
    forget();
    notice(`each step is computed anew, which is slower: ${why}`);
  }

  function begin(batch: Batch, mode: Mode): Worth {
    const { computed, recording: made } = record(computation, capturer, batch, mode);
    if (all(made !== undefined)) {
      recording = made;
      return { ...computed, free() {} };
    }
    giveUp("some of its work is done outside of kernels");
    return made ? { ...computed, free: () => made.dispose() } : owned(computed);
  }

  function prove(proven: Recording, batch: Batch, mode: Mode): Worth {
    return owned(proven.prove(batch, mode, (isRight) => {
      if (recording !== proven) return;
      agreed += 1;
      if (!all(isRight)) giveUp("done again it gave other numbers");
    }));
  }

  const captured: CapturedComputation = {
    anew: (batch, mode) => owned(recording ? recording.anew(batch, mode) : compute(computation, batch, mode)),
    again(batch, mode) {
      if (recording && !recording.isCurrent()) {
        // Others would not begin anew at the same time.
        if (agree) giveUp("its weights were replaced");
        else forget();
      }
      if (isGivenUp || isEarly) {
        isEarly = false;
        return captured.anew(batch, mode);
      }
      if (!recording) return begin(batch, mode);
      return agreed < proofs ? prove(recording, batch, mode) : { ...recording.replay(batch, mode), free() {} };
    },
    dispose: forget,
  };
  return captured;
}
