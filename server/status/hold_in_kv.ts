import type { Snapshot } from "./snapshot.ts";
import type { SnapshotHolder } from "./snapshot_holder.ts";

/** What is used of Deno KV. */
export interface KvLike {
  /** The value of a key; null when there is none. */
  get<T>(key: readonly string[]): Promise<{ readonly value: T | null }>;
  /** Sets the value of a key, for some milliseconds. */
  set(key: readonly string[], value: unknown, options?: { expireIn?: number }): Promise<unknown>;
  /** Removes a key. */
  delete(key: readonly string[]): Promise<void>;
}

/** A value of Deno KV has 64 KiB at most. */
const PIECE = 60_000;

/** Milliseconds that a snapshot lives when no other follows: a week. */
const LIFE = 7 * 24 * 3600 * 1000;

/** Milliseconds for which it is not looked whether there is a newer one. */
const FRESH = 1_000;

/** Where the pieces are. */
interface Head {
  readonly version: string;
  readonly ts: number;
  readonly pieces: number;
}

const HEAD = ["dspy-code", "snapshot"] as const;

/**
 * Keeps the newest snapshot in Deno KV, so that all isolates of a deployment show the same. The
 * pieces come first, then the head that names them: a reader sees the old or the new one.
 *
 * @param now milliseconds since the epoch. Default `Date.now`.
 */
export function holdInKv(kv: KvLike, now: () => number = Date.now): SnapshotHolder {
  let held: { readonly version: string; readonly snapshot: Snapshot } | undefined;
  let looked = -Infinity;
  return { read, take };

  async function read(): Promise<Snapshot | undefined> {
    if (now() - looked < FRESH) return held?.snapshot;
    const { value: head } = await kv.get<Head>(HEAD);
    looked = now();
    if (head === null || head.version === held?.version) return held?.snapshot;
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < head.pieces; i++) {
      const { value } = await kv.get<Uint8Array>([...HEAD, head.version, String(i)]);
      // A newer one is just taking its place.
      if (value === null) return held?.snapshot;
      pieces.push(value);
    }
    const text = await new Blob(pieces as Uint8Array<ArrayBuffer>[]).text();
    held = { version: head.version, snapshot: JSON.parse(text) };
    return held.snapshot;
  }

  async function take(snapshot: Snapshot): Promise<boolean> {
    const { value: old } = await kv.get<Head>(HEAD);
    if (old !== null && old.ts > snapshot.ts) return false;
    const bytes = new TextEncoder().encode(JSON.stringify(snapshot));
    const version = crypto.randomUUID();
    const pieces = Math.ceil(bytes.length / PIECE);
    for (let i = 0; i < pieces; i++) {
      const piece = bytes.slice(i * PIECE, (i + 1) * PIECE);
      await kv.set([...HEAD, version, String(i)], piece, { expireIn: LIFE });
    }
    await kv.set(HEAD, { version, ts: snapshot.ts, pieces } satisfies Head, { expireIn: LIFE });
    held = { version, snapshot };
    looked = now();
    for (let i = 0; i < (old?.pieces ?? 0); i++) {
      await kv.delete([...HEAD, old!.version, String(i)]);
    }
    return true;
  }
}
