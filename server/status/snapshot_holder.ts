import type { Snapshot } from "./snapshot.ts";

/** Keeps the newest snapshot. */
export interface SnapshotHolder {
  /** The newest; undefined while there is none. */
  read(): Promise<Snapshot | undefined>;
  /** Takes one in; false when a newer one is here already. */
  take(snapshot: Snapshot): Promise<boolean>;
}

/** Keeps the newest snapshot in memory. */
export function holdInMemory(): SnapshotHolder {
  let held: Snapshot | undefined;
  return {
    read: () => Promise.resolve(held),
    take(snapshot) {
      const isNewer = held === undefined || snapshot.ts >= held.ts;
      if (isNewer) held = snapshot;
      return Promise.resolve(isNewer);
    },
  };
}
