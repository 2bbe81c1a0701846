import { createClassic, type Dynamics } from "./_classic.ts";
import type { ClassicOptions, StateEnv } from "./types.ts";

const GRAVITY = 9.8;
const TAU = 0.2;
const MOST_TURN_1 = 4 * Math.PI;
const MOST_TURN_2 = 9 * Math.PI;

const DYNAMICS: Dynamics = {
  name: "Acrobot-v1",
  spec: { obsSize: 6, actions: 3 },
  most: [Math.PI, Math.PI, MOST_TURN_1, MOST_TURN_2],
  maxSteps: 500,
  start(state, rng) {
    // Single precision, as the published environment draws it.
    for (let i = 0; i < 4; i++) state[i] = Math.fround(-0.1 + 0.2 * rng.float());
  },
  move(state, action) {
    rungeKutta(state, action - 1);
    state[0] = wrapped(state[0]!);
    state[1] = wrapped(state[1]!);
    state[2] = Math.min(Math.max(state[2]!, -MOST_TURN_1), MOST_TURN_1);
    state[3] = Math.min(Math.max(state[3]!, -MOST_TURN_2), MOST_TURN_2);
    return DYNAMICS.ended(state) ? 0 : -1;
  },
  ended: (state) => -Math.cos(state[0]!) - Math.cos(state[1]! + state[0]!) > 1,
  observe(state, obs) {
    obs[0] = Math.cos(state[0]!);
    obs[1] = Math.sin(state[0]!);
    obs[2] = Math.cos(state[1]!);
    obs[3] = Math.sin(state[1]!);
    obs[4] = state[2]!;
    obs[5] = state[3]!;
  },
};

/** The same angle from -pi to pi; no step turns further than a few times round. */
function wrapped(angle: number): number {
  let near = angle;
  while (near > Math.PI) near -= 2 * Math.PI;
  while (near < -Math.PI) near += 2 * Math.PI;
  return near;
}

/** Slopes and the state they are taken at, used again by every step. */
const [k1, k2, k3, k4, at] = Array.from({ length: 5 }, () => new Float64Array(4)) as [
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
];

/** One step of the classical method of fourth order (Kutta, 1901). */
function rungeKutta(state: Float64Array, torque: number): void {
  slope(state, torque, k1);
  slope(along(state, k1, TAU / 2), torque, k2);
  slope(along(state, k2, TAU / 2), torque, k3);
  slope(along(state, k3, TAU), torque, k4);
  for (let i = 0; i < 4; i++) {
    state[i]! += TAU / 6 * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
  }
}

function along(state: Float64Array, slope: Float64Array, time: number): Float64Array {
  for (let i = 0; i < 4; i++) at[i] = state[i]! + time * slope[i]!;
  return at;
}

/** How the state changes: masses and lengths 1, centres in the middle, moments of inertia 1. */
function slope(state: Float64Array, torque: number, out: Float64Array): void {
  const angle1 = state[0]!;
  const angle2 = state[1]!;
  const turn1 = state[2]!;
  const turn2 = state[3]!;
  const cos2 = Math.cos(angle2);
  const sin2 = Math.sin(angle2);
  const d1 = 0.25 + (1.25 + cos2) + 1 + 1;
  const d2 = 0.25 + 0.5 * cos2 + 1;
  const phi2 = 0.5 * GRAVITY * Math.cos(angle1 + angle2 - Math.PI / 2);
  const phi1 = -0.5 * (turn2 * turn2) * sin2 - turn2 * turn1 * sin2 +
    1.5 * GRAVITY * Math.cos(angle1 - Math.PI / 2) + phi2;
  out[0] = turn1;
  out[1] = turn2;
  out[3] = (torque + d2 / d1 * phi1 - 0.5 * (turn1 * turn1) * sin2 - phi2) /
    (1.25 - d2 * d2 / d1);
  out[2] = -(d2 * out[3] + phi1) / d1;
}

/**
 * Acrobot-v1: bend the joint of a hanging double pendulum (torque -1, 0, 1 for the actions 0, 1, 2)
 * until its foot swings above the bar. An observation is cosine and sine of both angles and both
 * angular speeds; each step costs 1 except the last; an episode is cut off after 500 steps.
 *
 * Source: Sutton and Barto, "Reinforcement Learning", 1st edition, section 11.3 ("book" dynamics);
 * constants as in gymnasium's Acrobot-v1.
 *
 * @throws {RangeError} when `maxSteps` or the seed is no such number.
 *
 * @example
 * ```ts
 * import { createAcrobot } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const env = createAcrobot();
 * env.reset(7);
 * let step = env.step(0);
 * // Bending along with the lower link adds energy.
 * while (!step.terminated && !step.truncated) step = env.step(step.obs[5]! > 0 ? 2 : 0);
 * assert.ok(step.terminated);
 * ```
 */
export function createAcrobot(options?: ClassicOptions): StateEnv {
  return createClassic(DYNAMICS, options);
}
