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
  /** What is left of the learning rate. */
  readonly share: number;
  /** The lowest measure so far; null before the first. */
  readonly best: number | null;
  /** Measures since the last progress. */
  readonly waited: number;
}

export const startPlateau: PlateauState = { share: 1, best: null, waited: 0 };

/** The state after a further measure, lower being better; one that is not a number is no progress. */
export function observe({ factor, patience, threshold }: PlateauSettings, { share, best, waited }: PlateauState, measure: number): PlateauState {
  if (measure < (best === null ? Number.POSITIVE_INFINITY : best * (1 - threshold))) return { share, best: measure, waited: 0 };
  return waited < patience ? { share, best, waited: waited + 1 } : { share: share * factor, best, waited: 0 };
}
