import type { Choice } from "./chooser.ts";

/** A call the mind wants. */
export interface ToolCall {
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
}

/** What came back for a call: refusals and errors are results too. */
export interface CallResult {
  readonly call: ToolCall;
  readonly ok: boolean;
  readonly text: string;
  readonly data: unknown;
  /** Set when the gate refused: the rule's id. */
  readonly refused?: string;
  readonly exitCode: number;
  /** Wall time in milliseconds. */
  readonly ms: number;
}

/** What a mind does in one turn: says something, calls tools, or both. No calls ends the run. */
export interface Turn {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** Set by a local mind: why the call was chosen. */
  readonly choice?: Choice;
  /** Whether the request was answered, with the last turn. Default true. */
  readonly ok?: boolean;
  /** Proposals for the user, with the last turn. */
  readonly next?: readonly string[];
}

/**
 * Decides what happens next: a model, or the local mind with its chooser. The loop knows neither
 * provider nor rules.
 */
export interface Mind {
  /**
   * @param results what came of the last turn's calls, in call order; empty at the first turn.
   * @param step 1 for the first turn.
   * @param last whether calls will no longer be made after this turn: the mind must sum up.
   */
  next(
    results: readonly CallResult[],
    step: number,
    last: boolean,
    signal: AbortSignal,
  ): Promise<Turn>;
}
