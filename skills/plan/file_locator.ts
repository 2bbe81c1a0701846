import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { sig } from "../../core/program/signature.ts";
import { defineSkill, type Skill } from "../../core/program/skill.ts";
import { fitList } from "../_fit_text.ts";
import { isFile } from "../_named_paths.ts";

/** A file that a search brought. */
export interface FileHit {
  /** Relative to the root. */
  readonly path: string;
  /** How near it is, by the search: higher is nearer. */
  readonly score: number;
  /** Lines of it that speak of the task. */
  readonly lines?: readonly string[];
}

/** Input of {@linkcode fileLocator}. */
export interface LocateInput {
  /** In plain words. */
  readonly task: string;
  /** What a search brought. */
  readonly hits: readonly FileHit[];
  /** Files at most. Default 5. */
  readonly limit?: number;
}

/** What {@linkcode fileLocator} gives. */
export interface LocatedFiles {
  /** Files to look at, nearest first; all of them exist. */
  readonly files: readonly string[];
  /** Files that a model named and that are not there. */
  readonly dropped: readonly string[];
}

/**
 * Ranks the files that a task is about. By rules: as the search scored them.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import { fileLocator } from "@dspy/code/skills/plan";
 * import assert from "node:assert/strict";
 *
 * const hits = [
 *   { path: "src/http.ts", score: 3, lines: ["export function fetchRetry()"] },
 *   { path: "src/retry.ts", score: 2, lines: ["const TRIES = 3;"] },
 * ];
 * const lm = scriptedLM(['{"files": ["src/retry.ts", "src/made_up.ts"]}']);
 * const input = { task: "retry five times", hits };
 * const { output, by } = await fileLocator.run(input, { lm: () => Promise.resolve(lm) });
 * assert.deepEqual([by, output.files, output.dropped], [
 *   "model",
 *   ["src/retry.ts"],
 *   ["src/made_up.ts"],
 * ]);
 * ```
 */
export const fileLocator: Skill<LocateInput, LocatedFiles> = defineSkill({
  name: "file_locator",
  signature: sig(
    {
      task: z.string().describe("what is to be done"),
      candidates: z.string().describe("a file per line: its path, then lines of it"),
      problem: z.string().optional().describe("what was wrong with the last answer"),
    },
    { files: z.array(z.string()).describe("paths that must be read or changed, nearest first") },
    "Choose the files that the task is about. Copy paths exactly. Leave out files that only " +
      "mention the same words. Most tasks need one to three files.",
  ),
  maxTokens: 400,
  give: ({ task, hits }: LocateInput, room) => ({
    task: task.slice(0, Math.floor(room / 3)),
    candidates: fitList(hits.map(candidate), Math.floor(room * 2 / 3)).join("\n"),
  }),
  async accept(told, { hits, limit = 5 }, ctx): Promise<LocatedFiles> {
    const known = new Set(hits.map(({ path }) => path));
    const named = [...new Set(told.files.map((path) => path.trim().replace(/^\.\//, "")))];
    const there = await Promise.all(named.map((path) => isFile(path, known, ctx)));
    const files = named.filter((_, i) => there[i]).slice(0, limit);
    const dropped = named.filter((_, i) => !there[i]);
    if (files.length > 0) return { files, dropped };
    throw new UserError(
      "failed",
      named.length === 0 ? "it named no file" : `it named files that are not here: ${dropped}`,
    );
  },
  local: ({ hits, limit = 5 }) => ({
    files: hits.toSorted((a, b) => b.score - a.score).slice(0, limit).map(({ path }) => path),
    dropped: [],
  }),
});

const MAX_LINES = 4;
const MAX_LINE = 120;

function candidate({ path, lines = [] }: FileHit): string {
  const shown = lines.slice(0, MAX_LINES).map((line) => line.trim().slice(0, MAX_LINE));
  return [path, ...shown].join(" | ");
}
