/** The flags of every command that asks a run. */

export interface RunFlags {
  readonly checkpoint?: "best" | "last";
  readonly weights?: string;
  readonly backend?: string;
  readonly format: "human" | "json";
}

export const runFlags = {
  checkpoint: { kind: "enum", values: ["best", "last"], optional: true, brief: "Which weights: the best unless told" },
  weights: { kind: "parsed", parse: String, optional: true, placeholder: "W", brief: "A safetensors file with other weights than the run's" },
  backend: { kind: "parsed", parse: String, optional: true, placeholder: "B", brief: "What computes; cnn doctor lists them" },
  format: { kind: "enum", values: ["human", "json"], default: "human", brief: "How the result is written" },
} as const;
