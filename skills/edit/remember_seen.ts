import { UserError } from "../../core/errors.ts";
import type { FileState } from "../../core/workspace/commit.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import type { Store } from "../../core/store/types.ts";
import type { ToolContext } from "../../core/tool.ts";

/** Lines of which the hashes are kept, so that a later change can be located. */
const MAX_LINES = 5000;

interface Seen {
  readonly hash: string;
  /** Hash of each line; none for long files. */
  readonly lines?: readonly number[];
}

/**
 * Notes that the agent has read a file, or written it: it may then edit the file as long as nobody
 * else changes it. Kept in the store under `seen:<path>`.
 *
 * @param path relative to the workspace's root, as the guard gives it.
 * @param bytes all bytes of the file.
 */
export async function rememberSeen(store: Store, path: string, bytes: Uint8Array): Promise<void> {
  const lines = lineHashes(bytes);
  const seen: Seen = {
    hash: await sha256(bytes),
    ...(lines.length <= MAX_LINES && { lines }),
  };
  await store.put(`seen:${path}`, seen);
}

/**
 * Lets a person's own command pass, and the agent's when it has seen the file as it is.
 *
 * @throws {UserError} `failed` when the file was not read, or changed since, with the lines.
 */
export async function checkSeen(ctx: ToolContext, state: FileState): Promise<void> {
  if (ctx.origin === "user" || state.hash === null) return;
  const name = JSON.stringify(state.path);
  const seen = await ctx.store.get<Seen>(`seen:${state.path}`);
  if (seen === undefined) {
    throw new UserError("failed", `${name} was not read yet, and nothing was written`, {
      hint: "read it first, then change it",
    });
  }
  if (seen.hash === state.hash) return;
  const where = changedSpan(seen.lines, lineHashes(state.bytes));
  throw new UserError("failed", `${name} changed on disk since you read it${where}`, {
    hint: "read it again; nothing was written",
  });
}

function changedSpan(before: readonly number[] | undefined, after: readonly number[]): string {
  if (before === undefined) return "";
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const end = Math.max(head + 1, after.length - tail);
  return end === head + 1 ? ` (line ${end})` : ` (lines ${head + 1}-${end})`;
}

/** FNV-1a of each line. */
function lineHashes(bytes: Uint8Array): number[] {
  const hashes: number[] = [];
  let hash = 0x811c9dc5;
  for (const byte of bytes) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    if (byte !== 10) continue;
    hashes.push(hash);
    hash = 0x811c9dc5;
  }
  if (bytes.length > 0 && bytes.at(-1) !== 10) hashes.push(hash);
  return hashes;
}
