import type { LearnedTool, Learner, LearnerPass } from "../core/agent/learner.ts";
import { describeError } from "../core/errors.ts";
import { lazy } from "../core/lazy.ts";
import type { Store } from "../core/store/types.ts";
import { openLearner } from "../rl/chooser/open_learner.ts";
import type { TrainingReport } from "../rl/background/trainer_options.ts";
import { toolPrior } from "../rl/chooser/tool_prior.ts";
import { DECISIONS } from "../rl/log/decision_log.ts";
import { openRlFiles } from "./rl_state_file.ts";

const loadTrainer = lazy<typeof import("../rl/background/train_once.ts")>(
  "../rl/background/train_once.ts",
  import.meta.url,
);
const loadRunning = lazy<typeof import("../rl/background/run_background_trainer.ts")>(
  "../rl/background/run_background_trainer.ts",
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

function passOf({ verdicts, champion, ...report }: TrainingReport): LearnerPass {
  return {
    ...report,
    champion: champion.canary === undefined
      ? champion.id
      : `${champion.id}, with ${champion.canary.id} in ${champion.canary.share * 100} %`,
    verdicts: verdicts.map(({ challenger, verdict: { decision, reasons } }) => ({
      challenger,
      decision,
      reason: reasons.join("; "),
    })),
  };
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
      outcome: ({ action, event_id, propensity, policy_id, policy_version }, reward, ts) =>
        mirrored(() =>
          files.outcome(action, reward, ts, {
            decision: event_id,
            propensity,
            policy: policy_id,
            policy_version,
          })
        ),
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
    async status() {
      return { ...await learner.status(), trained: await trained() };
    },
    async train({ once = false, onPass, ...options }) {
      const setup = { store, prior, warn, ...options };
      if (once) return onPass(passOf(await (await loadTrainer()).trainOnce(setup)));
      const { runBackgroundTrainer } = await loadRunning();
      await runBackgroundTrainer({ ...setup, onPass: (report) => onPass(passOf(report)) }).ended;
    },
  };

  /** What `rl train` has earned here, the most used tool first. */
  async function trained(): Promise<LearnedTool[]> {
    return Object.entries(await files.trainedTotals())
      .map(([tool, [count, sum]]) => ({ tool, count, reward: sum / count }))
      .sort((a, b) => b.count - a.count || (a.tool < b.tool ? -1 : 1));
  }

  async function train(): Promise<void> {
    try {
      const { trainOnce } = await loadTrainer();
      await trainOnce({ store, prior, most: MOST_ENTRIES, warn });
    } catch (error) {
      warn(`no policy was judged: ${describeError(error)}`);
    }
  }
}
