/** The families of codes, by which indexes are ordered: what a code begins with, and what it is about. */

export interface Family {
  /** What its codes begin with: `CNN40`. */
  readonly prefix: string;
  readonly title: string;
}

export const families: readonly Family[] = [
  { prefix: "CNN1", title: "The text" },
  { prefix: "CNN2", title: "Names, imports and programs" },
  { prefix: "CNN3", title: "Values and arguments" },
  { prefix: "CNN40", title: "Shapes: what does not fit" },
  { prefix: "CNN41", title: "The flow" },
  { prefix: "CNN42", title: "What trains badly" },
  { prefix: "CNN43", title: "Hints" },
  { prefix: "CNN5", title: "Weights: reuse, freeze, load" },
  { prefix: "CNN6", title: "Recipes: data, model and loss" },
  { prefix: "CNN7", title: "Data" },
  { prefix: "CNN8", title: "Files and runs" },
  { prefix: "CNN9", title: "Limits" },
];
