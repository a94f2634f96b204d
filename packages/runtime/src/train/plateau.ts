/** Lowers the learning rate when a measure has stopped getting better: PyTorch's ReduceLROnPlateau. */

export interface PlateauSettings {
  /** The learning rate is multiplied by this. */
  readonly factor: number;
  /** How many measures without progress are borne. */
  readonly patience: number;
  /** The share by which a measure must be lower than the best to count as progress. */
  readonly threshold: number;
}

/** All that a resumed training must know. */
export interface PlateauState {
  readonly learningRate: number;
  readonly best: number;
  /** Measures since the last progress. */
  readonly waited: number;
}

export const startPlateau = (learningRate: number): PlateauState => ({ learningRate, best: Number.POSITIVE_INFINITY, waited: 0 });

/** The state after a further measure, lower being better; one that is not a number is no progress. */
export function observe({ factor, patience, threshold }: PlateauSettings, { learningRate, best, waited }: PlateauState, measure: number): PlateauState {
  if (measure < best * (1 - threshold)) return { learningRate, best: measure, waited: 0 };
  return waited < patience ? { learningRate, best, waited: waited + 1 } : { learningRate: learningRate * factor, best, waited: 0 };
}
