import assert from "node:assert/strict";
import { join } from "node:path";
import { stateDir } from "../core/safety/state_dir.ts";
import { trust } from "../core/safety/trust.ts";
import { workspaceServers } from "../cli/mcp/workspace_servers.ts";
import { type Scenario, serveScripted } from "../testing/mod.ts";
import type { CliResult, Sandbox } from "./_cli.ts";

export { serverCommand } from "../cli/mcp/_test_server.ts";

/** Writes the user's configuration. */
export async function configure({ folder }: Sandbox, mcp: unknown): Promise<void> {
  const path = join(folder, "home", ".config", "dspy-code");
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeTextFile(join(path, "config.yaml"), JSON.stringify({ mcp }));
}

/** Stands in for the person, who alone can say in a terminal that the servers are trusted. */
export async function trustServers({ ws, commandLine }: Sandbox): Promise<void> {
  const { trustText } = (await workspaceServers(ws))!;
  await trust(await stateDir(ws, commandLine([]).env), ws, trustText, "mcp");
}

/** How a request to the scripted model ended. */
export interface Asked extends CliResult {
  readonly problems: readonly string[];
  readonly done: boolean;
  /** All that the model was sent. */
  readonly bodies: string;
}

/** Has the scripted model take these turns. */
export async function ask(
  box: Sandbox,
  args: readonly string[],
  turns: Scenario["turns"],
  more: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  const scenario = { model: "scripted", window: 65_536, capabilities: ["tools"], as: {}, turns };
  await using model = await serveScripted(scenario as Scenario);
  const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "none", ...more };
  const result = await box.cli(["--model", "scripted", ...args, "run", "what is said?"], { env });
  const bodies = model.requests.map(({ body }) => JSON.stringify(body)).join("\n");
  return { ...result, problems: [...model.problems], done: model.done, bodies };
}

/** The model was asked what was expected, up to its last word. */
export function wentThrough({ problems, done, code, stderr }: Asked): void {
  assert.deepEqual([problems, done, code], [[], true, 0], stderr);
}

/** Finds a tool by a word, calls it, and says the last word. */
export function oneCall(
  find: string,
  tool: string,
  args: Record<string, unknown>,
  result: string,
): Scenario["turns"] {
  return [
    { expect: { withoutTools: [tool] }, calls: [{ tool: "find_tool", args: { query: find } }] },
    { expect: { tools: [tool], lastResult: tool }, calls: [{ tool, args }] },
    { expect: { lastResult: result }, say: "That is all." },
  ];
}
