import { createClassic, type Dynamics } from "./_classic.ts";
import type { ClassicOptions, StateEnv } from "./types.ts";

const GRAVITY = 10;
const TAU = 0.05;
const MOST_TORQUE = 2;
const MOST_TURN = 8;

const DYNAMICS: Dynamics = {
  name: "Pendulum-v1",
  spec: { obsSize: 3, actions: 1, continuous: true },
  // The angle is not wrapped: it counts the turns.
  most: [1e9, MOST_TURN],
  maxSteps: 200,
  start(state, rng) {
    state[0] = -Math.PI + 2 * Math.PI * rng.float();
    state[1] = -1 + 2 * rng.float();
  },
  move(state, action) {
    const angle = state[0]!;
    const turn = state[1]!;
    const torque = Math.min(Math.max(action, -MOST_TORQUE), MOST_TORQUE);
    const cost = wrapped(angle) ** 2 + 0.1 * turn ** 2 + 0.001 * torque ** 2;
    const pushed = turn + (3 * GRAVITY / 2 * Math.sin(angle) + 3 * torque) * TAU;
    const next = Math.min(Math.max(pushed, -MOST_TURN), MOST_TURN);
    state[0] = angle + next * TAU;
    state[1] = next;
    return -cost;
  },
  ended: () => false,
  observe(state, obs) {
    obs[0] = Math.cos(state[0]!);
    obs[1] = Math.sin(state[0]!);
    obs[2] = state[1]!;
  },
};

/** The same angle from -pi to pi. */
function wrapped(angle: number): number {
  const turn = 2 * Math.PI;
  const rest = (angle + Math.PI) % turn;
  return (rest < 0 ? rest + turn : rest) - Math.PI;
}

/**
 * Pendulum-v1: turn a pendulum, with a torque from -2 to 2 (beyond it is clipped), so that it stands
 * upright. An observation is the angle's cosine and sine, and the angular speed; a step costs the
 * angle's square from upright and a little for speed and torque, both as they were before it; no
 * episode ends by itself, each is cut off after 200 steps.
 *
 * Source: constants and order of the arithmetic as in gymnasium's Pendulum-v1.
 *
 * @throws {RangeError} when `maxSteps` or the seed is no such number.
 *
 * @example
 * ```ts
 * import { createPendulum } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const env = createPendulum();
 * env.setState([0, 0]);
 * assert.equal(env.step(0).reward, -0);
 * env.setState([Math.PI, 0]);
 * assert.equal(env.step(0).reward, -(Math.PI ** 2));
 * ```
 */
export function createPendulum(options?: ClassicOptions): StateEnv {
  return createClassic(DYNAMICS, options);
}
