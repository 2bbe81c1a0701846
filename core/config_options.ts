import type { Config } from "./config.ts";

/** Where a value came from, strongest first. */
export type ConfigOrigin = "flag" | "environment" | "workspace file" | "user file" | "default";

/** What a value may be. */
export type ConfigType = "text" | "boolean" | "number" | "amount" | "choice";

/** One setting: flags, variables, files, docs and checks all come from this row. */
export interface ConfigOption {
  /** Name in {@linkcode Config}. */
  readonly key: keyof Config;
  /** Flag without dashes, kebab case; booleans also take `--no-x`. */
  readonly flag: string;
  /** Environment variables, first one set wins. */
  readonly env: readonly string[];
  /** What a value may be. */
  readonly type: ConfigType;
  /** Value when no place gives one; undefined when there is none. */
  readonly default: string | number | boolean | undefined;
  /** Values of a choice. */
  readonly choices?: readonly string[];
  /** Smallest and largest number. */
  readonly range?: readonly [number, number];
  /**
   * Values that a workspace's file may set. It is content of the repository, so it must not reach
   * anything that widens rights or moves traffic: `none`, `any`, or only the listed values.
   */
  readonly fromWorkspace: "none" | "any" | readonly (string | boolean)[];
  /** False when no file may set it, because it belongs to one run. */
  readonly inFiles: boolean;
  /** One line for help and docs. */
  readonly doc: string;
}

const MIB = 1024 ** 2;

/** All settings, in the order in which help and `config` show them. */
export const CONFIG_OPTIONS: readonly ConfigOption[] = [
  {
    key: "workspace",
    flag: "workspace",
    env: ["WORKSPACE_DIR"],
    type: "text",
    default: ".",
    fromWorkspace: "none",
    inFiles: false,
    doc: "folder to work in",
  },
  {
    key: "logs",
    flag: "logs",
    env: [],
    type: "text",
    default: "logs",
    fromWorkspace: "any",
    inFiles: true,
    doc: "folder of the logs, relative to the workspace",
  },
  {
    key: "approval",
    flag: "approval",
    env: ["TOOL_APPROVAL"],
    type: "choice",
    default: undefined,
    choices: ["auto", "manual", "edit", "plan"],
    fromWorkspace: ["manual", "plan"],
    inFiles: true,
    doc: "auto: run all that the policy allows; manual: ask for everything the agent chooses; " +
      "edit: changes of files run, commands ask; plan: only read; " +
      "unset: reads run, writes and commands ask",
  },
  {
    key: "yes",
    flag: "yes",
    env: [],
    type: "boolean",
    default: false,
    fromWorkspace: "none",
    inFiles: false,
    doc: "answer yes where a person would be asked",
  },
  {
    key: "json",
    flag: "json",
    env: [],
    type: "boolean",
    default: false,
    fromWorkspace: "none",
    inFiles: false,
    doc: "events as JSON lines instead of text: --output stream-json",
  },
  {
    key: "output",
    flag: "output",
    env: [],
    type: "choice",
    default: "text",
    choices: ["text", "json", "stream-json"],
    fromWorkspace: "none",
    inFiles: false,
    doc: "text, json: one object at the end, stream-json: each event as a line",
  },
  {
    key: "plain",
    flag: "plain",
    env: [],
    type: "boolean",
    default: false,
    fromWorkspace: "any",
    inFiles: true,
    doc: "no colour, no progress line",
  },
  {
    key: "maxFileBytes",
    flag: "max-file-bytes",
    env: [],
    type: "number",
    default: 1_000_000,
    range: [1, 64 * MIB],
    fromWorkspace: "any",
    inFiles: true,
    doc: "searches skip larger files, in bytes",
  },
  {
    key: "maxLogBytes",
    flag: "max-log-bytes",
    env: ["MAX_LOG_BYTES"],
    type: "number",
    default: 512_000,
    range: [2, 64 * MIB],
    fromWorkspace: "any",
    inFiles: true,
    doc: "larger logs are cut in the middle, in bytes",
  },
  {
    key: "timeoutSec",
    flag: "timeout-sec",
    env: [],
    type: "number",
    default: 180,
    range: [1, 86_400],
    fromWorkspace: "any",
    inFiles: true,
    doc: "limit for a test, lint or build run, in seconds",
  },
  {
    key: "localMode",
    flag: "local-mode",
    env: ["LOCAL_MODE"],
    type: "boolean",
    default: false,
    fromWorkspace: [true],
    inFiles: true,
    doc: "never ask a model, even when one is configured",
  },
  {
    key: "model",
    flag: "model",
    env: ["MODEL_NAME"],
    type: "text",
    default: "gpt-4o-mini",
    fromWorkspace: "none",
    inFiles: true,
    doc: "name of the model; with Ollama OLLAMA_MODEL, by default qwen3:1.7b",
  },
  {
    key: "baseUrl",
    flag: "base-url",
    env: ["OPENAI_BASE_URL"],
    type: "text",
    default: undefined,
    fromWorkspace: "none",
    inFiles: true,
    doc: "address of the model's API",
  },
  {
    key: "ollama",
    flag: "ollama",
    env: ["USE_OLLAMA"],
    type: "boolean",
    default: true,
    fromWorkspace: "none",
    inFiles: true,
    doc: "whether Ollama serves the model; by default unless a key or an address is set",
  },
  {
    key: "allowHttp",
    flag: "allow-http",
    env: ["ALLOW_HTTP"],
    type: "boolean",
    default: false,
    fromWorkspace: "none",
    inFiles: true,
    doc: "send the model's key over plain http to another machine",
  },
  {
    key: "window",
    flag: "window",
    env: [],
    type: "number",
    default: undefined,
    range: [1_024, 10_000_000],
    fromWorkspace: "none",
    inFiles: true,
    doc: "context window to serve, in tokens; default what the server says",
  },
  {
    key: "maxSteps",
    flag: "max-steps",
    env: [],
    type: "number",
    default: 100,
    range: [1, 10_000],
    fromWorkspace: "none",
    inFiles: true,
    doc: "turns with calls in one run of the model",
  },
  {
    key: "maxTokens",
    flag: "max-tokens",
    env: [],
    type: "number",
    default: undefined,
    range: [1, 1_000_000_000],
    fromWorkspace: "none",
    inFiles: true,
    doc: "tokens that one run may take",
  },
  {
    key: "maxCost",
    flag: "max-cost",
    env: [],
    type: "amount",
    default: undefined,
    range: [0, 1_000_000],
    fromWorkspace: "none",
    inFiles: true,
    doc: "US dollars that one run may take; needs --price",
  },
  {
    key: "maxTime",
    flag: "max-time",
    env: [],
    type: "number",
    default: undefined,
    range: [1, 86_400],
    fromWorkspace: "none",
    inFiles: true,
    doc: "seconds that one run may take",
  },
  {
    key: "modelTimeout",
    flag: "model-timeout",
    env: [],
    type: "number",
    default: 30,
    range: [1, 3_600],
    fromWorkspace: "none",
    inFiles: true,
    doc: "seconds that the model may be silent; slow ones on your own machine need more",
  },
  {
    key: "price",
    flag: "price",
    env: [],
    type: "text",
    default: undefined,
    fromWorkspace: "none",
    inFiles: true,
    doc: "US dollars per million tokens read and written, as 0.15/0.60",
  },
];

/**
 * Finds the option that a name in a file means: `max_log_bytes`, `max-log-bytes`, `maxLogBytes`.
 *
 * @param name as written.
 */
export function findOption(name: string): ConfigOption | undefined {
  const wanted = canonical(name);
  return CONFIG_OPTIONS.find((option) => canonical(option.flag) === wanted);
}

/** An option's name in a file: `max_log_bytes`. */
export function fileName(option: ConfigOption): string {
  return option.flag.replaceAll("-", "_");
}

function canonical(name: string): string {
  return name.replaceAll(/[-_]/g, "").toLowerCase();
}
