import type { Learner } from "../core/agent/learner.ts";
import { describeError } from "../core/errors.ts";
import { lazy } from "../core/lazy.ts";
import type { Store } from "../core/store/types.ts";
import { openLearner } from "../rl/chooser/open_learner.ts";
import { toolPrior } from "../rl/chooser/tool_prior.ts";
import { DECISIONS } from "../rl/log/decision_log.ts";
import { openRlFiles } from "./rl_state_file.ts";

const loadTrainer = lazy<typeof import("../rl/background/train_once.ts")>(
  "../rl/background/train_once.ts",
  import.meta.url,
);

/** The trainer works when the log passes a multiple of so many entries: some forty decisions. */
const TRAIN_EVERY = 100;

/** What it takes at once, so that nobody waits long when there is much to catch up with. */
const MOST_ENTRIES = 500;

/** What {@linkcode sessionLearner} works with. */
export interface SessionLearnerSetup {
  readonly store: Store;
  /** Id of the session. */
  readonly session: string;
  /** The workspace's root, where the mirrors are. */
  readonly root: string;
  /** Whether a person looks on: scripts get the same answer each time, so nothing is tried there. */
  readonly interactive: boolean;
  readonly warn: (text: string) => void;
}

/**
 * The learner of a session: its log and state are in the store; `.dspy_rl_events.jsonl` and
 * `.dspy_rl_state.json` mirror them in the form that other programs of this family read.
 */
export async function sessionLearner(
  { store, session, root, interactive, warn }: SessionLearnerSetup,
): Promise<Learner> {
  const files = openRlFiles(root, warn);
  let told = false;
  const mirrored = async (write: () => Promise<void>) => {
    try {
      await write();
    } catch (error) {
      if (!told) warn(`what was learned is not mirrored: ${describeError(error)}`);
      told = true;
    }
  };
  const prior = toolPrior();
  const learner = await openLearner({
    store,
    session,
    prior,
    ...!interactive && { explore: 0 },
    warn,
    mirror: {
      outcome: (tool, reward, ts) => mirrored(() => files.outcome(tool, reward, ts)),
      state: ({ tools }) => mirrored(() => files.learned("sparse-linear", tools)),
    },
  });
  let head = await store.head(DECISIONS);
  return {
    ...learner,
    async learn(...outcome) {
      await learner.learn(...outcome);
      const before = head;
      head = await store.head(DECISIONS);
      if (Math.floor(before / TRAIN_EVERY) !== Math.floor(head / TRAIN_EVERY)) await train();
    },
    async reset() {
      await learner.reset();
      await train();
      return await learner.status();
    },
  };

  async function train(): Promise<void> {
    try {
      const { trainOnce } = await loadTrainer();
      await trainOnce({ store, prior, most: MOST_ENTRIES, warn });
    } catch (error) {
      warn(`no policy was judged: ${describeError(error)}`);
    }
  }
}
