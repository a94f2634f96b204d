/** What a place to compute is to us: a TensorFlow.js backend that can say whether it works here, and start. */

export const backendNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
export type BackendName = (typeof backendNames)[number];

/** Whether a backend would work here, found out without loading it. */
export type Probe =
  | {
      readonly usable: true;
      readonly about: string;
      /** Why it is no better than the processor: then it is taken by name only. */
      readonly slow?: string;
    }
  | {
      readonly usable: false;
      /** Why not, as the end of a sentence. */
      readonly reason: string;
      /** What would mend it: a command or a sentence. */
      readonly remedy?: string;
    };

export interface Backend {
  readonly name: BackendName;
  probe(): Promise<Probe>;
  /** Makes it TensorFlow.js's current backend, with gradients; warnings say what works less well than it might. Rejects when it fails to start. */
  load(): Promise<{ readonly warnings: readonly string[] }>;
}

/** Registers the gradients of all of TensorFlow.js's operations; every backend's `load` does. */
export async function registerGradients(): Promise<void> {
  await import("./gradients.generated.ts");
}
