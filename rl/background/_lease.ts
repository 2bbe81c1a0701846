import type { Write } from "../../core/store/types.ts";
import { type SealedState, sealState, type TrainerState } from "./_trainer_state.ts";
import type { TrainerOptions } from "./trainer_options.ts";

/** Key of the trainer's state. */
export const TRAINER = "rl.background";

/** Key of the right to write it. */
export const LEASE = "rl.background.lease";

const LEASE_MS = 30_000;

/** Who may write, and until when. */
interface Lease {
  /** Empty when it was given back. */
  readonly holder: string;
  readonly since?: number;
  readonly until?: number;
  /** When given back: up to where the log was read, and that all is told. */
  readonly offset?: number;
}

/** A state as it lies in the store. */
interface Stored extends Partial<SealedState> {
  /** Another one after each write, so that nobody writes over what they have not read. */
  readonly mark?: string;
}

/** The right to write, until it runs out and another takes it. */
export interface HeldLease {
  /** What is stored. */
  readonly stored: unknown;
  /** Writes a state and prolongs the lease; false when another has taken it: nothing is written. */
  commit(state: TrainerState): Promise<boolean>;
  /** Writes what belongs to the state that was committed last; false when it is another's now. */
  also(writes: readonly Write[]): Promise<boolean>;
  /** Gives it back; the offset says that all up to there is done and told. */
  release(offset?: number): Promise<void>;
}

/** Whether all up to an offset of the log was done by the last who had the lease. */
export async function isDone({ store }: TrainerOptions, offset: number): Promise<boolean> {
  const lease = Object(await store.get(LEASE)) as Partial<Lease>;
  return lease.holder === "" && lease.offset === offset;
}

/**
 * Takes the right to write. The clock only decides when one may be taken that was not given back;
 * whoever takes such a one marks the state, and a write must find the mark that its writer knows, in
 * the same transaction. So a trainer that slept through its lease, or whose clock was set, writes
 * nothing over another's.
 *
 * @returns undefined when another holds it.
 * @throws {RangeError} when the state is of a newer version: it is left alone.
 */
export async function takeLease(
  { store, lease: ms = LEASE_MS, now = Date.now, newId = () => crypto.randomUUID() }:
    TrainerOptions,
): Promise<HeldLease | undefined> {
  const holder = newId();
  const mine = (): Lease => ({ holder, since: now(), until: now() + ms });
  const isMine = (lease: unknown) => Object(lease).holder === holder;
  let orderly = false;
  const taken = await change<Lease>(LEASE, (old) => {
    orderly = Object(old).holder === "";
    return isFree(old, now()) ? mine() : undefined;
  });
  if (!taken) return undefined;
  const stored = orderly ? await store.get(TRAINER) : await store.update<unknown>(
    TRAINER,
    (old) => isNewer(old) ? old : { ...asRecord(old), mark: newId() },
  );
  if (isNewer(stored)) {
    await release();
    const { v } = stored as { v: number };
    throw new RangeError(
      `the background trainer's state is of version ${v}: this program knows 1; update it`,
    );
  }
  let current = stored;
  return {
    stored,
    async commit(state) {
      if (!await change<Lease>(LEASE, (old) => isMine(old) ? mine() : undefined)) return false;
      const next = { ...sealState(state), mark: newId() };
      const { mark } = Object(current) as Stored;
      const isKnown = (old: unknown) => (Object(old) as Stored).mark === mark;
      const written = await change<Stored>(TRAINER, (old) => isKnown(old) ? next : undefined);
      if (written) current = next;
      return written;
    },
    also: (writes) => store.commit([{ op: "expect", key: TRAINER, value: current }, ...writes]),
    release,
  };

  async function release(offset?: number): Promise<void> {
    const free = { holder: "", ...offset !== undefined && { offset } };
    await change<Lease>(LEASE, (old) => isMine(old) ? free : undefined);
  }

  /** Changes a value unless there is nothing to change; says whether it did. */
  async function change<T>(key: string, by: (old: T | undefined) => T | undefined) {
    let changed = true;
    try {
      await store.update<T>(key, (old) => {
        const next = by(old);
        changed = next !== undefined;
        if (changed) return next!;
        throw new Error("nothing is to be changed");
      });
    } catch (error) {
      if (changed) throw error;
    }
    return changed;
  }
}

/**
 * A lease is free when it was given back, when it ran out, when it is none, or when it was taken
 * later than now: then a clock was set back, and nobody knows how long it would last.
 */
function isFree(lease: unknown, now: number): boolean {
  const { holder, since = NaN, until = NaN } = Object(lease) as Partial<Lease>;
  const holds = typeof holder === "string" && holder !== "" && since <= now && now < until;
  return !holds;
}

function isNewer(stored: unknown): boolean {
  const { v } = Object(stored) as { v?: unknown };
  return typeof v === "number" && v > 1;
}

/** What is no record is damaged, and is kept as the text of one. */
function asRecord(stored: unknown): object {
  if (stored === undefined) return {};
  const isRecord = typeof stored === "object" && stored !== null && !Array.isArray(stored);
  return isRecord ? stored : { text: JSON.stringify(stored) };
}
