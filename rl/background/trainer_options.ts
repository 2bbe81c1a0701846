import type { Store } from "../../core/store/types.ts";
import type { SparsePrior } from "../chooser/sparse_model.ts";
import type { GateOptions } from "../ope/gate_types.ts";
import type { Champion } from "../chooser/champion.ts";
import type { PolicyVariant } from "../chooser/policy_variant.ts";
import type { VerdictRecord } from "./verdicts.ts";

/** Options of a background trainer. */
export interface TrainerOptions {
  /** Where the log, the state, the verdicts and the champion are. */
  readonly store: Pick<Store, "append" | "read" | "head" | "get" | "put" | "update" | "commit">;
  /** Who wants the champion's place; the policy that ships is one more. Default `CHALLENGERS`. */
  readonly challengers?: readonly PolicyVariant[] | undefined;
  /** What the sessions know beforehand. Default nothing. */
  readonly prior?: SparsePrior | undefined;
  /** Share of first choices in which the sessions try something. Default 0.02, as theirs. */
  readonly explore?: number | undefined;
  /**
   * Thresholds of the gate, whose rows have the guards `failures`, `asked` (0 or 1) and `seconds`.
   * Default: a floor of half of `explore` (0.01 without), the usual reward taken off before it is weighed
   * (`centre`), no guards.
   */
  readonly gate?: Partial<GateOptions> | undefined;
  /** How long the right to write lasts without a sign of life, in milliseconds. Default 30,000. */
  readonly lease?: number | undefined;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Names who writes. Default `crypto.randomUUID`. */
  readonly newId?: (() => string) | undefined;
  /** Entries of the log that a pass takes at most. Default all there are. */
  readonly most?: number | undefined;
  /**
   * Entries of the log that are kept. Once there are a quarter more, those before are trimmed, and
   * what was learned of them is kept instead. Default `KEPT_ENTRIES`, 10,000.
   */
  readonly keep?: number | undefined;
  /** Ends a pass early; what was taken is committed. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
  /** Told each verdict once it is in the store. Default nobody. */
  readonly onVerdict?: ((record: VerdictRecord) => void) | undefined;
  /** Told when another policy is to be played, or in another share. Default nobody. */
  readonly onChampion?: ((champion: Champion) => void) | undefined;
  /** Told in one sentence what went wrong without ending anything. Default nobody. */
  readonly warn?: ((text: string) => void) | undefined;
}

/** What a pass of the trainer did. */
export interface TrainingReport {
  /** Whether it could work; another trainer may have been at it. */
  readonly ran: boolean;
  /** Why it did not, in one clause. */
  readonly why?: string;
  /** Entries of the log that were read. */
  readonly entries: number;
  /** Offset of the log up to which all are; 0 if it did not run. */
  readonly offset: number;
  /** Outcomes that were known, of decisions whose probabilities had been computed before. */
  readonly outcomes: number;
  /** Such decisions of which nothing ever became known: the gate takes the worst of them. */
  readonly missing: number;
  /** Entries of the log that were trimmed, as all they said is learned. */
  readonly trimmed: number;
  /** What the gate said. */
  readonly verdicts: readonly VerdictRecord[];
  /** Who is to be played now. */
  readonly champion: Champion;
}
