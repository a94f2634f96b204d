/** The version of this package; the bundle holds it as a constant. */

declare const CNN_VERSION: string | undefined;

export const version: string = typeof CNN_VERSION === "string" ? CNN_VERSION : "0.0.0-source";
