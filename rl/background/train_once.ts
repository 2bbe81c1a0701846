import { DECISIONS, KEPT_ENTRIES, openDecisionLog } from "../log/decision_log.ts";
import { announce } from "./_announce.ts";
import { type HeldLease, isDone, takeLease, TRAINER } from "./_lease.ts";
import { settle, startOver } from "./_settle.ts";
import { freshTrainer, readSealed, type TrainerState } from "./_trainer_state.ts";
import { openTraining, type Training } from "./_training.ts";
import { trimmingWrites } from "./_trim_log.ts";
import { CHALLENGERS } from "./challengers.ts";
import {
  CHAMPION,
  type Champion,
  firstChampion,
  readChampion,
  sealChampion,
} from "../chooser/champion.ts";
import { DEFAULT_POLICY, type PolicyVariant, variantProblem } from "../chooser/policy_variant.ts";
import { readBase } from "../chooser/policy_base.ts";
import type { TrainerOptions, TrainingReport } from "./trainer_options.ts";
import { type VerdictRecord, VERDICTS } from "./verdicts.ts";

/** Entries that are taken and committed at once. */
const PAGE = 1000;

/**
 * One pass of the background trainer: reads what came to the log of decisions since the last one,
 * lets each policy say what it would have done before it learns from it, learns, judges challengers
 * by what came of the decisions, and stores verdicts and the champion.
 *
 * Each entry counts once: the offset up to which the log was read is in the same value as all that
 * was made of it, and is written with it or not at all. One trainer writes at a time; a crash at any
 * point costs at most the work since the last write. Of the log, entries that all is learned of are
 * trimmed, but for the newest.
 *
 * Source of judging before learning: Dawid, "Statistical theory: the prequential approach", JRSS A
 * 147 (1984).
 *
 * @throws {RangeError} when a challenger is none, or the state is of a newer version.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { openLearner, readVerdicts, trainOnce } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * const learner = await openLearner({ store });
 * const context = { request: "are we green?", step: 1, history: [], features: { "w:green": 1 } };
 * for (let i = 0; i < 9; i++) {
 *   await learner.choose(context, [{ tool: "run_tests", weight: 1, reason: "words" }]);
 *   await learner.feedback(9);
 * }
 * const { entries, champion } = await trainOnce({ store });
 * assert.deepEqual([entries, champion.id], [18, "sparse-linear"]);
 * assert.match((await readVerdicts(store))[0]!.verdict.reasons[0]!, /effective sample size is 9/);
 * assert.equal((await trainOnce({ store })).entries, 0);
 * ```
 */
export async function trainOnce(options: TrainerOptions): Promise<TrainingReport> {
  const { store, challengers = CHALLENGERS } = options;
  const policies = checked([DEFAULT_POLICY, ...challengers]);
  const nothing = { entries: 0, offset: 0, outcomes: 0, missing: 0, trimmed: 0, verdicts: [] };
  const offset = await store.head(DECISIONS);
  if (await isDone(options, offset)) {
    return { ...nothing, ran: true, offset, champion: await storedChampion(options) };
  }
  const lease = await takeLease(options);
  if (lease === undefined) {
    return { ...nothing, ran: false, why: HELD, champion: await storedChampion(options) };
  }
  let done: number | undefined;
  try {
    const report = await pass(lease, policies, options);
    if (report.ran) done = report.offset;
    return report;
  } finally {
    // What is not given back runs out.
    await lease.release(done).catch(() => {});
  }
}

const HELD = "another trainer is at work";
const LOST = "the lease ran out, and another trainer has taken it";

async function pass(
  lease: HeldLease,
  policies: readonly PolicyVariant[],
  options: TrainerOptions,
): Promise<TrainingReport> {
  const { store, prior, explore = 0.02, most = Infinity, keep = KEPT_ENTRIES } = options;
  const { signal, now = Date.now } = options;
  const challengers = Math.max(1, policies.length - 1);
  const gate = { floor: explore / 2 || 0.01, centre: true, challengers, ...options.gate };
  let state = await load(lease.stored, options);
  await announce(state, options);
  let training: Training | undefined;
  const verdicts: VerdictRecord[] = [];
  const before = state;
  let [missing, trimmed] = [0, 0];
  const report = (ran: boolean) => ({
    ran,
    entries: state.offset - before.offset,
    offset: state.offset,
    outcomes: state.outcomes - before.outcomes,
    missing,
    trimmed,
    verdicts,
    champion: state.champion,
  });

  while (state.offset - before.offset < most && !signal?.aborted) {
    const limit = Math.min(PAGE, most - (state.offset - before.offset));
    const page = await store.read(DECISIONS, { after: state.offset, limit });
    if (page.length === 0) break;
    const { champion } = state;
    const all = byName([...policies, champion, ...champion.former ? [champion.former] : []]);
    training ??= await openTraining(state, {
      store,
      prior,
      policies: all,
      explore,
      floor: gate.floor,
    });
    let from = { ...state, told: await store.head(VERDICTS) };
    for (const entry of page) {
      if (await training.take(entry) === "reset") from = startOver(from, entry.offset);
    }
    const closed = training.outcomes();
    const known = closed.filter(({ reward }) => reward !== undefined).length;
    const { offset } = page.at(-1)!;
    const { watch: _, ...rest } = from;
    const next: TrainerState = {
      ...rest,
      ...training.state(),
      ...settle(from, closed, { policies, gate, offset, now }),
      offset,
      outcomes: from.outcomes + known,
    };
    if (!await lease.commit(next)) return { ...report(false), why: LOST };
    state = next;
    missing += closed.length - known;
    verdicts.push(...state.outbox);
    await announce(state, options);
  }
  if (state !== before) {
    const trim = await trimmingWrites(store, state, keep);
    if (trim !== undefined && await lease.also(trim.writes)) trimmed = trim.entries;
  }
  return report(true);
}

/** What is stored; what cannot be used is kept under another name, and the log read anew. */
async function load(stored: unknown, options: TrainerOptions): Promise<TrainerState> {
  const { store, now = Date.now, warn = () => {} } = options;
  let state: TrainerState | undefined;
  try {
    state = readSealed(stored);
  } catch (error) {
    const aside = `${TRAINER}.corrupt-${now()}`;
    await store.put(aside, stored);
    const why = error instanceof Error ? error.message : String(error);
    warn(`the background trainer's state is damaged: ${why}; kept as ${aside}, started anew`);
  }
  const before = await openDecisionLog(store).first() - 1;
  if (state === undefined) return await anew(await storedChampion(options));
  if (state.offset >= before && state.offset <= await store.head(DECISIONS)) return state;
  warn("the log of decisions was cut off: the background trainer reads it from its start");
  const { sum: _, ...champion } = state.champion;
  return await anew(sealChampion({ ...champion, since: 0 }));

  /** From the start of the log; where that was trimmed, from what was learned then. */
  async function anew(champion: Champion): Promise<TrainerState> {
    const base = before > 0 ? await readBase(store) : undefined;
    const fits = base !== undefined && base.offset >= before;
    const from = fits ? base : { offset: before, folds: {} };
    return { ...freshTrainer(champion), offset: from.offset, folds: from.folds };
  }
}

/** Who is played; the policy that ships where nobody is named, or nobody that can be read. */
async function storedChampion({ store }: TrainerOptions): Promise<Champion> {
  const stored = await store.get(CHAMPION);
  try {
    return stored === undefined ? firstChampion() : readChampion(stored);
  } catch {
    return firstChampion();
  }
}

function checked(policies: readonly PolicyVariant[]): readonly PolicyVariant[] {
  const problem = policies.map(variantProblem).find((problem) => problem !== undefined);
  if (problem !== undefined) throw new RangeError(`no challenger can be made of ${problem}`);
  if (byName(policies).length === policies.length) return policies;
  const names = policies.map(({ id }) => id).join(", ");
  throw new RangeError(`challengers have names of their own, other than the first: ${names}`);
}

/** Each name once; who comes first counts. */
function byName(policies: readonly PolicyVariant[]): PolicyVariant[] {
  return policies.filter(({ id }, i) => policies.findIndex((one) => one.id === id) === i);
}
