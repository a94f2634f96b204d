/**
 * What an editor knows of one file: its check, which definition each name means, and which layers came of which place
 * in the text. Kept until one of the texts it was made from changes.
 */

import { createReader, type Span } from "@cnn-lang/parser";
import { type CheckOptions, checkProgram, type ProgramCheck } from "../check.ts";
import type { Expand } from "../elaborate/expand.ts";
import type { Layer } from "../model/model.ts";
import type { Project } from "../project.ts";
import { type FileScope, keepParses } from "../resolve/program.ts";
import { keepExpansions } from "./kept-expansions.ts";
import { placeKey } from "./place.ts";
import { linkSelectors } from "./selector-links.ts";
import { importsOf } from "./told-here.ts";

/** Where a name stands, and where what it means is defined. */
interface Use {
  readonly use: Span;
  readonly definition: Span;
}

export interface Analysis extends ProgramCheck {
  readonly file: string;
  readonly text: string;
  /** Where a name stands → where the name it means is defined; definitions stand for themselves. */
  readonly links: ReadonlyMap<string, Use>;
  /** The layers made by the call at a place: several where its block is used several times. */
  readonly layersAt: ReadonlyMap<string, readonly Layer[]>;
}

export interface Analyses {
  /** The analysis of a file as it is now; with the next edit's it is not to be used any more, since its places move. */
  analyze(file: string): Analysis | undefined;
  /** Checks a file of which more is asked than an analysis tells, from the same trees. */
  check(file: string, options: CheckOptions): ProgramCheck;
}

export function createAnalyses(project: Project): Analyses {
  const parse = keepParses(createReader);
  const kept = new Map<string, Analysis>();
  const expansions = new Map<string, Expand>();
  const expansionsOf = (file: string): Expand => {
    const known = expansions.get(file) ?? keepExpansions();
    expansions.set(file, known);
    return known;
  };
  /** Whether the tree of a file is the last one that was read of it, and its text has not changed since. */
  const isCurrent = ({ file, text, ast }: FileScope): boolean => project.read(file) === text && parse(file, text).ast === ast;
  const isFresh = ({ program: { files } }: Analysis): boolean =>
    [...files.values()].every((scope) => isCurrent(scope) && importsOf(scope).every(({ file }) => files.has(file) || typeof project.read(file) !== "string"));

  return {
    analyze(file) {
      const known = kept.get(file);
      if (known && isFresh(known)) return known;
      const uses: Use[] = [];
      const checked = checkProgram(project, file, {}, { parse, expand: expansionsOf(file), link: (use, definition) => uses.push({ use, definition }) });
      if (!checked.program.entry) {
        kept.delete(file);
        return undefined;
      }
      const analysis = analysisOf(checked, file, checked.program.entry.text, uses);
      kept.set(file, analysis);
      return analysis;
    },
    check: (file, options) => checkProgram(project, file, options, { parse }),
  };
}

/** A keystroke asks for diagnostics alone: the rest is made once something asks for it. */
function analysisOf(checked: ProgramCheck, file: string, text: string, uses: readonly Use[]): Analysis {
  let links: Analysis["links"] | undefined;
  let layersAt: Analysis["layersAt"] | undefined;
  return {
    ...checked,
    file,
    text,
    get links() {
      return (links ??= linksOf(checked, uses));
    },
    get layersAt() {
      return (layersAt ??= layersByPlace(checked));
    },
  };
}

function linksOf({ program, expanded }: ProgramCheck, uses: readonly Use[]): Analysis["links"] {
  const links = new Map(uses.map((each) => [placeKey(each.use), each]));
  linkSelectors(program, expanded, (use, definition) => links.set(placeKey(use), { use, definition }));
  return links;
}

function layersByPlace({ expanded }: ProgramCheck): ReadonlyMap<string, readonly Layer[]> {
  const places = new Map<string, Layer[]>();
  for (const { layers } of expanded) {
    for (const layer of layers) {
      const key = placeKey(layer.span);
      const list = places.get(key);
      if (list) list.push(layer);
      else places.set(key, [layer]);
    }
  }
  return places;
}

/** Where the name at a place is defined in the end, imports followed; undefined where no name stands. */
export function definitionOf({ links }: Analysis, place: Span): Span | undefined {
  let link = links.get(placeKey(place));
  for (let hops = 0; link && hops < 100; hops++) {
    const next = links.get(placeKey(link.definition));
    if (!next || placeKey(next.definition) === placeKey(link.definition)) return link.definition;
    link = next;
  }
  return link?.definition;
}

/** The name that stands at an offset: the span of its use. */
export function nameAt({ links, file }: Analysis, offset: number): Span | undefined {
  for (const { use } of links.values()) {
    if (use.file === file && use.start.offset <= offset && offset <= use.end.offset) return use;
  }
  return undefined;
}
