import { fileRole } from "./file_role.ts";
import type { FileEvidence } from "./find_evidence.ts";
import type { PlanFacts } from "./gather_facts.ts";
import type { ProjectCommand } from "./project_commands.ts";
import type { PlanStep } from "./write_steps.ts";

/** A step before it has its number; `changes` tells that it is where the risks of its files are. */
export interface Draft extends Omit<PlanStep, "n" | "risk"> {
  readonly changes?: boolean;
}

/** A step that changes nothing, and the command that does it. */
export function step(text: string, files: readonly string[], command?: ProjectCommand): Draft {
  return {
    text,
    files,
    ...(command ? { command: command.verb } : {}),
    ...(command?.runs ? { runs: command.runs } : {}),
  };
}

/** A step that changes these files. */
export function change(text: string, files: readonly string[]): Draft {
  return { text, files, changes: true };
}

/** The targets that are code. */
export function sources({ targets }: PlanFacts): string[] {
  return targets.map(({ path }) => path).filter((path) => fileRole(path) === "source");
}

/** The project's own command of a kind. */
export function command(
  facts: PlanFacts,
  kind: ProjectCommand["kind"],
): ProjectCommand | undefined {
  return facts.commands.find((found) => found.kind === kind);
}

/** Where to look in a file: the definition or the line that fits best. */
export function whatToRead({ path, lines }: FileEvidence): string {
  const [best] = lines;
  if (!best) return path;
  return best.defines ? `${best.defines} (${path}:${best.line})` : `${path}:${best.line}`;
}
