import type { RewardTotals, RlFiles } from "../rl_state_file.ts";

/** Rewards of a training, as they come. */
export interface Outcomes {
  /** Takes one; it is on its way to the files then. */
  add(tool: string, reward: number): void;
  /** How many, and their mean; 0 without any. */
  readonly count: number;
  readonly mean: number;
  /** By tool, in the order of the arms. */
  totals(): ReadonlyMap<string, RewardTotals>;
  /**
   * Waits until all is in the files.
   *
   * @throws {UserError} when one could not be written.
   */
  written(): Promise<void>;
}

/** Options of {@linkcode createOutcomes}. */
export interface OutcomesOptions {
  readonly files: Pick<RlFiles, "outcome" | "trained">;
  /** Name of what learns. */
  readonly policy: string;
  readonly arms: readonly string[];
  /** Told of each reward. */
  readonly onAdd: (tool: string, reward: number, all: Outcomes) => void;
  /** Called once when one could not be written. */
  readonly onFailure: () => void;
}

/**
 * Keeps the rewards of a training, each in the files as soon as it is known: an end at any moment
 * loses at most the last.
 */
export function createOutcomes(
  { files, policy, arms, onAdd, onFailure }: OutcomesOptions,
): Outcomes {
  const totals = new Map<string, RewardTotals>(arms.map((arm) => [arm, [0, 0]]));
  let [count, sum] = [0, 0];
  let failure: unknown;
  let writing = Promise.resolve();
  const none = Object.fromEntries(totals);
  write(() => files.trained(policy, none));
  const all: Outcomes = {
    add(tool, reward) {
      count++;
      sum += reward;
      const [before, earned] = totals.get(tool) ?? [0, 0];
      totals.set(tool, [before + 1, earned + reward]);
      const ts = Date.now();
      write(async () => {
        await files.outcome(tool, reward, ts);
        await files.trained(policy, { [tool]: [1, reward] });
      });
      onAdd(tool, reward, all);
    },
    get count() {
      return count;
    },
    get mean() {
      return count === 0 ? 0 : sum / count;
    },
    totals: () => totals,
    async written() {
      await writing;
      if (failure !== undefined) throw failure;
    },
  };
  return all;

  function write(work: () => Promise<void>): void {
    writing = writing.then(async () => {
      if (failure === undefined) await work();
    }).catch((error) => {
      failure = error;
      onFailure();
    });
  }
}
