import { createClassic, type Dynamics } from "./_classic.ts";
import type { ClassicOptions, StateEnv } from "./types.ts";

const GRAVITY = 9.8;
const POLE_MASS = 0.1;
const TOTAL_MASS = 0.1 + 1;
/** Half the pole's length. */
const LENGTH = 0.5;
const POLE_MASS_LENGTH = POLE_MASS * LENGTH;
const FORCE = 10;
const TAU = 0.02;
/** Where an episode ends: 12 degrees. */
const MOST_ANGLE = 12 * 2 * Math.PI / 360;
const MOST_X = 2.4;

const DYNAMICS: Dynamics = {
  name: "CartPole-v1",
  spec: { obsSize: 4, actions: 2 },
  most: [MOST_X, 1000, MOST_ANGLE, 1000],
  maxSteps: 500,
  start(state, rng) {
    for (let i = 0; i < 4; i++) state[i] = -0.05 + 0.1 * rng.float();
  },
  move(state, action) {
    const speed = state[1]!;
    const angle = state[2]!;
    const turn = state[3]!;
    const force = action === 1 ? FORCE : -FORCE;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const temp = (force + POLE_MASS_LENGTH * (turn * turn) * sin) / TOTAL_MASS;
    const angular = (GRAVITY * sin - cos * temp) /
      (LENGTH * (4 / 3 - POLE_MASS * (cos * cos) / TOTAL_MASS));
    const linear = temp - POLE_MASS_LENGTH * angular * cos / TOTAL_MASS;
    // Explicit Euler: the positions move with the old velocities.
    state[0]! += TAU * speed;
    state[1] = speed + TAU * linear;
    state[2] = angle + TAU * turn;
    state[3] = turn + TAU * angular;
    return 1;
  },
  ended: (state) => Math.abs(state[0]!) > MOST_X || Math.abs(state[2]!) > MOST_ANGLE,
  observe: (state, obs) => obs.set(state),
};

/**
 * CartPole-v1: push a cart left (0) or right (1) so that the pole on it does not fall. An
 * observation is x, speed, angle, angular speed; each step earns 1; an episode ends beyond 2.4 from
 * the middle or 12 degrees, and is cut off after 500 steps.
 *
 * Source: Barto, Sutton, Anderson, "Neuronlike adaptive elements that can solve difficult learning
 * control problems", IEEE SMC 13 (1983), in the form of Florian, "Correct equations for the dynamics
 * of the cart-pole system" (2007), without friction; constants and order of the arithmetic as in
 * gymnasium's CartPole-v1.
 *
 * @throws {RangeError} when `maxSteps` or the seed is no such number.
 *
 * @example
 * ```ts
 * import { createCartPole } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const env = createCartPole();
 * env.reset(7);
 * let steps = 1;
 * while (!env.step(1).terminated) steps++;
 * assert.ok(steps < 12, "pushed to one side only, the pole falls at once");
 * ```
 */
export function createCartPole(options?: ClassicOptions): StateEnv {
  return createClassic(DYNAMICS, options);
}
