/** Commits, undoes and redoes three files at once, as fast as it can, until it is killed. */
import { createPathGuard } from "../safety/paths.ts";
import { commitChanges } from "./commit_changes.ts";
import { TEST_KEY } from "./_test_workspace.ts";
import { readState } from "./read_state.ts";
import { redo, undo } from "./undo.ts";

const [root = "."] = Deno.args;
const guard = { ...createPathGuard(root), key: TEST_KEY };
const start = Number(new TextDecoder().decode((await readState(guard, "a.txt")).bytes));
for (let version = start + 1;; version++) {
  const bytes = new TextEncoder().encode(String(version));
  // The third file exists in even versions only, in a folder of its own.
  const third = version % 2 === 0 ? bytes : null;
  await commitChanges(guard, `version ${version}`, [
    { from: await readState(guard, "a.txt"), to: bytes },
    { from: await readState(guard, "sub/b.txt"), to: bytes },
    { from: await readState(guard, "made/by/c.txt"), to: third },
  ]);
  // The first one loads code, and on a busy machine a kill would fall there.
  if (version === start + 1) await Deno.stdout.write(new TextEncoder().encode("ready\n"));
  if (version % 3 !== 0) continue;
  await undo(guard);
  await redo(guard);
}
