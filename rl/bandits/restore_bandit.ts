import { KINDS } from "./_kinds.ts";
import { nearest } from "./_nearest.ts";
import { checkSnapshot } from "./_snapshot.ts";
import type { Bandit, BanditSnapshot } from "./types.ts";

/**
 * Makes a bandit that goes on where a snapshot was taken, bit for bit.
 *
 * @param arms arms there are now, which come first; those the snapshot does not know start fresh.
 * Arms of the snapshot that are not named are kept behind them: mask them. Default: those it has.
 * @throws {RangeError} when the snapshot is damaged, of an unknown version or of an unknown kind.
 *
 * @example
 * ```ts
 * import { createThompson, restoreBandit } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const bandit = createThompson(["test", "lint"]);
 * bandit.update(0, 1);
 * const saved = JSON.stringify(bandit.snapshot());
 * const restored = restoreBandit(JSON.parse(saved), ["build", "test"]);
 * assert.deepEqual(restored.arms, ["build", "test", "lint"]);
 * assert.equal(restored.estimate(1).count, 1);
 * ```
 */
export function restoreBandit(snapshot: BanditSnapshot, arms: readonly string[] = []): Bandit {
  const names = checkSnapshot(snapshot);
  const kind = KINDS.get(snapshot.kind);
  if (!kind) {
    throw new RangeError(
      `no bandit of kind "${snapshot.kind}"; nearest: ${
        nearest(snapshot.kind, KINDS.keys()).join(", ")
      }`,
    );
  }
  const here = new Set(arms);
  const all = [...arms, ...names.filter((name) => !here.has(name))];
  return kind.create(all, { ...snapshot.options, from: snapshot });
}
