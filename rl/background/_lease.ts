import type { SealedState } from "./_trainer_state.ts";
import type { TrainerOptions } from "./trainer_options.ts";

/** Key of the trainer's state, which has its lease in it: both change in one write. */
export const TRAINER = "rl.background";

const LEASE_MS = 30_000;

/** Who may write, and until when. */
interface Lease {
  readonly holder: string;
  readonly since: number;
  readonly until: number;
}

interface Stored extends Partial<SealedState> {
  readonly lease?: Lease | undefined;
}

/** The right to write, until it runs out and another takes it. */
export interface HeldLease {
  /** What is stored. */
  readonly stored: unknown;
  /** Writes a state and prolongs the lease; false when another has taken it: nothing is written. */
  commit(state: SealedState): Promise<boolean>;
  /** Gives it back; `done` says that the verdicts are in their stream. */
  release(done: boolean): Promise<void>;
}

/**
 * Takes the right to write. The clock only decides when one may be taken that was not given back: it
 * is the holder's name in the state itself that each write is held against, in the same transaction.
 * So a trainer that slept through its lease, or whose clock was set, writes nothing over another's.
 *
 * @returns undefined when another holds it.
 * @throws {RangeError} when the state is of a newer version: it is left alone.
 */
export async function takeLease(
  { store, lease: ms = LEASE_MS, now = Date.now, newId = () => crypto.randomUUID() }:
    TrainerOptions,
): Promise<HeldLease | undefined> {
  const holder = newId();
  const lease = (): Lease => ({ holder, since: now(), until: now() + ms });
  const stored = await change((old) =>
    isFree(old.lease, now()) ? { ...old, lease: lease() } : undefined
  );
  if (stored === undefined) return undefined;

  return {
    stored,
    commit: async (state) =>
      await change((old) => isMine(old) ? { ...state, lease: lease() } : undefined) !== undefined,
    release: async (done) =>
      void await change((old) =>
        isMine(old) ? { ...old, lease: undefined, ...done && { pending: false } } : undefined
      ),
  };

  function isMine({ lease }: Stored): boolean {
    return lease?.holder === holder;
  }

  /** Leaves all as it is, and gives undefined, when the change does. */
  async function change(by: (old: Stored) => Stored | undefined): Promise<Stored | undefined> {
    let kept = false;
    try {
      return await store.update<Stored>(TRAINER, (old) => {
        refuseNewer(old);
        const next = by(
          isRecord(old) ? old : old === undefined ? {} : { text: JSON.stringify(old) },
        );
        if (next !== undefined) return next;
        kept = true;
        throw new Error("nothing is to be changed");
      });
    } catch (error) {
      if (kept) return undefined;
      throw error;
    }
  }
}

/**
 * A lease is free when it ran out, when it is none, or when it was taken later than now: then a
 * clock was set back, and nobody knows how long it would last.
 */
function isFree(lease: Lease | undefined, now: number): boolean {
  const { since, until, holder } = Object(lease) as Partial<Lease>;
  if (typeof holder !== "string" || !Number.isFinite(since) || !Number.isFinite(until)) return true;
  return now >= until! || now < since!;
}

function refuseNewer(stored: unknown): void {
  const { v } = Object(stored) as { v?: unknown };
  if (typeof v === "number" && v > 1) {
    throw new RangeError(
      `the background trainer's state is of version ${v}: this program knows 1; update it`,
    );
  }
}

function isRecord(value: unknown): value is Stored {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
