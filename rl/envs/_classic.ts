import { createRng, type Rng, type RngState } from "../rng.ts";
import { intact, integer, numbers, openSnapshot } from "./_snapshot.ts";
import type { ClassicOptions, EnvSpec, StateEnv } from "./types.ts";

/** What sets one environment of classic control apart from the others. */
export interface Dynamics {
  /** Its published name, which is written into snapshots. */
  readonly name: string;
  readonly spec: EnvSpec;
  /** What the numbers of a state may be while an episode goes on, without their signs. */
  readonly most: readonly number[];
  /** The published limit of time. */
  readonly maxSteps: number;
  /** Draws a first state. */
  start(state: Float64Array, rng: Rng): void;
  /** Moves the state by one step, and says what that earned. */
  move(state: Float64Array, action: number): number;
  ended(state: Float64Array): boolean;
  observe(state: Float64Array, obs: Float64Array): void;
}

/** An environment of these dynamics: its episodes, its limit of time and its snapshots. */
export function createClassic(dynamics: Dynamics, options: ClassicOptions = {}): StateEnv {
  const { name, spec, most } = dynamics;
  const maxSteps = checkMaxSteps(options.maxSteps ?? dynamics.maxSteps);
  const state = new Float64Array(most.length);
  const obs = new Float64Array(spec.obsSize);
  let rng = createRng(options.seed ?? 0);
  let steps = 0;
  let open = false;

  const within = (row: ArrayLike<number>) =>
    row.length === most.length && most.every((limit, i) => Math.abs(row[i]!) <= limit);

  function begin(at: number): Float64Array {
    steps = at;
    open = true;
    dynamics.observe(state, obs);
    return obs;
  }

  return {
    spec,
    reset(seed) {
      if (seed !== undefined) rng = createRng(seed);
      dynamics.start(state, rng);
      return begin(0);
    },
    step(action) {
      if (!open) throw new RangeError(`${name}: the episode has not begun or has ended; reset()`);
      checkAction(action, spec);
      const reward = dynamics.move(state, action);
      steps++;
      dynamics.observe(state, obs);
      const terminated = dynamics.ended(state);
      const truncated = !terminated && steps >= maxSteps;
      open = !terminated && !truncated;
      return { obs, reward, terminated, truncated };
    },
    state: () => state.slice(),
    setState(next, at = 0) {
      if (!within(next)) {
        throw new RangeError(
          `${name}: not a state: ${Array.from(next)}; expected ${most.length} numbers, without ` +
            `their signs at most ${most}`,
        );
      }
      if (!Number.isInteger(at) || at < 0 || at >= maxSteps) {
        throw new RangeError(`${name}: not a number of steps from 0 to ${maxSteps - 1}: ${at}`);
      }
      state.set(next);
      return begin(at);
    },
    snapshot: () => ({ v: 1, env: name, state: [...state], steps, open, rng: rng.state() }),
    restore(snapshot) {
      const fields = openSnapshot(snapshot, name);
      const nextState = numbers(fields, "state", most.length);
      const nextSteps = integer(fields, "steps", 0, maxSteps);
      const nextOpen = fields["open"];
      intact(typeof nextOpen === "boolean" && (!nextOpen || nextSteps < maxSteps), "open");
      // Where an episode ended may lie beyond the limits; from there it does not move.
      intact(!nextOpen || within(nextState), "state");
      rng = readRng(fields["rng"]);
      state.set(nextState);
      begin(nextSteps);
      open = nextOpen;
    },
  };
}

/** The generator a snapshot was taken with. */
export function readRng(state: unknown): Rng {
  intact(typeof state === "object" && state !== null, "rng");
  return createRng(state as RngState);
}

/** A limit of time: an integer from 1, or Infinity. */
export function checkMaxSteps(maxSteps: number): number {
  if (maxSteps !== Infinity && (!Number.isSafeInteger(maxSteps) || maxSteps < 1)) {
    throw new RangeError(`maxSteps must be an integer from 1, or Infinity; given: ${maxSteps}`);
  }
  return maxSteps;
}

/** Throws unless an environment of this kind has such an action. */
export function checkAction(action: number, { actions, continuous }: EnvSpec): void {
  if (continuous ? Number.isFinite(action) : action >= 0 && action < actions && action % 1 === 0) {
    return;
  }
  const wanted = continuous ? "a finite number" : `an integer from 0 to ${actions - 1}`;
  throw new RangeError(`no such action: ${action}; expected ${wanted}`);
}
