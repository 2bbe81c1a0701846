import type { LM, LMRequest, LMResponse } from "../lm/types.ts";
import type { Demo } from "./state.ts";
import type { Signature } from "./signature.ts";

/** What an adapter makes of the program's part of a request. */
export type Prompt = Pick<LMRequest, "messages" | "schema" | "tools">;

/** Outputs as an adapter read them. */
export interface Parsed {
  /** Checked values by output field; optional ones that were left out are not in it. */
  readonly values: Record<string, unknown>;
  /** Set when the reply ended before the last value did. */
  readonly truncated?: true;
}

/** Writes a signature as messages, and reads the outputs back. */
export interface Adapter {
  /** What it is called in steps and errors. */
  readonly name: string;
  /**
   * Writes the request.
   *
   * @param demos examples that are shown as earlier turns; incomplete ones are marked as such.
   * @param input checked values by input field.
   * @param lm whom it is for: what it can do decides on the schema.
   */
  format(
    signature: Signature,
    demos: readonly Demo[],
    input: Readonly<Record<string, unknown>>,
    lm: LM,
  ): Prompt;
  /**
   * Reads the reply.
   *
   * @throws {ParseError} with all that is missing or wrong.
   */
  parse(signature: Signature, reply: LMResponse): Parsed;
}
