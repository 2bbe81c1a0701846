import type { LearnerStatus } from "../../core/agent/learner.ts";
import type { Json, Store } from "../../core/store/types.ts";
import type { EventStream } from "../../streaming/bus/types.ts";
import type { LmCircuit } from "./lm_circuit.ts";
import type { ToolRuns } from "./tool_runs.ts";

/** What is live in a process. What is left out is answered with a reason and never made up. */
export interface StatusDeps {
  /** The bus: its counters, dead letters and health. */
  readonly bus?: Pick<EventStream, "metrics" | "health" | "latest">;
  /** The workspace's store: what was found out of containers, code and deployments. */
  readonly store?: Pick<Store, "get" | "list">;
  /** How the model's server is. */
  readonly lmCircuit?: () => LmCircuit;
  /** What was learned so far, as `rl status` gives it. */
  readonly learner?: () => LearnerStatus | undefined | Promise<LearnerStatus | undefined>;
  /** What the learner of streams reports. */
  readonly streamRl?: () => Json | undefined | Promise<Json | undefined>;
  /** What the online bandit reports. */
  readonly onlineBandit?: () => Json | undefined | Promise<Json | undefined>;
  /** How the automatic training is. */
  readonly auto?: () => Json | undefined | Promise<Json | undefined>;
  /** Load of the machine. */
  readonly hardware?: () => Json | undefined | Promise<Json | undefined>;
  /** How the runs of tools went. */
  readonly tools?: () => readonly ToolRuns[] | undefined | Promise<readonly ToolRuns[] | undefined>;
  /** Jobs that wait in the queue. */
  readonly queueDepth?: () => number | undefined | Promise<number | undefined>;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Told what a source threw; the answer says only that it could not be read. Default nobody. */
  readonly onError?: (error: unknown) => void;
}
