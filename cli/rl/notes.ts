import type { Bandit } from "../../rl/bandits/types.ts";
import { CHECKS } from "./checks.ts";
import { isContextual } from "./policy_of.ts";
import type { TrainSettings } from "./settings.ts";
import type { TrainFlags } from "./train_flags.ts";

/** Seconds after which a command that a person gave is ended in any case. */
const COMMAND_LIMIT = 180;

/** A sentence for each flag and action that changes nothing here. */
export function notesOn(
  flags: TrainFlags,
  { config: { actions } }: Pick<TrainSettings, "config">,
  bandit: Bandit,
): string[] {
  const { neural = false } = flags;
  const notes: string[] = [];
  const say = (given: unknown, note: string) => {
    if (given !== undefined && given !== false) notes.push(note);
  };
  say(flags.puffer, "--puffer: PufferLib is a Python package; the native trainer does the work");
  say(flags.skipGepa, "--skip-gepa: there is no prompt optimizer yet, so nothing is skipped");
  if (neural) {
    say(flags.policy, "--policy has no effect with --neural");
    say(flags.epsilon, "--epsilon has no effect with --neural");
    say(flags.ucbC, "--ucb-c has no effect with --neural");
  } else {
    const { kind } = bandit;
    say(flags.lr, "--lr has no effect without --neural");
    say(flags.entropy, "--entropy has no effect without --neural");
    if (kind !== "epsilon-greedy") say(flags.epsilon, `--epsilon has no effect on ${kind}`);
    if (kind !== "ucb1") say(flags.ucbC, `--ucb-c has no effect on ${kind}`);
    if (!isContextual(bandit)) {
      say(
        flags.vectorPath,
        `--vector-path has no effect on ${kind}: linucb, lints, squarecb, lin-softmax and ` +
          "--neural look at it",
      );
    }
  }
  const commands = { run_tests: flags.testCmd, lint: flags.lintCmd, build: flags.buildCmd };
  const names = { run_tests: "--test-cmd", lint: "--lint-cmd", build: "--build-cmd" };
  for (const check of CHECKS) {
    if (actions.includes(check)) continue;
    say(commands[check], `${names[check]} has no effect: ${check} is not among the actions`);
  }
  const others = actions.filter((action) => !(CHECKS as readonly string[]).includes(action));
  for (const action of others) {
    notes.push(
      action === "patch"
        ? "left out: patch, as there is none to try"
        : `left out: ${action}, as only checks earn a reward here`,
    );
  }
  const given = Object.values(commands).some((command) => command !== undefined);
  if (given && (flags.timeoutSec ?? 0) > COMMAND_LIMIT) {
    notes.push(`a command given by flag is ended after ${COMMAND_LIMIT} s all the same`);
  }
  return notes;
}
