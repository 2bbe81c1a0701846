import { UserError } from "../../core/errors.ts";
import type { FileState } from "../../core/workspace/commit.ts";
import { lineHashes, type Seen, seenKey, type Witness } from "./_seen.ts";

/**
 * Lets a person's own command pass, and the agent's when it has read or written the file in this
 * session and the file is still as it was then. A file that does not exist passes.
 *
 * @throws {UserError} `failed` when the file was not read, or changed since, with the lines.
 */
export async function checkSeen(witness: Witness, state: FileState): Promise<void> {
  if (witness.origin === "user" || state.hash === null) return;
  const name = JSON.stringify(state.path);
  const seen = await witness.store.get<Seen>(seenKey(witness, state.path));
  if (seen === undefined) {
    throw new UserError("failed", `${name} was not read in this session`, {
      hint: "read it first; nothing was written",
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
