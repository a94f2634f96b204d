/** A model with what the rules want to know of it. */

import type { Finding, Fix, Related, Source, Span } from "@cnn-lang/parser";
import type { Layer, LayerId, Model } from "../../model/model.ts";

export interface Linted {
  readonly model: Model;
  /** Who reads a layer's result, by its id. */
  readonly readers: readonly (readonly Layer[])[];
  readonly isOutput: (id: LayerId) => boolean;
  /** The source that a place lies in. */
  readonly sourceOf: (span: Span) => Source;
  /** Whether the names' pass has said of this place already that nobody uses it. */
  readonly isUnused: (span: Span) => boolean;
  readonly report: (finding: Finding, layer: Layer, more?: { readonly related?: readonly Related[]; readonly fixes?: readonly Fix[] }) => void;
}
