import type { Door } from "../_door.ts";
import { fail } from "../_fail.ts";
import { checkSnapshot } from "../status/snapshot.ts";
import type { SnapshotHolder } from "../status/snapshot_holder.ts";
import { readJson } from "./_read_json.ts";

/** `POST /api/snapshot`, on servers that show what another process pushes. */
export function addSnapshotRoutes(door: Door, holder: Pick<SnapshotHolder, "take">): void {
  door.post("/api/snapshot", async (c) => {
    const snapshot = checkSnapshot(await readJson(c));
    if (!await holder.take(snapshot)) return fail(c, 409, "a newer snapshot is here already");
    return c.json({ ok: true, ts: snapshot.ts });
  });
}
