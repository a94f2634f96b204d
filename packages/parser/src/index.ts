export type * from "./ast.ts";
export { createSource, cover } from "./source.ts";
export type { Position, Source, Span } from "./source.ts";
export { compareDiagnostics, defineCodes, locate } from "./diagnostic.ts";
export type { CodeEntry, Creators, Diagnostic, Edit, Finding, Fix, Related, Severity } from "./diagnostic.ts";
export { parse } from "./parse.ts";
export type { ParseResult } from "./parse.ts";
