import { UserError } from "../../core/errors.ts";
import { createPathGuard } from "../../core/safety/paths.ts";
import { parseWords } from "../../core/safety/words.ts";
import { rewardOptions } from "../../rl/tools/reward_options.ts";
import { createToolEnv, type ToolExecutor } from "../../rl/tools/tool_env.ts";
import { DEFAULT_VERIFIERS } from "../../rl/verifiers/verifiers.ts";
import { openRlFiles } from "../rl_state_file.ts";
import type { Shell } from "../shell.ts";
import { jsonLine } from "../ui/json_lines.ts";
import { type Check, CHECKS, createChecks } from "./checks.ts";
import { findChecks } from "./find_checks.ts";
import { type JailedVerifiers, openJailedVerifiers } from "./jailed_verifiers.ts";
import { lastVector } from "./last_vector.ts";
import { notesOn } from "./notes.ts";
import { createOutcomes, type OutcomesOptions } from "./outcomes.ts";
import { policyOf } from "./policy_of.ts";
import { readTrainSettings } from "./settings.ts";
import { teachBandit } from "./teach_bandit.ts";
import { NETWORK, teachNetwork } from "./teach_network.ts";
import type { TrainFlags } from "./train_flags.ts";
import type { Learned, Training } from "./training.ts";

/** Lines of progress in a training. */
const PROGRESS_LINES = 20;

/**
 * `rl train`: steps an environment whose actions are the checks of the workspace, and teaches a
 * policy. Each check that is found runs once before, to see whether it works; that earns nothing.
 *
 * @returns the exit code: 130 when it was stopped; what was learned until then is kept.
 * @throws {UserError} when there is nothing to learn from, or a check can no longer be run.
 */
export async function rlTrain(shell: Shell, flags: TrainFlags): Promise<number> {
  const { timeoutSec } = flags;
  if (timeoutSec === undefined) return await train(shell, flags);
  // Only in a REPL: on a command line this flag is one of all commands.
  const { config } = await shell.place();
  await shell.reopen({ timeoutSec });
  try {
    return await train(shell, flags);
  } finally {
    await shell.reopen({ timeoutSec: config.timeoutSec });
  }
}

async function train(shell: Shell, flags: TrainFlags): Promise<number> {
  const { io, env } = shell;
  const { workspace: { root }, policy, ours, config: { timeoutSec, output } } = await shell.place();
  const guard = createPathGuard(root, { denied: policy.deny_paths, own: ours });
  const settings = readTrainSettings({ flags, env, guard, warn: io.err });
  const { config, verifiersModule } = settings;
  const commands = commandsOf(flags);
  const { vectorPath } = flags;
  const contextSize = vectorPath === undefined ? 0 : lastVector(guard, vectorPath).length;
  const untaught = policyOf(config, CHECKS, DEFAULT_VERIFIERS.length + contextSize);
  for (const note of notesOn({ ...flags, timeoutSec }, settings, untaught)) io.err(note);
  await using jailed = verifiersModule === undefined
    ? undefined
    : await openJailedVerifiers({ guard, path: verifiersModule, env });
  if (jailed !== undefined) shell.leaveBy(async () => await jailed[Symbol.asyncDispose]());

  const stop = new AbortController();
  const interrupt = () => stop.abort(new UserError("aborted", "stopped"));
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    const launcher = await shell.launcher();
    const execute = createChecks({ launcher, commands, timeoutSec });
    const arms = await findChecks(config.actions, execute, stop.signal, io.err);
    const { steps = 200, neural = false } = flags;
    const outcomes = createOutcomes({
      files: openRlFiles(root, io.err),
      policy: neural ? "neural" : untaught.kind,
      arms,
      onAdd: progress(steps * config.n_envs, io.err),
      onFailure: () => stop.abort(),
    });
    const training: Training = {
      config,
      arms,
      steps,
      seed: crypto.getRandomValues(new Uint32Array(1))[0]!,
      outcomes,
      signal: stop.signal,
      makeEnv: () =>
        createToolEnv(scored(execute, jailed), {
          verifiers: jailed?.verifiers ?? DEFAULT_VERIFIERS,
          reward: rewardOptions(config),
          allowedActions: arms,
          contextSize,
          contextProvider: () => vectorPath === undefined ? [] : lastVector(guard, vectorPath),
        }),
    };
    try {
      const learned = neural
        ? await teachNetwork(training, flags, root)
        : await teachBandit(training, io.err);
      await outcomes.written();
      report(training, learned, io, output !== "text");
    } catch (error) {
      stop.abort();
      await outcomes.written();
      if (outcomes.count > 0) io.err(`what ${outcomes.count} steps brought is kept`);
      throw error;
    }
    return outcomes.count < steps * config.n_envs ? 130 : 0;
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
  }
}

function commandsOf({ testCmd, lintCmd, buildCmd }: TrainFlags): Partial<Record<Check, string>> {
  const commands = {
    ...testCmd !== undefined && { run_tests: testCmd },
    ...lintCmd !== undefined && { lint: lintCmd },
    ...buildCmd !== undefined && { build: buildCmd },
  };
  // What no shell reads is refused before anything runs.
  for (const command of Object.values(commands)) parseWords(command);
  return commands;
}

function scored(execute: ToolExecutor, jailed: JailedVerifiers | undefined): ToolExecutor {
  if (jailed === undefined) return execute;
  return async (...call) => {
    const result = await execute(...call);
    return await jailed.score(result).catch((error: unknown) => {
      // Ctrl-C ends it too.
      call[2].throwIfAborted();
      throw error;
    });
  };
}

/** Tells now and then how it goes. */
function progress(total: number, tell: (line: string) => void): OutcomesOptions["onAdd"] {
  const every = Math.ceil(total / PROGRESS_LINES);
  return (tool, reward, { count, mean }) => {
    if (count % every !== 0 && count !== total) return;
    tell(`step ${count} of ${total}: ${tool} ${reward.toFixed(2)}, mean ${mean.toFixed(3)}`);
  };
}

function report(
  { config: { n_envs }, steps, outcomes: { count, mean, totals } }: Training,
  { policy, next }: Learned,
  io: Shell["io"],
  json: boolean,
): void {
  const stopped = count < steps * n_envs;
  const rows = [...totals()].map(([tool, [count, sum]], i) => ({
    tool,
    count,
    avg_reward: count === 0 ? 0 : sum / count,
    next: next[i]!,
  }));
  if (json) {
    const tools = Object.fromEntries(rows.map(({ tool, ...row }) => [tool, row]));
    const data = { policy, steps: count, n_envs, avg_reward: mean, stopped, tools };
    return io.out(jsonLine({ type: "rl.train", data }));
  }
  if (stopped) io.out(`stopped after ${count} of ${steps * n_envs} steps; they are kept`);
  const envs = n_envs === 1 ? "1 environment" : `${n_envs} environments`;
  io.out(`steps ${count}, avg_reward ${mean.toFixed(3)} (${policy}, ${envs})`);
  for (const { tool, count, avg_reward, next } of rows) {
    io.out(
      `  ${tool.padEnd(10)} ${String(count).padStart(5)} times, reward ${avg_reward.toFixed(2)}, ` +
        `next with probability ${next.toFixed(2)}`,
    );
  }
  if (policy === "neural") io.out(`the network: ${NETWORK.join("/")}/latest.json`);
  io.out("merged into .dspy_rl_state.json; outcomes in .dspy_rl_events.jsonl");
}
