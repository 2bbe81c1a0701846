import type { RLConfig } from "../../rl/tools/rl_config.ts";
import type { RLToolEnv } from "../../rl/tools/tool_env.ts";
import type { Check } from "./checks.ts";
import type { Outcomes } from "./outcomes.ts";

/** One training. */
export interface Training {
  readonly config: RLConfig;
  readonly arms: readonly Check[];
  /** Of each environment. */
  readonly steps: number;
  /** Of what is drawn. */
  readonly seed: number;
  /** Takes each reward. */
  readonly outcomes: Outcomes;
  readonly signal: AbortSignal;
  makeEnv(): RLToolEnv;
}

/** What a training came to. */
export interface Learned {
  /** Name of what learned. */
  readonly policy: string;
  /** With which probability each arm would be taken next. */
  readonly next: ArrayLike<number>;
}
