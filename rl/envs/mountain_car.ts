import { createClassic, type Dynamics } from "./_classic.ts";
import type { ClassicOptions, StateEnv } from "./types.ts";

const LEFT_WALL = -1.2;
const RIGHT_WALL = 0.6;
const GOAL = 0.5;
const MOST_SPEED = 0.07;
const FORCE = 0.001;
const GRAVITY = 0.0025;

const DYNAMICS: Dynamics = {
  name: "MountainCar-v0",
  spec: { obsSize: 2, actions: 3 },
  most: [-LEFT_WALL, MOST_SPEED],
  maxSteps: 200,
  start(state, rng) {
    state[0] = -0.6 + 0.2 * rng.float();
    state[1] = 0;
  },
  move(state, action) {
    const pushed = state[1]! + ((action - 1) * FORCE + Math.cos(3 * state[0]!) * -GRAVITY);
    const speed = Math.min(Math.max(pushed, -MOST_SPEED), MOST_SPEED);
    const x = Math.min(Math.max(state[0]! + speed, LEFT_WALL), RIGHT_WALL);
    state[0] = x;
    state[1] = x === LEFT_WALL && speed < 0 ? 0 : speed;
    return -1;
  },
  ended: (state) => state[0]! >= GOAL && state[1]! >= 0,
  observe: (state, obs) => obs.set(state),
};

/**
 * MountainCar-v0: push a weak car left (0), not at all (1) or right (2) until it leaves the valley
 * on the right. An observation is position and speed; each step costs 1; an episode ends at the goal
 * at 0.5 and is cut off after 200 steps.
 *
 * Source: Moore, "Efficient memory-based learning for robot control" (1990); Sutton and Barto,
 * "Reinforcement Learning", 2nd edition, example 10.1; constants and order of the arithmetic as in
 * gymnasium's MountainCar-v0.
 *
 * @throws {RangeError} when `maxSteps` or the seed is no such number.
 *
 * @example
 * ```ts
 * import { createMountainCar } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const env = createMountainCar();
 * let [, speed] = env.reset(7);
 * let step = env.step(1);
 * while (!step.terminated && !step.truncated) {
 *   speed = step.obs[1];
 *   step = env.step(speed! < 0 ? 0 : 2);
 * }
 * assert.ok(step.terminated, "pushing the way it moves swings it out");
 * ```
 */
export function createMountainCar(options?: ClassicOptions): StateEnv {
  return createClassic(DYNAMICS, options);
}
