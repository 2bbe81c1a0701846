// Rewards that never came: counted, taken at their worst, and no way to look better or worse.
import assert from "node:assert/strict";
import { createRng, type Rng } from "../rng.ts";
import type { GateRow } from "./gate_types.ts";
import { judgeChallenger } from "./judge_challenger.ts";
import { startGate } from "./start_gate.ts";
import { better, ended, equal, floor, replay, rivals, worse } from "./_test_replay.ts";
import { logOf } from "./_test_world.ts";

/** Leaves rewards out, by what was chosen and what came. */
function losing(rng: Rng, chance: (row: GateRow) => number): (row: GateRow) => GateRow {
  return (row) => {
    const { reward: _, ...rest } = row;
    return rng.float() < chance(row) ? rest : row;
  };
}

/** The challenger's own action loses its failures. */
const hidesFailures = ({ action, reward }: GateRow) => action === 1 && reward === 0 ? 0.9 : 0;

Deno.test("judgeChallenger() counts rewards that never came, apart from broken ones", () => {
  const rows = logOf(better, rivals.champion, 300, createRng(1)).map((row, i): GateRow => {
    const { reward: _, ...rest } = row;
    return i % 10 === 0 ? rest : i % 100 === 1 ? { ...row, reward: NaN } : row;
  });
  const { state, verdict } = judgeChallenger(startGate({ floor }), rows, rivals);
  assert.equal(verdict.missing, 30);
  assert.deepEqual(verdict.rejected, { "reward missing or not finite": 3 });
  assert.equal(verdict.n, 297, "a choice counts also when nothing came of it");
  assert.notEqual(verdict.decision, "refuse");
  const back = judgeChallenger(JSON.parse(JSON.stringify(state)), [], rivals);
  assert.deepEqual(back.state, state);
});

Deno.test("judgeChallenger() does not promote an equal whose failures are never told", () => {
  const options = { minEss: 10, stages: [1], stageDecisions: 1, budget: 1 };
  let promoted = 0;
  for (let seed = 0; seed < 20; seed++) {
    const change = losing(createRng(1000 + seed), hidesFailures);
    const { verdict } = replay({
      options,
      seed,
      steps: 400,
      world: () => equal,
      until: ended,
      change,
    });
    if (verdict.decision === "promote") promoted++;
  }
  assert.equal(promoted, 0);
});

Deno.test("judgeChallenger() waits while it is shown that one of the two loses more rewards", () => {
  for (
    const [chance, whom] of [
      [({ action }: GateRow) => action === 1 ? 0.5 : 0.02, "the challenger"],
      [({ action }: GateRow) => action === 0 ? 0.5 : 0.02, "the champion"],
    ] as const
  ) {
    const rows = logOf(better, rivals.champion, 1500, createRng(2))
      .map(losing(createRng(3), chance));
    const { verdict } = judgeChallenger(startGate({ floor }), rows, rivals);
    assert.equal(verdict.decision, "wait");
    const failed = verdict.checks.filter(({ name, ok }) => name === "missing" && !ok);
    assert.equal(failed.length, 1, JSON.stringify(verdict.checks));
    assert.match(failed[0]!.what, new RegExp(`more often rewards are missing with ${whom}`));
    assert.match(verdict.reasons.join(), new RegExp(`\\(missing\\).*with ${whom}`));
  }
});

Deno.test("judgeChallenger() is wider with missing rewards, and promotes all the same where all lose some", () => {
  const rows = logOf(better, rivals.champion, 800, createRng(4));
  const bound = (rows: readonly GateRow[]) => {
    const { verdict } = judgeChallenger(startGate({ floor }), rows, rivals);
    return verdict.checks.find(({ name }) => name === "c")!.value;
  };
  const few = rows.map(losing(createRng(5), () => 0.1));
  assert.ok(bound(few) < bound(rows), `${bound(few)} ${bound(rows)}`);
  const { verdict } = replay({
    seed: 1,
    steps: 2500,
    world: () => better,
    until: ended,
    change: losing(createRng(6), () => 0.1),
  });
  assert.equal(verdict.decision, "promote", verdict.reasons.join("; "));
});

Deno.test("judgeChallenger() takes a promoted one back whose outcomes are no longer known", () => {
  const promoted = replay({ seed: 1, steps: 1500, world: () => better, until: ended });
  assert.equal(promoted.state.phase, "promoted");
  const rows = logOf(worse, rivals.challenger, 800, createRng(7))
    .map(losing(createRng(8), ({ action }) => action === 1 ? 0.9 : 0.05));
  const { verdict } = judgeChallenger(promoted.state, rows, rivals);
  assert.equal(verdict.decision, "roll back");
  assert.match(verdict.reasons.join(), /\(missing\)/);
});

Deno.test("judgeChallenger() refuses a state from before missing rewards were counted", () => {
  const old = { ...startGate({ floor }), v: 1 } as unknown as ReturnType<typeof startGate>;
  assert.throws(() => judgeChallenger(old, [], rivals), /version 1, known is 2/);
});
