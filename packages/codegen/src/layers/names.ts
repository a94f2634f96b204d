/**
 * Layers of TensorFlow.js are called after their paths. Its names begin with a letter or digit and hold letters, digits, `.`,
 * `_`, `-` and `/`; so what else a path holds is written `/` and four hexadecimal digits, and `0/-` stands before a path
 * that begins otherwise, or is the name of what every object has, which confuses TensorFlow.js. Layers that only help one are
 * called `path/pad` and the like, which is no escape.
 */

const escaped = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9._-]/g, (unit) => `/${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The name of the layer of a path; two paths never share one. */
export const layerName = (path: string): string => `${/^[A-Za-z0-9]/.test(path) && !(path in Object.prototype) ? "" : "0/-"}${escaped(path)}`;

/** What follows a name when `rest` follows its path. */
export const nameEnding = (rest: string): string => escaped(rest);
