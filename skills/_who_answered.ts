import type { SkillResult } from "../core/program/skill.ts";

/** Lines for the person: who gave an answer, and why not the model. */
export function whoAnswered(
  { by, reason, notes }: Pick<SkillResult<unknown>, "by" | "reason" | "notes">,
): string[] {
  const lines = by === "model"
    ? ["(by the model; what it names was checked)"]
    : reason === undefined
    ? []
    : [`(without the model: ${reason})`];
  return [...lines, ...notes.map((note) => `(${note})`)];
}
