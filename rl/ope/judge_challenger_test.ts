// The conservative gate: who is promoted, who is not, who is taken back.
import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import type { GateRow, GateVerdict } from "./gate_types.ts";
import { judgeChallenger } from "./judge_challenger.ts";
import { startGate } from "./start_gate.ts";
import { better, ended, equal, floor, replay, rivals, worse } from "./_test_replay.ts";
import { draw, logOf, type World } from "./_test_world.ts";

Deno.test("judgeChallenger() promotes at most alpha of equals, looked at after every step", () => {
  // A large alpha and easy side conditions, so that a bound that is a little off would show.
  const options = { alpha: 0.2, minEss: 10, stages: [1], stageDecisions: 1, budget: 1 };
  const runs = 100;
  let [promoted, naive] = [0, 0];
  for (let seed = 0; seed < runs; seed++) {
    const steps = 200;
    const { verdict } = replay({ options, seed, steps, world: () => equal, until: ended });
    if (verdict.decision === "promote") promoted++;
    if (zEverAbove(seed, steps, 0.8416)) naive++;
  }
  assert.ok(promoted <= 0.2 * runs, `${promoted} of ${runs}`);
  assert.ok(naive > 0.3 * runs, `the replays have no power: ${naive} of ${runs}`);
});

/** What a test meant for one look would do, looked at after every step. */
function zEverAbove(seed: number, steps: number, z: number): boolean {
  const rng = createRng(seed);
  let [sum, squares] = [0, 0];
  for (let n = 1; n <= steps; n++) {
    const { context, mask, action, propensity, reward } = draw(equal, rivals.champion, rng);
    const [old, fresh] = [rivals.champion, rivals.challenger].map((policy) =>
      policy.probs(context, mask)[action]!
    );
    const d = (fresh! - old!) / propensity * reward;
    sum += d;
    squares += d * d;
    if (n >= 30 && sum > z * Math.sqrt(squares - sum * sum / n)) return true;
  }
  return false;
}

Deno.test("judgeChallenger() promotes a better policy in bounded time, stage by stage", () => {
  for (let seed = 0; seed < 4; seed++) {
    const { verdict, t, decisions } = replay({
      seed,
      steps: 1500,
      world: () => better,
      until: ended,
    });
    assert.equal(verdict.decision, "promote", verdict.reasons.join("; "));
    assert.ok(t < 1200, `${t} steps`);
    assert.ok(["wait", "start canary", "go on", "next stage"].every((name) => decisions.has(name)));
    assert.equal(verdict.play, 1);
    assert.ok(verdict.values!.challenger > verdict.values!.champion);
  }
});

Deno.test("judgeChallenger() turns a worse policy down without playing it", () => {
  for (let seed = 0; seed < 4; seed++) {
    const { verdict, decisions } = replay({
      seed,
      steps: 1500,
      world: () => worse,
      until: ended,
    });
    assert.equal(verdict.decision, "reject");
    assert.equal(verdict.phase, "rejected");
    assert.ok(!decisions.has("start canary"));
  }
});

Deno.test("judgeChallenger() plays each stage its share and at least its decisions", () => {
  const shares: Record<number, number> = {};
  const { verdict, state } = replay({
    seed: 1,
    steps: 1500,
    world(now) {
      if (now && now.play > 0) shares[now.play] = (shares[now.play] ?? 0) + 1;
      return better;
    },
    until: ended,
  });
  assert.equal(verdict.decision, "promote");
  assert.equal(state.phase, "promoted");
  assert.equal(state.n + state.better.n + state.worse.n, 0, "its own log begins now");
  assert.deepEqual(Object.keys(shares).map(Number).sort(), [0.05, 0.2, 0.5, 1]);
  assert.ok(Object.values(shares).every((count) => count >= 50), JSON.stringify(shares));
});

Deno.test("judgeChallenger() counts losses from the first decision of the canary", () => {
  const { state } = replay({
    seed: 1,
    steps: 1500,
    world: () => better,
    until: ({ decision }) => decision === "start canary",
  });
  assert.equal(state.worse.n, 0);
  assert.ok(state.better.n === state.n && state.n > 0);
});

Deno.test("judgeChallenger() takes a challenger back that fails while it is played", () => {
  const turned = (now?: GateVerdict) => now && now.phase !== "shadow" ? worse : better;
  const { verdict, state } = replay({
    seed: 2,
    steps: 3000,
    options: { stageDecisions: 400 },
    world: turned,
    until: ended,
  });
  assert.equal(verdict.decision, "roll back", verdict.reasons.join("; "));
  assert.equal(verdict.play, 0);
  assert.match(
    verdict.reasons.join(),
    /\(f\) lower bound of the loss in value is 0\.\d+, and is > 0/,
  );

  const after = judgeChallenger(state, logOf(better, rivals.champion, 10, createRng(1)), rivals);
  assert.equal(after.verdict.decision, "closed");
  assert.deepEqual(after.state, state);
});

Deno.test("judgeChallenger() watches a promoted policy and takes it back when it fails", () => {
  const world = (now?: GateVerdict) => now?.phase === "promoted" ? worse : better;
  const { verdict, decisions, t } = replay({
    seed: 3,
    steps: 3000,
    world,
    until: ({ decision }) => decision === "roll back",
  });
  assert.ok(decisions.has("promote") && decisions.has("watch"), `${t}`);
  assert.equal(verdict.phase, "rolled back");
  assert.equal(verdict.play, 0);
});

Deno.test("judgeChallenger() waits for the effective size", () => {
  const rows = logOf(better, rivals.champion, 700, createRng(8));
  const { verdict } = judgeChallenger(startGate({ floor, minEss: 5000 }), rows, rivals);
  assert.equal(verdict.decision, "wait");
  assert.match(verdict.reasons.join(), /\(a\) effective sample size is .* not >= 5000/);
});

Deno.test("judgeChallenger() waits for guards that may be worse or are not told", () => {
  const rows: GateRow[] = logOf(better, rivals.champion, 3000, createRng(9));
  const rng = createRng(10);
  const guarded = (rate: (row: GateRow) => number) =>
    rows.map((row) => ({ ...row, guards: { failures: rng.float() < rate(row) ? 1 : 0 } }));
  const options = { floor, guards: { failures: { delta: 0.05 } } };
  const decide = (rows: GateRow[]) => judgeChallenger(startGate(options), rows, rivals).verdict;

  assert.equal(decide(guarded(({ action }) => action === 1 ? 0.01 : 0.1)).decision, "start canary");
  const fails = decide(guarded(({ action }) => action === 1 ? 0.4 : 0.1));
  assert.equal(fails.decision, "wait");
  assert.match(
    fails.reasons.join(),
    /\(d\) upper bound of how much worse failures is .* not <= 0.05/,
  );
  const silent = decide(rows.map((row) => ({ ...row, guards: { failures: NaN } })));
  assert.match(silent.reasons.join(), /\(d\) share of rows without failures is 1, not <= 0.05/);
});

Deno.test("judgeChallenger() splits alpha over the challengers", () => {
  assert.equal(startGate({ floor, challengers: 10 }).better.alpha, 0.005);
  const first = (challengers: number) =>
    replay({
      seed: 11,
      steps: 2000,
      options: { challengers },
      world: () => better,
      until: ({ decision }) => decision === "start canary",
    }).t;
  assert.ok(first(1000) > first(1));
});

Deno.test("judgeChallenger() holds the challenger back while the budget is used up", () => {
  const options = { budget: 0.005, centre: true, stages: [0.5, 1], stageDecisions: 50 };
  const rich: World = [[0.6, 0.9, 0.6]];
  const tight = replay({ seed: 12, steps: 4000, options, world: () => rich, until: ended });
  assert.ok(tight.decisions.has("hold"));
  assert.equal(tight.verdict.decision, "promote", "what was saved meanwhile lets it go on");
  const loose = replay({
    seed: 12,
    steps: 4000,
    options: { ...options, budget: 1 },
    world: () => rich,
    until: ended,
  });
  assert.ok(!loose.decisions.has("hold"));
  assert.ok(loose.t < tight.t);
});

Deno.test("judgeChallenger() gives the same by single rows, by batches and through JSON", () => {
  const rows = logOf(worse, rivals.champion, 60, createRng(13));
  let state = startGate({ floor, guards: { cost: {} } });
  for (const row of rows) {
    state = JSON.parse(JSON.stringify(judgeChallenger(state, [row], rivals).state));
  }
  const start = startGate({ floor, guards: { cost: {} } });
  const copy = structuredClone(start);
  assert.deepEqual(judgeChallenger(start, rows, rivals).state, state);
  assert.deepEqual(start, copy, "the state given is left alone");
});

Deno.test("judgeChallenger() gains by centring, without promoting equals", () => {
  const rich: World = [[0.6, 0.9, 0.6]];
  const first = (centre: boolean) =>
    replay({
      seed: 14,
      steps: 3000,
      options: { centre },
      world: () => rich,
      until: ({ decision }) => decision === "start canary",
    }).t;
  assert.ok(first(true) < first(false));
});
