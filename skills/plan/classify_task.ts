/** What sort of work a task is. */
export type TaskKind =
  | "fix"
  | "feature"
  | "refactor"
  | "remove"
  | "test"
  | "docs"
  | "upgrade"
  | "performance"
  | "config"
  | "explore";

/** Signs of each kind with their weight; of kinds with equal weight the earlier one counts. */
const SIGNS: readonly (readonly [TaskKind, number, RegExp])[] = [
  ["upgrade", 5, /\b(upgrade|bump|downgrade|pin|unpin)\b/i],
  ["upgrade", 4, /\b(update|migrate)\b.*\b(dependenc\w+|packages?|librar\w+|versions?|to v?\d)/i],
  [
    "performance",
    5,
    /\b(slow\w*|perf|performance|optimi[sz]\w+|latency|throughput|faster|speed)\b/i,
  ],
  ["performance", 4, /\b(memory (usage|leak)|speed up|too (long|much memory)|profil\w+)\b/i],
  ["refactor", 5, /\b(refactor\w*|renam\w+|deduplicat\w+|restructur\w+|reorgani[sz]\w+)\b/i],
  ["refactor", 3, /\b(extract|inline|split|simplify|clean ?up|move|modulari[sz]e)\b/i],
  ["remove", 5, /^\W*(please\s+)?(remove|delete|drop|get\s+rid\s+of|eliminate)\b/i],
  ["docs", 5, /\b(readme|changelog|docstrings?|jsdoc|doc comments?)\b/i],
  ["docs", 4, /\btypos?\b/i],
  ["docs", 4, /\b(document|documentation|docs)\b/i],
  ["test", 5, /\b(add|write|create|extend|improve|more)\b[^.]*\b(tests?|coverage|specs?)\b/i],
  ["test", 3, /\bcoverage\b/i],
  [
    "config",
    4,
    /\b(ci|cd|pipelines?|workflows?|github actions?|gitlab|lint(er)? rules?)\b/i,
  ],
  ["config", 5, /\bdocker\w*/i],
  [
    "config",
    3,
    /\b(config\w*|settings?|eslint|tsconfig|prettier|ruff|makefile|env(ironment)? var\w*)\b/i,
  ],
  ["fix", 5, /\b(fix\w*|bugs?|broken|crash\w*|regression|debug)\b/i],
  ["fix", 4, /\b(fail\w*|errors?|exceptions?|traceback|throws?|wrong\w*|incorrect\w*|panics?)\b/i],
  ["fix", 4, /\w(Error|Exception)\b|\b(is not a function|undefined is)\b/],
  ["fix", 4, /\b(does ?n[o']?t|not|isn'?t|stops?) work\w*|\bissue #?\d+/i],
  ["feature", 4, /\b(add|implement|introduce|support|create|enable|allow|build|new)\b/i],
  ["explore", 6, /^\s*(what|where|when|which|who|why|how|explain|show|describe|understand)\b/i],
];

/**
 * Tells what sort of work a task asks for, by its words. What names its subject ("fix", "docs")
 * outweighs what many tasks have ("config", "support"); a task without any sign is a feature.
 *
 * @param task in plain words.
 *
 * @example
 * ```ts
 * import { classifyTask } from "@dspy/code/skills/plan";
 * import assert from "node:assert/strict";
 *
 * assert.equal(classifyTask("rename parseArgs to readArgs"), "refactor");
 * assert.equal(classifyTask("login fails for names with spaces"), "fix");
 * ```
 */
export function classifyTask(task: string): TaskKind {
  const scores = new Map<TaskKind, number>();
  for (const [kind, weight, sign] of SIGNS) {
    const at = task.search(sign);
    if (at < 0) continue;
    // The verb a task starts with says more than a word further on.
    const lead = task.slice(0, at).trim() === "" ? 2 : 0;
    scores.set(kind, (scores.get(kind) ?? 0) + weight + lead);
  }
  const best = [...scores].reduce<[TaskKind, number] | undefined>(
    (best, entry) => best === undefined || entry[1] > best[1] ? entry : best,
    undefined,
  );
  return best?.[0] ?? "feature";
}
