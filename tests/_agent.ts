// What the tests of bad models share: a request answered by a scripted model, through the launcher,
// the jail and all.
import assert from "node:assert/strict";
import { serveScripted } from "../testing/mod.ts";
import { noTrace } from "./_bad_input.ts";
import { type CliOptions, type CliResult, eventsOf, type Sandbox } from "./_cli.ts";

/** Made up here, so that no scanner takes this file for a leak. */
export const KEY: string = `sk-${"T3st".repeat(10)}`;

/** A turn of a scenario, as in `docs/scenarios.md`. */
export type ScriptedTurn = Readonly<Record<string, unknown>>;

/** How a request to a scripted model ended. */
export interface Answered extends CliResult {
  /** The requests that the model got, as text. */
  readonly bodies: readonly string[];
  /** What was not as the turns expect. */
  readonly problems: readonly string[];
  /** Whether every turn was played. */
  readonly done: boolean;
  /** The events, when the run was one with `--json`. */
  readonly events: ReturnType<typeof eventsOf>;
  /** The results of the calls that the model got, oldest first. */
  readonly results: readonly string[];
}

/** Options of {@linkcode askScripted}. */
export interface AskScriptedOptions extends CliOptions {
  /** Flags before the command. Default `--json`. */
  readonly flags?: readonly string[];
  /** The command. Default `run "do it"`. */
  readonly words?: readonly string[];
  /** What else stands in the scenario: `window`, `split`. */
  readonly scenario?: Readonly<Record<string, unknown>>;
  /** Default `openai`. */
  readonly protocol?: "openai" | "ollama";
  /** Whether the user's own file says where the model is; default the environment does. */
  readonly addressInFile?: boolean;
}

/** Has a scripted model answer one request in a sandbox. Our own defects fail the test. */
export async function askScripted(
  box: Sandbox,
  turns: readonly ScriptedTurn[],
  options: AskScriptedOptions = {},
): Promise<Answered> {
  const { flags = ["--json"], words = ["run", "do it"], scenario, protocol, env } = options;
  const { addressInFile = false, stdin, cwd, through } = options;
  await using model = await serveScripted({ ...scenario, turns });
  const place = protocol === "ollama"
    ? { OLLAMA_HOST: model.host, OLLAMA_API_KEY: KEY }
    : { OPENAI_API_KEY: KEY, ...!addressInFile && { OPENAI_BASE_URL: model.url } };
  if (addressInFile) {
    await box.write("../home/.config/dspy-code/config.yaml", `base_url: ${model.url}\n`);
  }
  const result = await box.cli(["--model", "scripted", ...flags, ...words], {
    ...stdin !== undefined && { stdin },
    ...cwd !== undefined && { cwd },
    ...through !== undefined && { through },
    env: { ...place, ...env },
  });
  noTrace(result);
  const asked = model.requests.filter(({ path }) => /chat(?:\/completions)?$/.test(path));
  const bodies = asked.map(({ body }) => JSON.stringify(body));
  return {
    ...result,
    bodies,
    problems: [...model.problems],
    done: model.done,
    events: flags.includes("--json") ? eventsOf(result) : [],
    results: resultsIn(asked.at(-1)?.body),
  };
}

/** The calls of a turn, each as its tool and arguments; a text is sent as it is. */
export function calls(...list: readonly [tool: string, args?: unknown][]): ScriptedTurn {
  return {
    calls: list.map(([tool, args = {}]) =>
      typeof args === "string" ? { tool, rawArgs: args } : { tool, args }
    ),
  };
}

/** The one answer of a run: `agent.end`. */
export function endOf({ events, stdout, stderr }: Answered): { stop: string; summary: string } {
  const end = events.findLast(({ type }) => type === "agent.end")?.data;
  assert.ok(end !== undefined, stdout + stderr);
  return end as { stop: string; summary: string };
}

function resultsIn(body: unknown): string[] {
  const { messages = [] } = (body ?? {}) as { messages?: { role: string; content: string }[] };
  return messages.filter(({ role }) => role === "tool").map(({ content }) => content);
}
