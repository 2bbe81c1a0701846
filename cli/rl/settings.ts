import { UserError } from "../../core/errors.ts";
import type { PathGuard } from "../../core/safety/paths.ts";
import { readGuarded } from "../../core/safety/read_guarded.ts";
import { parseRLConfig, type RLConfig } from "../../rl/tools/rl_config.ts";
import type { TrainFlags } from "./train_flags.ts";

/** Where `rl config init` writes and `rl train` reads. */
export const RL_CONFIG = ".dspy_rl.json";

/** Written by whoever searched for better settings; counts more. */
const BEST = ".dspy/rl/best.json";

/** Built-in verifiers, as a name of a module. */
const BUILT_IN = "verifiers";

/** Environments side by side without any setting. */
const DEFAULT_ENVS = 2;

const MAX_BYTES = 1024 * 1024;

/** What {@linkcode readTrainSettings} starts from. */
export interface TrainSettingsSources {
  readonly flags: TrainFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly guard: PathGuard;
  /** Told of variables that are left out, a sentence each. */
  readonly warn: (line: string) => void;
}

/** How to train. */
export interface TrainSettings {
  readonly config: RLConfig;
  /** The module that a person named; undefined: the built-in verifiers. */
  readonly verifiersModule: string | undefined;
}

type Given = Partial<RLConfig>;

/**
 * Puts the settings together: flag, then variable, then file, then default.
 *
 * @throws {UserError} `usage` for a file that cannot be understood, naming the key and what stands
 * there; `refused` when a file of the workspace names code to run.
 */
export function readTrainSettings(
  { flags, env, guard, warn }: TrainSettingsSources,
): TrainSettings {
  const fromFiles = readFiles(guard, flags.rlConfig);
  const fromEnv = readEnv(env, warn);
  const fromFlags: Given = {
    ...flags.policy !== undefined && { policy: flags.policy },
    ...flags.epsilon !== undefined && { epsilon: flags.epsilon },
    ...flags.ucbC !== undefined && { ucb_c: flags.ucbC },
    ...flags.nEnvs !== undefined && { n_envs: flags.nEnvs },
    ...flags.verifiersModule !== undefined && { verifiers_module: flags.verifiersModule },
  };
  const typed = { ...fromEnv, ...fromFlags };
  const config = parseRLConfig({ n_envs: DEFAULT_ENVS, ...fromFiles, ...typed });
  const { verifiers_module: module } = config;
  if (module === BUILT_IN) return { config, verifiersModule: undefined };
  if (typed.verifiers_module === undefined) {
    throw new UserError("refused", `a file of the workspace names code to run: ${module}`, {
      rule: "rl.verifiers",
      hint: `name it yourself: --verifiers-module ${module}, or ${BUILT_IN} for the built-in ones`,
    });
  }
  return { config, verifiersModule: module };
}

function readFiles(guard: PathGuard, named: string | undefined): Given {
  if (named !== undefined) return readFile(guard, named);
  return Object.assign({}, ...[RL_CONFIG, BEST].map((path) => readOptional(guard, path)));
}

function readOptional(guard: PathGuard, path: string): Given {
  try {
    Deno.lstatSync(`${guard.root}/${path}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    if (error instanceof Deno.errors.NotADirectory) return {};
    throw error;
  }
  return readFile(guard, path);
}

/** Only what stands in the file, so that defaults do not hide what others say. */
function readFile(guard: PathGuard, path: string): Given {
  const text = new TextDecoder().decode(readGuarded(guard, path, { maxBytes: MAX_BYTES }));
  try {
    const config = parseRLConfig(text);
    const outer = JSON.parse(text);
    const keys = Object.keys(outer.config ?? outer) as (keyof RLConfig)[];
    return Object.fromEntries(keys.map((key) => [key, config[key]]));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError("usage", `${path}: ${error.message}`, {
      hint: "mend it, or write a new one: rl config init --force",
    });
  }
}

const VARIABLES: readonly (readonly [string, keyof RLConfig, (text: string) => unknown])[] = [
  ["RL_POLICY", "policy", String],
  ["RL_EPSILON", "epsilon", Number],
  ["RL_UCB_C", "ucb_c", Number],
  ["RL_N_ENVS", "n_envs", Number],
  ["RL_VERIFIERS_MODULE", "verifiers_module", String],
  ["RL_WEIGHTS", "weights", JSON.parse],
  ["RL_PENALTY_KINDS", "penalty_kinds", commaSeparated],
  ["RL_CLAMP01_KINDS", "clamp01_kinds", commaSeparated],
  ["RL_SCALES", "scales", JSON.parse],
];

function readEnv(
  env: TrainSettingsSources["env"],
  warn: TrainSettingsSources["warn"],
): Given {
  const given: Record<string, unknown> = {};
  for (const [name, key, parse] of VARIABLES) {
    const text = env[name]?.trim() ?? "";
    if (text === "") continue;
    try {
      given[key] = parseRLConfig({ [key]: parse(text) })[key];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      warn(`${name}=${text.slice(0, 80)} is left out: ${why}`);
    }
  }
  return given;
}

function commaSeparated(text: string): string[] {
  return text.split(",").map((word) => word.trim()).filter((word) => word !== "");
}
