import { fits, isRecord } from "./_seal.ts";
import type { Learner, Trainable, TrainEnv } from "./types.ts";

/**
 * Binds a learner to the environment it acts in, so that both are started, kept and resumed
 * together.
 *
 * @example
 * ```ts
 * import { createCartPoleVector, createPpo, onEnv } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const make = () =>
 *   onEnv(createPpo({ obsSize: 4, actions: 2, nEnvs: 2, numSteps: 32 }), createCartPoleVector(2));
 * const one = make();
 * await one.start(7);
 * await one.iterate();
 * const other = make();
 * assert.equal(other.restore(JSON.parse(JSON.stringify(one.snapshot()))), true);
 * assert.deepEqual(await other.iterate(), await one.iterate());
 * ```
 */
export function onEnv(learner: Learner, env: TrainEnv): Trainable {
  return {
    kind: learner.kind,
    policy: learner.policy,
    start(seed) {
      learner.abandon();
      return env.reset(seed);
    },
    iterate: () => learner.iterate(env),
    // An environment without a state of its own to keep gives none.
    snapshot: () => ({ learner: learner.snapshot(), env: env.snapshot() ?? null }),
    restore(snapshot) {
      fits(isRecord(snapshot), "it is none of a learner with its environment");
      const apply = learner.restore(snapshot["learner"]);
      const kept = snapshot["env"];
      if (kept !== null) env.restore(kept);
      apply();
      return kept !== null;
    },
  };
}
