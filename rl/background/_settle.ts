import type { GateOptions } from "../ope/gate_types.ts";
import { startGate } from "../ope/start_gate.ts";
import { keepBack, type Look, lookAt, openStanding, type Pair } from "./_judge_outcomes.ts";
import type { Standing, TrainerState } from "./_trainer_state.ts";
import type { ClosedOutcome } from "./_training.ts";
import { type Canary, type Champion, firstChampion, sealChampion } from "../chooser/champion.ts";
import type { PolicyVariant } from "../chooser/policy_variant.ts";
import type { VerdictRecord } from "./verdicts.ts";

/** What {@linkcode settle} works with. */
export interface SettleSetup {
  /** Everybody who may be the champion; who is not, challenges. */
  readonly policies: readonly PolicyVariant[];
  readonly gate: GateOptions;
  /** Offset of the log up to which all was read. */
  readonly offset: number;
  readonly now: () => number;
}

/** Who stands where, and what was said. */
export type Settled = Pick<TrainerState, "champion" | "standings" | "watch" | "outbox">;

/**
 * Judges everybody by the outcomes that became known: a promoted champion beside its predecessor,
 * which comes back when it was better; then the challengers, one of whom may be played in part, and
 * become the champion.
 */
export function settle(
  from: TrainerState,
  outcomes: readonly ClosedOutcome[],
  { policies, gate, offset, now }: SettleSetup,
): Settled {
  const { champion } = from;
  const { former } = champion;
  const outbox: VerdictRecord[] = [];
  const standings: Record<string, Standing> = {};
  // Of what was logged under another champion, nothing counts.
  const since = Math.max(from.offset, champion.since);
  let watch = former &&
    (sound(from.watch, champion, gate) ?? openStanding(bare(champion), since, gate, "promoted"));

  if (watch !== undefined) {
    const pair = { champion: former!.id, challenger: champion.id };
    const look = lookAt(watch, pair, outcomes);
    report(pair, look);
    watch = look.standing;
    if (look.verdict?.decision === "roll back") {
      // Its own gate stays closed until somebody else is promoted.
      return crowned(former!, undefined, { standings: { [champion.id]: look.standing } });
    }
  }
  for (const variant of policies.filter(({ id }) => id !== champion.id && id !== former?.id)) {
    const { id } = variant;
    const before = sound(from.standings[id], variant, gate) ?? openStanding(variant, since, gate);
    const pair = { champion: champion.id, challenger: id };
    let look = lookAt(before, pair, outcomes);
    const other = inCanary({ ...from.standings, ...standings }, id);
    if (entersCanary(before, look) && other !== undefined) look = keepBack(look, other);
    report(pair, look);
    standings[id] = look.standing;
    if (look.verdict?.decision === "promote") {
      const watch = { variant, since: offset, gate: look.standing.gate, aside: {} };
      return crowned(variant, bare(champion), { standings: {}, watch });
    }
  }
  return {
    champion: withCanary(champion, standings, outbox),
    standings,
    ...watch && { watch },
    outbox,
  };

  function report(pair: Pair, { verdict, rows, standing: { aside } }: Look): void {
    if (verdict === undefined) return;
    const n = from.told + outbox.length + 1;
    outbox.push({ v: 1, n, ts: now(), log: offset, ...pair, rows, aside, verdict });
  }

  function crowned(
    { id, options }: PolicyVariant,
    former: PolicyVariant | undefined,
    rest: Pick<Settled, "standings" | "watch">,
  ): Settled {
    const place = { version: champion.version + 1, verdict: outbox.at(-1)!.n, since: offset };
    const next = sealChampion({ v: 1, id, options, ...place, ...former && { former } });
    return { champion: next, outbox, ...rest };
  }
}

/** The policy that ships again, from an offset of the log on: all that was learned is forgotten. */
export function startOver(from: TrainerState, offset: number): TrainerState {
  const { watch: _, champion, ...rest } = from;
  const { sum: __, ...first } = firstChampion();
  const untouched = champion.version === 0;
  const version = champion.version + 1;
  return {
    ...rest,
    offset,
    standings: {},
    champion: untouched ? champion : sealChampion({ ...first, version, since: offset }),
  };
}

/** A standing that is about this very policy and these thresholds. */
function sound(
  standing: Standing | undefined,
  variant: PolicyVariant,
  gate: GateOptions,
): Standing | undefined {
  const same = standing !== undefined &&
    JSON.stringify(standing.variant.options) === JSON.stringify(variant.options) &&
    standing.gate.v === startGate(gate).v &&
    JSON.stringify(standing.gate.thresholds) === JSON.stringify(startGate(gate).thresholds);
  return same ? standing : undefined;
}

function entersCanary(before: Standing, { standing }: Look): boolean {
  return before.gate.phase === "shadow" && standing.gate.phase === "canary";
}

function inCanary(standings: Readonly<Record<string, Standing>>, but?: string): string | undefined {
  const found = Object.values(standings).find(({ variant: { id }, gate: { phase } }) =>
    phase === "canary" && id !== but
  );
  return found?.variant.id;
}

/** The champion with whom its challengers' standings say to be played in part. */
function withCanary(
  { sum: _, canary: old, ...champion }: Champion,
  standings: Readonly<Record<string, Standing>>,
  said: readonly VerdictRecord[],
): Champion {
  const id = inCanary(standings);
  const { variant, gate } = (id === undefined ? undefined : standings[id]) ?? {};
  const share = gate?.play ?? 0;
  const canary: Canary | undefined = variant && share > 0 ? { ...variant, share } : undefined;
  const same = JSON.stringify(old) === JSON.stringify(canary);
  const about = said.findLast(({ challenger }) => challenger === (canary ?? old)?.id);
  return sealChampion({
    ...champion,
    ...!same && {
      version: champion.version + 1,
      verdict: about?.n ?? champion.verdict,
    },
    ...canary && { canary },
  });
}

function bare({ id, options }: PolicyVariant): PolicyVariant {
  return { id, options };
}
