/**
 * What checks a value of unknown kind and gives it the type `T`: every zod 4 schema is one. It is
 * named by what is used of it, so that a tool's copy of zod need not be the one used here.
 */
export interface Schema<T> {
  /** The checked value, with defaults filled in; throws for one that does not fit. */
  parse(value: unknown): T;
  /** The same without throwing. */
  safeParse(value: unknown): Checked<T>;
  /** As JSON Schema: what goes in, with `any` for what that cannot say. */
  toJSONSchema(options: { readonly io: "input"; readonly unrepresentable: "any" }): object;
}

/** The outcome of {@linkcode Schema.safeParse}. */
export type Checked<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };

/** Why a value does not fit. */
export interface Issue {
  /** Where in the value, key by key. */
  readonly path: readonly PropertyKey[];
  /** What is wrong, as one clause. */
  readonly message: string;
}
