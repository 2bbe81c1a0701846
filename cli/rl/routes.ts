import { buildCommand, buildRouteMap } from "@stricli/core";
import { lazy } from "../../core/lazy.ts";
import type { CliContext } from "../app.ts";
import { BACKGROUND_FLAGS, TRAIN_FLAGS, type TrainFlags } from "./train_flags.ts";

/** Commands that show or tend what was learned: actions of the tool `policy`. */
export type RlAction =
  | "status"
  | "evaluate"
  | "report"
  | "reset"
  | "replay"
  | "export"
  | "import";

/** What stands behind `rl background`. */
export interface BackgroundFlags {
  readonly once?: boolean;
  readonly interval?: number;
  readonly steps?: number;
}

type None = Record<never, never>;

const load = lazy<typeof import("../commands/rl.ts")>("../commands/rl.ts", import.meta.url);

const FORCE = "replace a file that this did not write";

function tending(action: RlAction, brief: string) {
  return buildCommand<None, [], CliContext>({
    docs: { brief },
    parameters: {},
    loader: async () => (await load()).tend(action),
  });
}

function tendingFile(action: RlAction, file: string, brief: string) {
  const parameter = { parse: String, placeholder: "file", brief: file, optional: true } as const;
  const force = { kind: "boolean", optional: true, brief: FORCE } as const;
  return buildCommand<{ force?: boolean }, [string?], CliContext>({
    docs: { brief },
    parameters: {
      positional: { kind: "tuple", parameters: [parameter] },
      flags: { force },
    },
    loader: async () => (await load()).tend(action),
  });
}

const config = buildRouteMap<"init", CliContext>({
  docs: { brief: "Settings of rl train" },
  routes: {
    init: buildCommand<{ out?: string; force?: boolean }, [], CliContext>({
      docs: { brief: "Write the settings of rl train, with their defaults, into this workspace" },
      parameters: {
        flags: {
          out: {
            kind: "parsed",
            parse: String,
            optional: true,
            placeholder: "file",
            brief: "where to; default .dspy_rl.json",
          },
          force: {
            kind: "boolean",
            optional: true,
            brief: "replace an existing file, keeping it as .bak",
          },
        },
      },
      loader: async () => (await load()).configInit,
    }),
  },
});

const TRAIN_DESCRIPTION =
  `Teaches a policy which of the tests, the linter and the build tells most here. Each step really
runs one, in a session like any other, and its report is the reward. What is learned is merged into
.dspy_rl_state.json by the tool's name, and each outcome is a line of .dspy_rl_events.jsonl, step by
step: Ctrl-C ends it and keeps both.

Settings: flags count more than RL_POLICY, RL_EPSILON, RL_UCB_C, RL_N_ENVS, RL_WEIGHTS,
RL_PENALTY_KINDS, RL_CLAMP01_KINDS, RL_SCALES and RL_VERIFIERS_MODULE, and those more than files.`;

const BACKGROUND_DESCRIPTION =
  `Follows the log of decisions: keeps other ways to learn learned, judges each by what it would have
done before it knew what came of it, and plays another one only when the gate says so. Each entry of
the log counts exactly once, however many trainers and sessions are at it; what a pass read and what
it made of it are written together. Each pass that finds something new is told; Ctrl-C ends it.

Sessions do the same now and then, so that nobody needs this: it is for looking on, and for machines
on which many sessions work. RL_BACKGROUND_STEPS is what a pass takes at most without --steps.`;

/** The command `rl`; alone it is `rl status`. */
export const rl = buildRouteMap<RlAction | "train" | "background" | "config", CliContext>({
  docs: { brief: "What was learned about tools here: look at it, judge it, keep it, train it" },
  routes: {
    status: tending("status", "What was learned so far"),
    evaluate: tending("evaluate", "Whether the learned policy is better than the rules"),
    report: tendingFile("report", "SVG to write", "How it went, as a plot; with a file as SVG"),
    reset: tending("reset", "Forget what was learned"),
    replay: tending("replay", "Learn the whole log anew"),
    export: tendingFile("export", "file to write", "Print what was learned, or write it"),
    import: tendingFile("import", "what export has written", "Go on from what was exported"),
    train: buildCommand<TrainFlags, [], CliContext>({
      docs: {
        brief: "Teach a policy with the real tests, linter and build of this workspace",
        fullDescription: TRAIN_DESCRIPTION,
      },
      parameters: { flags: TRAIN_FLAGS },
      loader: async () => (await load()).train,
    }),
    background: buildCommand<BackgroundFlags, [], CliContext>({
      docs: {
        brief: "Train and judge challengers by what sessions log, until Ctrl-C",
        fullDescription: BACKGROUND_DESCRIPTION,
      },
      parameters: { flags: BACKGROUND_FLAGS },
      loader: async () => (await load()).background,
    }),
    config,
  },
});
