import type { Outcome } from "./chooser.ts";
import type { CallResult } from "./mind.ts";

/** A call that a rule refused says nothing about the choice; one that a person rejected does. */
export function outcomeOf({ refused, approved, ms, data }: CallResult, score: number): Outcome {
  const change = (data as { undo?: unknown } | null)?.undo;
  const components = {
    seconds: ms / 1000,
    ...approved !== undefined && { asked: 1 },
    ...approved === true && { accepted: 1 },
    ...approved === false ? { rejected: 1 } : refused === undefined && { score },
  };
  return {
    reward: Math.min(1, score / 2),
    components,
    ...typeof change === "string" && { change },
  };
}
