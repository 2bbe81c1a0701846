import type { LMUsage } from "../lm/types.ts";
import type { Choice } from "./chooser.ts";

/** A call the mind wants. */
export interface ToolCall {
  /** Unique in its session. */
  readonly id: string;
  /** Name or alias of the tool. */
  readonly tool: string;
  /** Its input, unchecked. */
  readonly input: unknown;
  /** Set when a model wrote what cannot be read as a call: why, in one clause. It is not run. */
  readonly problem?: string;
}

/** What came back for a call: refusals and errors are results too. */
export interface CallResult {
  /** The call, as it was asked for. */
  readonly call: ToolCall;
  /** False when it failed, was refused or found nothing. */
  readonly ok: boolean;
  /** The result for people and models, or the error in one line; free of secrets. */
  readonly text: string;
  /** The result for programs: plain JSON; null after an error. */
  readonly data: unknown;
  /** Set when the gate refused: the rule's id. */
  readonly refused?: string;
  /** Set when a person was asked: what they said. */
  readonly approved?: boolean;
  /** What a process that made only this call would exit with. */
  readonly exitCode: number;
  /** Wall time in milliseconds. */
  readonly ms: number;
  /** What it took, when the call asked a model itself. */
  readonly usage?: LMUsage;
}

/** What a mind does in one turn: says something, calls tools, or both. No calls ends the run. */
export interface Turn {
  /** What the mind says; empty for nothing. */
  readonly text: string;
  /** What it calls: side by side when all of them only read, else in this order. */
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
   * Takes the next turn.
   *
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
  /** Told what came of a turn's calls as soon as they are done, also when the run ends then. */
  took?(results: readonly CallResult[]): Promise<void>;
  /** Told what the person said while the last turn's calls ran. Default: it is passed over. */
  hear?(text: string): void | Promise<void>;
}
