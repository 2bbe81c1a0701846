import { UserError } from "../../core/errors.ts";
import type { ToolContext } from "../../core/tool.ts";
import { undoChanges, type UndoOutcome, type UndoTarget } from "../../core/workspace/undo.ts";
import type { UndoRecord } from "../../core/workspace/undo_record.ts";

/** Taking changes back, or doing them again. */
export type Way = "undo" | "redo";

/** What became of changes that were turned. */
export interface Turned {
  readonly ok: boolean;
  readonly outcomes: readonly UndoOutcome[];
  readonly text: string;
}

/** Which changes a person was asked about, by the call's context. */
const SHOWN = new WeakMap<ToolContext, string>();

/**
 * Reads a number of changes or the id of one.
 *
 * @throws {UserError} `usage` for anything else, and when both forms are given.
 */
export function targetOf(what: string | undefined, steps: number | undefined): UndoTarget {
  if (what !== undefined && steps !== undefined) {
    throw new UserError("usage", `${JSON.stringify(what)} and --steps together`, {
      hint: "give the id of one change, or a number of them",
    });
  }
  if (what === undefined) return { steps: steps ?? 1 };
  if (/^c\d+$/.test(what)) return { id: what };
  if (/^[1-9]\d{0,4}$/.test(what)) return { steps: Number(what) };
  throw new UserError("usage", `${JSON.stringify(what)} is neither a number nor an id like c12`, {
    hint: "`undo --list` shows the ids",
  });
}

/** What a person sees before they allow it: each change with its files. */
export function showTurn(ctx: ToolContext, target: UndoTarget, way: Way): string {
  const changes = undoChanges(ctx.workspace.root, target, way);
  SHOWN.set(ctx, idsOf(changes));
  return changes.flatMap(({ id, label, files }) => [
    `${way} ${id} (${label}):`,
    ...files.map(({ path }) => `  ${path}`),
  ]).join("\n");
}

/**
 * Turns the changes.
 *
 * @throws {UserError} `failed` when those that were shown are no longer the ones meant.
 */
export async function turn(ctx: ToolContext, target: UndoTarget, way: Way): Promise<Turned> {
  const shown = SHOWN.get(ctx);
  if (shown !== undefined && shown !== idsOf(undoChanges(ctx.workspace.root, target, way))) {
    throw new UserError("failed", "other changes were made while you were asked", {
      hint: "nothing was changed; `undo --list` shows what there is",
    });
  }
  const outcomes = await ctx.files[way](target);
  const ok = outcomes.every(({ conflicts }) => conflicts.length === 0);
  const text = outcomes.flatMap((outcome) => describe(outcome, way)).join("\n");
  return { ok, outcomes, text };
}

function describe({ id, label, restored, merged, conflicts }: UndoOutcome, way: Way): string[] {
  const [verb, stays] = way === "redo" ? ["did again", "stays undone"] : ["took back", "stands"];
  const head = restored.length > 0 ? `${verb} ${id} (${label})` : `${id} (${label}) ${stays}`;
  const lines = [
    head,
    ...restored.map((path) => `  ${path}${merged.includes(path) ? MERGED : ""}`),
    ...conflicts.map(({ path, reason }) => `  kept ${path}: ${reason}`),
  ];
  if (conflicts.length > 0 && way === "undo") {
    lines.push(`  to leave it so and reach the change before: undo --drop ${id}`);
  }
  return lines;
}

const MERGED = " (only this change; what was changed elsewhere since stays)";

function idsOf(changes: readonly UndoRecord[]): string {
  return changes.map(({ id }) => id).join();
}
