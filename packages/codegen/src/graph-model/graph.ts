/**
 * A TensorFlow graph, as TensorFlow.js's `loadGraphModel` reads it: nodes with the names of TensorFlow's operations, and constants.
 * Everything is channels-last with the batch first, whose size a graph leaves open.
 */

/** A value of the graph: the name of the node that makes it. */
export interface Node {
  readonly name: string;
}

/** An attribute, as TensorFlow writes it in JSON. */
type Attribute =
  | { readonly i: number }
  | { readonly f: number }
  | { readonly b: boolean }
  /** Text, in base 64. */
  | { readonly s: string }
  | { readonly type: "DT_FLOAT" | "DT_INT32" }
  | { readonly shape: GraphShape }
  | { readonly list: { readonly i: readonly number[] } };

export type Attributes = Readonly<Record<string, Attribute>>;

/** A shape in which −1 is left open. */
export interface GraphShape {
  readonly dim: readonly { readonly size: number }[];
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Attributes;
}

export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly Constant[];
  /** Adds an operation on values; its name is made from the current layer's. */
  node(op: string, inputs: readonly Node[], attributes?: Attributes): Node;
  /** Adds a constant of real numbers, under a name of its own; asked for a second time by that name, it is the same. */
  floats(values: Float32Array | readonly number[], shape: readonly number[], name?: string): Node;
  /** Whole numbers: a list, unless they have another shape; a single one is a scalar. */
  ints(values: readonly number[] | number, shape?: readonly number[]): Node;
  /** Names what comes from here on after a layer. */
  enter(path: string): void;
  /** An input of the graph, or another name for a value: an output. */
  placeholder(name: string, shape: GraphShape): Node;
  named(name: string, value: Node): Node;
}

export const list = (numbers: readonly number[]): Attribute => ({ list: { i: numbers } });

/** ASCII text as an attribute: TensorFlow's JSON has it in base 64. */
export const text = (word: "VALID" | "EXPLICIT" | "NHWC" | "NDHWC"): Attribute => ({ s: { VALID: "VkFMSUQ=", EXPLICIT: "RVhQTElDSVQ=", NHWC: "TkhXQw==", NDHWC: "TkRIV0M=" }[word] });

export function createGraph(): Graph {
  const nodes: GraphNode[] = [];
  const constants: Constant[] = [];
  const taken = new Set<string>();
  const shared = new Map<string, Node>();
  let prefix = "";

  function fresh(wanted: string): string {
    const base = safe(wanted);
    let name = base;
    for (let copy = 1; taken.has(name); copy += 1) name = `${base}_${copy}`;
    taken.add(name);
    return name;
  }

  function add(name: string, op: string, inputs: readonly Node[], attr: Attributes): Node {
    nodes.push({ name, op, input: inputs.map((input) => input.name), attr });
    return { name };
  }

  function constant(name: string, shape: readonly number[], values: Float32Array | Int32Array): Node {
    constants.push({ name, shape, values });
    return add(name, "Const", [], { dtype: { type: values instanceof Int32Array ? "DT_INT32" : "DT_FLOAT" } });
  }

  return {
    nodes,
    constants,
    enter(path) {
      prefix = path;
    },
    node: (op, inputs, attributes = {}) => add(fresh(`${prefix}/${op}`), op, inputs, attributes),
    floats(values, shape, name) {
      const known = name === undefined ? undefined : shared.get(name);
      if (known) return known;
      const made = constant(fresh(name ?? `${prefix}/constant`), shape, Float32Array.from(values));
      if (name !== undefined) shared.set(name, made);
      return made;
    },
    ints: (values, shape) =>
      typeof values === "number" ? constant(fresh(`${prefix}/number`), [], Int32Array.of(values)) : constant(fresh(`${prefix}/numbers`), shape ?? [values.length], Int32Array.from(values)),
    placeholder: (name, shape) => add(fresh(name), "Placeholder", [], { dtype: { type: "DT_FLOAT" }, shape: { shape } }),
    named: (name, value) => add(fresh(name), "Identity", [value], {}),
  };
}

/** Graphs read `:` as an output's number and `^` as an order; objects of JavaScript have names of their own. */
function safe(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}_.\-/]/gu, "_");
  return plain in Object.prototype ? `${plain}_` : plain;
}
