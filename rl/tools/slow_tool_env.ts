import type { SlowEnv } from "../envs/types.ts";
import type { RLToolEnv } from "./tool_env.ts";

/**
 * A tool environment as one of a pool: `createEnvPool` runs many side by side, each in a workspace
 * of its own. Tools have no seed.
 *
 * @example
 * ```ts
 * import { createEnvPool, createToolEnv, slowToolEnv } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const make = () =>
 *   slowToolEnv(createToolEnv((tool) => ({ tool, ok: true, metrics: { pass_rate: 1 } })));
 * const pool = createEnvPool([make(), make()]);
 * const started = await pool.recv(2);
 * pool.send(started.map(({ env }) => env), [0, 0]);
 * const step = (await pool.recv(2)).find(({ kind }) => kind === "step");
 * assert.equal(step?.kind === "step" && step.reward, 1);
 * await pool.stop();
 * ```
 */
export function slowToolEnv(env: RLToolEnv): SlowEnv {
  return {
    spec: { obsSize: env.obsSize, actions: env.actionNames.length },
    reset: async () => (await env.reset())[0],
    async step(action, signal) {
      const [obs, reward, terminated, truncated] = await env.step(action, signal);
      return { obs, reward, terminated, truncated };
    },
    mask: () => env.mask(),
  };
}
