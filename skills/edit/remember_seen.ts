import { describeError } from "../../core/errors.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import type { Store } from "../../core/store/types.ts";
import type { ToolContext } from "../../core/tool.ts";
import { lineHashes, type Seen, seenKey, type Witness } from "./_seen.ts";

/** Lines of which the hashes are kept, so that a later change can be located. */
const MAX_LINES = 5000;

/** How long a session that is taken up again still knows its files, in milliseconds. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Notes that a file was read, in whole or in part, or written: the agent may then edit it as long
 * as nobody else changes it. Kept in the store, apart for each session and for person and agent.
 *
 * @param path relative to the workspace's root, as the guard gives it.
 * @param bytes all bytes of the file.
 * @param how default `"read"`.
 */
export async function rememberSeen(
  witness: Witness,
  path: string,
  bytes: Uint8Array,
  how: "read" | "written" = "read",
): Promise<void> {
  const lines = lineHashes(bytes);
  const seen: Seen = {
    hash: await sha256(bytes),
    ts: Date.now(),
    written: how === "written",
    ...(lines.length <= MAX_LINES && { lines }),
  };
  await forgetOld(witness.store);
  await witness.store.put(seenKey(witness, path), seen);
}

/**
 * Notes that the agent was shown text of a file; of a person's own call nothing is noted.
 *
 * @param text all of the file, as `Files.readText` gave it. When the file has another by now, it
 * does not count as read.
 */
export async function rememberRead(ctx: ToolContext, path: string, text: string): Promise<void> {
  if (ctx.origin !== "agent") return;
  const bytes = await ctx.files.readBytes(path);
  if (new TextDecoder().decode(bytes) !== text) return;
  // A store that cannot be written is no reason not to read.
  await rememberSeen(ctx, path, bytes).catch((error) => {
    ctx.progress({ text: `not noted as read: ${describeError(error)}` });
  });
}

const CLEARED = new WeakSet<Store>();

/** Once per store and process: what sessions of long ago have seen is of no use any more. */
async function forgetOld(store: Store): Promise<void> {
  if (CLEARED.has(store)) return;
  CLEARED.add(store);
  const oldest = Date.now() - KEPT_MS;
  for (const { key, value } of await store.list<Partial<Seen>>("seen:")) {
    if ((value.ts ?? 0) < oldest) await store.delete(key);
  }
}
