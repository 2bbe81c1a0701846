import { z } from "zod";
import type { Learner } from "../core/agent/learner.ts";
import { describeError } from "../core/errors.ts";
import { appendJsonLine } from "../core/store/json_lines.ts";
import { updateStateFile } from "../core/store/update_state_file.ts";
import type { Store } from "../core/store/types.ts";
import { openLearner } from "../rl/chooser/open_learner.ts";
import type { PolicyState } from "../rl/chooser/policy_state.ts";
import { toolPrior } from "../rl/chooser/tool_prior.ts";

/** What {@linkcode sessionLearner} works with. */
export interface SessionLearnerSetup {
  readonly store: Store;
  /** Id of the session. */
  readonly session: string;
  /** The workspace's root, where the mirrors are. */
  readonly root: string;
  readonly warn: (text: string) => void;
}

/**
 * The learner of a session: its log and state are in the store; `.dspy_rl_events.jsonl` and
 * `.dspy_rl_state.json` mirror them in the form that other programs of this family read.
 */
export async function sessionLearner(
  { store, session, root, warn }: SessionLearnerSetup,
): Promise<Learner> {
  let told = false;
  const mirrored = async (write: () => Promise<void>) => {
    try {
      await write();
    } catch (error) {
      if (!told) warn(`what was learned is not mirrored: ${describeError(error)}`);
      told = true;
    }
  };
  return await openLearner({
    store,
    session,
    prior: toolPrior(),
    warn,
    mirror: {
      outcome: (tool, reward, ts) =>
        mirrored(() =>
          appendJsonLine(`${root}/.dspy_rl_events.jsonl`, {
            ts: Math.floor(ts / 1000),
            tool,
            reward,
          })
        ),
      state: ({ tools }) =>
        mirrored(async () => {
          const path = `${root}/.dspy_rl_state.json`;
          const options = { schema: MIRROR, onWarning: warn };
          await updateStateFile(path, (old) => merged(old, tools), options);
        }),
    },
  });
}

const MIRROR = z.looseObject({
  tools: z.array(z.string()),
  values: z.array(z.number()),
  counts: z.array(z.number()),
});

/** What others wrote of tools that are not ours stays. */
function merged(
  old: z.infer<typeof MIRROR> | undefined,
  tools: PolicyState["tools"],
): z.infer<typeof MIRROR> {
  const rows = new Map(
    old?.tools.map((tool, i) => [tool, [old.values[i] ?? 0, old.counts[i] ?? 0] as const]),
  );
  for (const [tool, [count, sum]] of Object.entries(tools)) rows.set(tool, [sum / count, count]);
  const sorted = [...rows].sort(([a], [b]) => a < b ? -1 : 1);
  return {
    version: 1,
    policy: "sparse-linear",
    tools: sorted.map(([tool]) => tool),
    values: sorted.map(([, [value]]) => value),
    counts: sorted.map(([, [, count]]) => count),
  };
}
