import { LMError } from "../lm/lm_error.ts";
import type { Json } from "../store/types.ts";
import { marker } from "./_prompt.ts";

/** What an agent thought, did and saw: `thought_0`, `tool_name_0`, `tool_args_0`, `observation_0`, ... */
export type Trajectory = Readonly<Record<string, Json>>;

/** How often the oldest step is dropped for one call before the error is given up on. */
const MOST_DROPS = 3;
const KEYS_OF_STEP = 4;

/** A trajectory as a prompt shows it. */
export function trajectoryText(trajectory: Trajectory): string {
  const sections = Object.entries(trajectory).map(([name, value]) =>
    `${marker(name)}\n${typeof value === "string" ? value : JSON.stringify(value)}`
  );
  return sections.length === 0 ? "(nothing was done so far)" : sections.join("\n\n");
}

/**
 * Asks with the trajectory; when that does not fit the context, its oldest step is dropped, up to
 * three times.
 */
export async function askFitting<T>(
  trajectory: Record<string, Json>,
  ask: (trajectory: string) => Promise<T>,
): Promise<T> {
  for (let drops = 0;; drops++) {
    try {
      return await ask(trajectoryText(trajectory));
    } catch (error) {
      const oldest = Object.keys(trajectory).slice(0, KEYS_OF_STEP);
      const tooLong = error instanceof LMError && error.lmKind === "context";
      // The newest step stays: without it the model would only do the same again.
      if (!tooLong || drops === MOST_DROPS || Object.keys(trajectory).length <= KEYS_OF_STEP) {
        throw error;
      }
      for (const key of oldest) delete trajectory[key];
    }
  }
}
