import { closest } from "./closest.ts";
import type { Config } from "./config.ts";
import {
  CONFIG_OPTIONS,
  type ConfigOption,
  type ConfigOrigin,
  fileName,
  findOption,
} from "./config_options.ts";
import { type ConfigValue, parseConfigValue } from "./config_value.ts";
import { UserError } from "./errors.ts";

/** A parsed configuration file. */
export interface ConfigFile {
  /** As shown in messages. */
  readonly path: string;
  /** Its top level. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** All that a configuration is made of, strongest first. */
export interface ConfigSources {
  /** Values of flags by the option's key; undefined where none was given. */
  readonly flags?: Readonly<Partial<Record<keyof Config, unknown>>>;
  /** The environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The workspace's file: content of the repository, so it can only narrow. */
  readonly workspaceFile?: ConfigFile | undefined;
  /** The user's own file. */
  readonly userFile?: ConfigFile | undefined;
}

/** Where one value came from. */
export interface ValueOrigin {
  /** The kind of place. */
  readonly origin: ConfigOrigin;
  /** The flag, variable or file; empty for a default. */
  readonly detail: string;
}

/** The outcome of {@linkcode mergeConfig}. */
export interface MergedConfig {
  /** Frozen. */
  readonly config: Config;
  /** For each setting, which place won. */
  readonly origins: Readonly<Record<keyof Config, ValueOrigin>>;
  /** One line for each value that was not taken and each unknown key. */
  readonly warnings: readonly string[];
}

/** One place that gives a value for an option. */
interface Candidate extends ValueOrigin {
  readonly raw: unknown;
}

const OLLAMA_MODEL = "qwen3:1.7b";

/**
 * Merges flags, environment, the workspace's file, the user's file and the defaults, in this order
 * of strength. A bad value in a variable or file costs a warning and the next source counts.
 *
 * @throws {UserError} `usage` for a bad value of a flag.
 *
 * @example
 * ```ts
 * import { mergeConfig } from "@dspy/code/core";
 * import assert from "node:assert/strict";
 *
 * const { config, origins } = mergeConfig({
 *   flags: { plain: true },
 *   env: { MAX_LOG_BYTES: "1000", TOOL_APPROVAL: "manual" },
 *   workspaceFile: { path: ".dspy/config.yaml", values: { approval: "auto", timeout_sec: 60 } },
 * });
 * assert.equal(config.timeoutSec, 60);
 * assert.equal(config.approval, "manual");
 * assert.equal(origins.maxLogBytes.detail, "MAX_LOG_BYTES");
 * ```
 */
export function mergeConfig(sources: ConfigSources = {}): MergedConfig {
  const warnings = [
    ...unknownKeys(sources.workspaceFile),
    ...unknownKeys(sources.userFile),
  ];
  const values: Partial<Record<keyof Config, unknown>> = {};
  const origins: Partial<Record<keyof Config, ValueOrigin>> = {};
  for (const option of CONFIG_OPTIONS) {
    values[option.key] = option.default;
    origins[option.key] = { origin: "default", detail: "" };
    for (const { raw, ...from } of candidates(option, sources)) {
      const parsed = from.origin === "workspace file"
        ? narrowed(option, parseConfigValue(option, raw))
        : parseConfigValue(option, raw);
      if (parsed.ok) {
        values[option.key] = parsed.value;
        origins[option.key] = from;
        break;
      }
      if (from.origin === "flag") {
        throw new UserError("usage", `--${option.flag}: ${parsed.reason.replace(/^\w+: /, "")}`);
      }
      warnings.push(`${from.detail}: ${parsed.reason}; ignored`);
    }
  }
  if (values.json === true) values.output = "stream-json";
  values.json = values.output === "stream-json";
  deriveModel(values, origins, sources.env ?? {});
  const config = Object.freeze(values) as unknown as Config;
  return { config, origins: origins as Record<keyof Config, ValueOrigin>, warnings };
}

function* candidates(option: ConfigOption, sources: ConfigSources): Generator<Candidate> {
  const flag = sources.flags?.[option.key];
  if (flag !== undefined) yield { raw: flag, origin: "flag", detail: `--${option.flag}` };
  for (const name of option.env) {
    const raw = sources.env?.[name];
    if (raw) yield { raw, origin: "environment", detail: name };
  }
  const { workspaceFile, userFile } = sources;
  if (workspaceFile) yield* inFile(option, workspaceFile, "workspace file");
  if (userFile) yield* inFile(option, userFile, "user file");
}

function* inFile(
  option: ConfigOption,
  file: ConfigFile,
  origin: ConfigOrigin,
): Generator<Candidate> {
  for (const [name, raw] of Object.entries(file.values)) {
    if (raw === null || findOption(name) !== option) continue;
    if (option.inFiles) yield { raw, origin, detail: file.path };
  }
}

/** Lets a value from the workspace pass only where it cannot widen anything. */
function narrowed(option: ConfigOption, parsed: ConfigValue): ConfigValue {
  if (!parsed.ok) return parsed;
  const { fromWorkspace } = option;
  const name = fileName(option);
  if (fromWorkspace === "none") {
    return { ok: false, reason: `a workspace cannot set ${name}` };
  }
  if (fromWorkspace !== "any" && !fromWorkspace.some((allowed) => allowed === parsed.value)) {
    return { ok: false, reason: `a workspace cannot set ${name} to ${parsed.value}` };
  }
  if (option.key === "logs" && leavesFolder(String(parsed.value))) {
    return { ok: false, reason: `a workspace cannot set logs to a folder outside it` };
  }
  return parsed;
}

function leavesFolder(path: string): boolean {
  return /^([/\\~]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes("..");
}

function unknownKeys(file: ConfigFile | undefined): string[] {
  if (!file) return [];
  const settable = CONFIG_OPTIONS.filter((option) => option.inFiles).map(fileName);
  return Object.keys(file.values).flatMap((name) => {
    const option = findOption(name);
    if (option?.inFiles) return [];
    if (option) return [`${file.path}: ${name} belongs to one run; use --${option.flag}`];
    const near = closest(name.toLowerCase().replaceAll("-", "_"), settable, { limit: 1 })[0];
    const hint = near ? `did you mean ${near}?` : `known are ${settable.join(", ")}`;
    return [`${file.path}: unknown setting ${JSON.stringify(name)}: ${hint}`];
  });
}

/** Fills in what follows from the other model settings where nobody chose. */
function deriveModel(
  values: Partial<Record<keyof Config, unknown>>,
  origins: Partial<Record<keyof Config, ValueOrigin>>,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const chosen = (key: keyof Config) => origins[key]?.origin !== "default";
  if (!chosen("ollama")) values.ollama = !env.OPENAI_API_KEY && values.baseUrl === undefined;
  const key = values.ollama ? "OLLAMA_API_KEY" : "OPENAI_API_KEY";
  values.keySet = Boolean(env[key]);
  origins.keySet = values.keySet
    ? { origin: "environment", detail: key }
    : { origin: "default", detail: "" };
  values.provider = configured() ? values.ollama ? "ollama" : "openai" : undefined;
  origins.provider = { origin: "default", detail: "" };
  if (!values.ollama) return;
  if (!chosen("baseUrl") && env.OLLAMA_HOST) {
    values.baseUrl = env.OLLAMA_HOST;
    origins.baseUrl = { origin: "environment", detail: "OLLAMA_HOST" };
  }
  const named = origins.model?.origin;
  if (named !== "default" && named !== "environment") return;
  values.model = env.OLLAMA_MODEL || OLLAMA_MODEL;
  origins.model = env.OLLAMA_MODEL
    ? { origin: "environment", detail: "OLLAMA_MODEL" }
    : { origin: "default", detail: "" };

  /** Nothing is asked over the network before somebody said that a model is there. */
  function configured(): boolean {
    if (values.localMode === true) return false;
    const named = chosen("model") || chosen("baseUrl");
    if (!values.ollama) return Boolean(env.OPENAI_API_KEY) || named;
    return named || chosen("ollama") || Boolean(env.OLLAMA_MODEL) || Boolean(env.OLLAMA_HOST);
  }
}
