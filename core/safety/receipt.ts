import type { Verdict } from "./decision.ts";

/** One decision, as it is kept. No file contents, no output, no secrets. */
export interface Receipt {
  /** Id of the session. */
  readonly session: string;
  /** Name of the tool. */
  readonly tool: string;
  /** The argv as one line, or the real path, or the tool's name. */
  readonly what: string;
  /** What the gate, and then the person, said. */
  readonly verdict: Verdict;
  /** Id of the rule that decided. */
  readonly rule: string;
  /** The exact thing the verdict holds for. */
  readonly granted: string;
  /** What was used of it, once that is known: the argv started, the files written. */
  readonly used?: string;
  /** Bytes written, or printed by the program. */
  readonly bytes?: number;
  /** Exit code of the program; null when a signal ended it. */
  readonly exitCode?: number | null;
}

/** A receipt as it stands in the log. */
export interface StoredReceipt extends Receipt {
  /** Version of the line's format. */
  readonly v: 1;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** SHA-256 of the line before, in hex; 64 zeros in the first. */
  readonly prev: string;
}
