/** What the commands load only to draw: the layout of graphs, a megabyte and a half of WebAssembly. */

export { drawSvg } from "../../graph/svg.ts";
