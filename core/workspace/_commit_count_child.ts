/** Counts a file up through commits, again when another process came first. */
import { createPathGuard } from "../safety/paths.ts";
import { commitChanges } from "./commit_changes.ts";
import { TEST_KEY } from "./_test_workspace.ts";
import { readState } from "./read_state.ts";

const [root = ".", times = "1"] = Deno.args;
const guard = { ...createPathGuard(root), key: TEST_KEY };
for (let done = 0; done < Number(times);) {
  try {
    const from = await readState(guard, "n.txt");
    const next = String(Number(new TextDecoder().decode(from.bytes)) + 1);
    await commitChanges(guard, "count", [{ from, to: new TextEncoder().encode(next) }]);
    done++;
  } catch (error) {
    if (!/changed/.test(String(error))) throw error;
  }
}
