import type { z } from "zod";

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

/** zod, for who makes a schema of it. */
export type Zod = typeof z;

/**
 * A schema, or what makes one of zod. A call whose input is plain needs no more of a tool's schema
 * than its JSON form in the catalog, and loading zod takes a sixth of a one-shot command's time.
 */
export type SchemaSource<T> = Schema<T> | ((zod: Zod) => Schema<T>);

/** What a schema, or a source of one, gives. */
export type SchemaOutput<S> = S extends SchemaSource<infer T> ? T : never;
