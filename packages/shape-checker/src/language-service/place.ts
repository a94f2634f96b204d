import type { Span } from "@cnn-lang/parser";

/** A place as a key; spans of one place are equal in it. */
export const placeKey = ({ file, start, end }: Span): string => `${start.offset}-${end.offset}-${file}`;
