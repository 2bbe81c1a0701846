import { describeError, UserError } from "../../core/errors.ts";
import { isRecord } from "../../core/is_record.ts";
import type { EventStream, Subscription } from "../bus/types.ts";

/** What was learned of one tool. */
export interface OnlineToolState {
  /** Rewards that counted. */
  readonly count: number;
  /** Their mean. */
  readonly mean_reward: number;
  /** A weight by feature; empty before the first reward that came with a vector. */
  readonly w: readonly number[];
}

/** What `.dspy_online_bandit.json` holds. */
export interface OnlineBanditState {
  /** By name of the tool. */
  readonly tools: Readonly<Record<string, OnlineToolState>>;
  /** Seconds since the epoch of the newest reward; 0 before the first. */
  readonly updated_at: number;
}

/** Options of {@linkcode OnlineBanditUpdater}. */
export interface OnlineBanditOptions {
  /** The newest vector of features; undefined when there is none. */
  readonly vector: () => readonly number[] | undefined;
  /** Step of learning, above 0. Default 0.05; `ONLINE_BANDIT_ALPHA` is the caller's to read. */
  readonly alpha?: number;
  /** State to go on from. */
  readonly from?: OnlineBanditState;
  /** Keeps the state: at most once in `saveMs`, and at the end. Default: nobody does. */
  readonly save?: (state: OnlineBanditState) => Promise<void>;
  /** Milliseconds between two saves. Default 2,000. */
  readonly saveMs?: number;
  /** Topic of the rewards. Default `agent.learning`. */
  readonly topic?: string;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Ends it as `stop` does. */
  readonly signal?: AbortSignal;
}

/** Counters of an {@linkcode OnlineBanditUpdater}. */
export interface OnlineBanditMetrics {
  /** Rewards that counted. */
  readonly updates: number;
  /** Messages without a tool or a finite reward, and vectors of another length. */
  readonly ignored: number;
  /** Saves that failed; the next one has their news, too. */
  readonly save_errors: number;
  /** Why the last one failed. */
  readonly last_error: string | null;
}

/**
 * Learns online what a reward is worth in the state the streams are in: for each tool a linear model
 * of the newest vector, `w += α · (r − w·x) · x`, fed by `agent.learning`.
 *
 * @example
 * ```ts
 * import { OnlineBanditUpdater } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const bandit = new OnlineBanditUpdater({ vector: () => [1, 0.5], alpha: 0.1 });
 * bandit.update("grep", 1);
 * assert.deepEqual(bandit.state().tools["grep"], { count: 1, mean_reward: 1, w: [0.1, 0.05] });
 * assert.equal(bandit.predict("grep"), 0.125);
 * ```
 */
export class OnlineBanditUpdater {
  readonly #options: OnlineBanditOptions;
  readonly #alpha: number;
  readonly #now: () => number;
  readonly #tools: Map<string, OnlineToolState>;
  #updatedAt: number;
  #counts = { updates: 0, ignored: 0, save_errors: 0 };
  #lastError: string | null = null;
  #subscription: Subscription | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();

  /**
   * Makes one; `start` listens to the topic.
   *
   * @throws {UserError} `usage` when `alpha` is no number above 0.
   */
  constructor(options: OnlineBanditOptions) {
    const { alpha = 0.05, from, now = Date.now } = options;
    if (!(alpha > 0 && alpha < Infinity)) {
      throw new UserError("usage", `alpha is ${alpha}; expected a number above 0`);
    }
    this.#options = options;
    this.#alpha = alpha;
    this.#now = now;
    this.#tools = new Map(Object.entries(from?.tools ?? {}));
    this.#updatedAt = from?.updated_at ?? 0;
  }

  /** Subscribes to the rewards; a second call does nothing. */
  start(stream: EventStream): void {
    const { topic = "agent.learning", signal } = this.#options;
    if (signal?.aborted) return;
    this.#subscription ??= stream.subscribe(topic, ({ value }) => {
      if (isRecord(value) && typeof value.tool === "string" && typeof value.reward === "number") {
        this.update(value.tool, value.reward);
      } else {
        this.#counts.ignored++;
      }
    });
    signal?.addEventListener("abort", () => void this.stop(), { once: true });
  }

  /** Learns from one reward; one that is no finite number is ignored and counted. */
  update(tool: string, reward: number): void {
    if (!Number.isFinite(reward)) {
      this.#counts.ignored++;
      return;
    }
    const { count, mean_reward, w } = this.#tools.get(tool) ?? { count: 0, mean_reward: 0, w: [] };
    this.#tools.set(tool, {
      count: count + 1,
      mean_reward: mean_reward + (reward - mean_reward) / (count + 1),
      w: this.#learn(w, reward),
    });
    this.#updatedAt = this.#now() / 1000;
    this.#counts.updates++;
    if (this.#options.save !== undefined) {
      this.#timer ??= setTimeout(() => this.#save(), this.#options.saveMs ?? 2000);
    }
  }

  /** What reward is expected now; undefined when nothing was learned of the tool with a vector. */
  predict(tool: string): number | undefined {
    const [x, w] = [this.#options.vector(), this.#tools.get(tool)?.w];
    return x === undefined || w === undefined || w.length !== x.length ? undefined : dot(w, x);
  }

  /** All that was learned. */
  state(): OnlineBanditState {
    return { tools: Object.fromEntries(this.#tools), updated_at: this.#updatedAt };
  }

  /** Counters. */
  metrics(): OnlineBanditMetrics {
    return { ...this.#counts, last_error: this.#lastError };
  }

  /** Ends the subscription and saves what is new. */
  async stop(): Promise<void> {
    await this.#subscription?.close();
    if (this.#timer !== undefined) this.#save();
    await this.#saving;
  }

  #learn(w: readonly number[], reward: number): readonly number[] {
    const x = this.#options.vector();
    if (x === undefined) return w;
    if (w.length === 0) return x.map((value) => this.#alpha * reward * value);
    if (w.length !== x.length) {
      this.#counts.ignored++;
      return w;
    }
    const step = this.#alpha * (reward - dot(w, x));
    return w.map((weight, i) => weight + step * x[i]!);
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { save } = this.#options;
    // One after another: an older state must not come to stand over a newer one.
    this.#saving = this.#saving.then(() => save?.(this.state())).catch((error) => {
      this.#counts.save_errors++;
      this.#lastError = describeError(error);
    });
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
