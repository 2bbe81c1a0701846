import type { Launcher } from "./launcher.ts";

/** A request that is worked on, and to which more can be said. */
export interface SteeredRun<T> {
  /** How it ended. */
  readonly ended: Promise<T>;
  /** Says something to the model before its next turn. */
  say(text: string): void;
  /** Stops it; false when that was done before. */
  stop(): boolean;
  /** What was said and has not reached the model. */
  unheard(): readonly string[];
}

/**
 * Starts a request. What is said, or stopped, before the session has taken it up is handed on when
 * it has: it would be lost else.
 *
 * @param work asks the launcher.
 */
export function steeredRun<T>(
  launcher: Pick<Launcher, "bus" | "say" | "cancel">,
  work: () => Promise<T>,
): SteeredRun<T> {
  const said: string[] = [];
  let heard = 0;
  let begun = false;
  let stopped = false;
  const listening = launcher.bus.subscribe(">", ({ value: { type, data } }) => {
    if (type === "message" && data.role === "user") heard++;
    if (type !== "agent.start") return;
    begun = true;
    if (stopped) launcher.cancel();
    for (const text of said) launcher.say(text);
  });
  return {
    ended: work().finally(() => listening.close()),
    say(text) {
      said.push(text);
      if (begun) launcher.say(text);
    },
    stop() {
      if (stopped) return false;
      stopped = true;
      launcher.cancel();
      return true;
    },
    unheard: () => said.slice(heard),
  };
}
