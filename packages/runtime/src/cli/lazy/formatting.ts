/** What the commands load only to format: Prettier stands behind it. */

export { format } from "@cnn-lang/parser";
