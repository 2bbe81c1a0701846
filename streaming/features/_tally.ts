import { describeError } from "../../core/errors.ts";
import type { SignatureCounts } from "./signature_stream_manager.ts";

/** What is counted of one signature. */
export class Tally {
  #processed = 0;
  #verifierErrors = 0;
  #errors = 0;
  #lastError: string | null = null;
  #rewards = 0;
  #rewardSum = 0;

  /** A message was judged. */
  judge(reward: number | null): void {
    this.#processed++;
    if (reward === null) return;
    this.#rewards++;
    this.#rewardSum += reward;
  }

  /** A verifier gave no score. */
  failVerifier(reason: string): void {
    this.#verifierErrors++;
    this.#lastError = reason;
  }

  /** A message could not be handed on. */
  fail(error: unknown): void {
    this.#errors++;
    this.#lastError = describeError(error);
  }

  /** As it is told. */
  read(): SignatureCounts {
    return {
      processed: this.#processed,
      verifier_errors: this.#verifierErrors,
      errors: this.#errors,
      last_error: this.#lastError,
      mean_reward: this.#rewards === 0 ? null : this.#rewardSum / this.#rewards,
    };
  }
}
