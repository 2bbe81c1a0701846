import type { Schema } from "../schema.ts";

/** What a {@linkcode react} program may call. */
export interface ProgramTool<
  // deno-lint-ignore no-explicit-any -- a list holds tools of every input type
  I = any,
> {
  /** What the model calls it by: letters, digits, `_` and `-`; not `finish`. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Checks the arguments; every zod object is one. */
  readonly input: Schema<I>;
  /** Whether it changes nothing: the same call in one run is then answered from memory. */
  readonly readOnly?: boolean;
  /**
   * Does it. What it throws is shown to the model.
   *
   * @returns text, or what is shown as JSON.
   */
  run(input: I, signal?: AbortSignal): unknown;
}
