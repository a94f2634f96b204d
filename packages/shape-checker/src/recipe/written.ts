/** Settings as their author wrote them: whatever has a default may be left out. */

/** `Required` are the keys that have none. */
export type Written<T, Required extends keyof T = never> = Pick<T, Required> & Partial<T>;

/** One of several forms that are told apart by `name`; `Required` says by name which keys have no default. */
export type WrittenForm<T extends { readonly name: string }, Required = Record<never, never>> = T extends unknown
  ? Written<T, "name" | Extract<keyof T, T["name"] extends keyof Required ? Required[T["name"]] : never>>
  : never;
