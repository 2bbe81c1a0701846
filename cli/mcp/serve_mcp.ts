import { Server } from "@modelcontextprotocol/sdk/server";
import type { CallToolResult, Tool } from "@modelcontextprotocol/sdk/types";
// @ts-types="@modelcontextprotocol/sdk/types"
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { describeError } from "../../core/errors.ts";
import type { CatalogEntry } from "../../core/registry.ts";
import { policyDenial } from "../../core/safety/policy_denial.ts";
import { VERSION } from "../../core/version.ts";
import type { Launcher } from "../launcher.ts";
import { ALL_NEEDS } from "../jail_plan.ts";
import { openLauncher } from "../open_launcher.ts";
import { prepareModules } from "../prepare_modules.ts";
import type { Shell } from "../shell.ts";
import { createTerminal, type Terminal } from "../ui/terminal.ts";
import { createLineTransport, type LineStreams } from "./line_transport.ts";

/** Options of {@linkcode serveMcp}. */
export interface ServeMcpOptions {
  /** Offers the tools that write and that start programs too. Default false: only those that read. */
  readonly writes?: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Characters of one result's text. */
const MAX_TEXT = 1_000_000;

/**
 * Offers our tools to another agent, until its stream ends. Its calls are decided like those of our
 * own model, and nobody can be asked: what would ask is refused.
 *
 * @param streams nothing but the protocol is written to them.
 */
export async function serveMcp(
  shell: Shell,
  streams: Pick<LineStreams, "readable" | "writable">,
  { writes = false, signal }: ServeMcpOptions,
): Promise<void> {
  const { env, registry } = shell;
  const { mcp: _, ...place } = await shell.place();
  await prepareModules({ env, tell: shell.io.err });
  // Without `writes` it is plan mode, in which the gate lets an agent only read.
  const config = writes ? place.config : { ...place.config, approval: "plan" as const };
  const launcher = await openLauncher({
    place: { ...place, config, interactive: false, model: undefined },
    env,
    registry,
    terminal: quietTerminal(env),
  }, ALL_NEEDS);
  const offered = registry.entries.filter(({ name, effect }) =>
    (writes || effect === "read") && policyDenial(place.policy, "", name) === undefined
  );
  const { root } = place.workspace;
  const server = new Server({ name: "dspy-code", version: VERSION }, {
    capabilities: { tools: {} },
    instructions: `Tools of dspy-code for the folder ${root}. Paths are relative to it. ` +
      "Each call is decided by the user's permissions; a refusal names its rule.",
  });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offered.map(toolOf) }));
  server.setRequestHandler(
    CallToolRequestSchema,
    async ({ params }, { signal, sendNotification }) => {
      const { name, arguments: input = {}, _meta } = params;
      const entry = offered.find((entry) => entry.name === name);
      if (entry === undefined) return answer(`no tool called ${JSON.stringify(name)}`, true);
      const token = _meta?.progressToken;
      return await perform(launcher, entry, input, signal, (update, progress) => {
        if (token === undefined) return;
        const { text: message, total } = update;
        const params = {
          progressToken: token,
          progress,
          message,
          ...total !== undefined && { total },
        };
        // Who no longer listens misses nothing.
        sendNotification({ method: "notifications/progress", params }).catch(() => {});
      });
    },
  );

  const ended = Promise.withResolvers<void>();
  server.onclose = ended.resolve;
  server.onerror = () => {};
  const stop = () => void server.close();
  signal.addEventListener("abort", stop);
  try {
    await server.connect(createLineTransport(streams));
    if (signal.aborted) stop();
    await ended.promise;
  } finally {
    signal.removeEventListener("abort", stop);
    await launcher.close();
  }
}

/** A sign of life from a call. */
interface Update {
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
}

async function perform(
  launcher: Launcher,
  { name }: CatalogEntry,
  input: unknown,
  signal: AbortSignal,
  tell: (update: Update, progress: number) => void,
): Promise<CallToolResult> {
  const id = crypto.randomUUID();
  let count = 0;
  const updates = launcher.bus.subscribe("tool.update", ({ value: { type, data } }) => {
    if (type !== "tool.update" || data.call !== id) return;
    // It must grow with each one.
    count = Math.max(count + 1, data.done ?? 0);
    tell(data, count);
  });
  try {
    const { ok, text, data } = await launcher.call(name, input, { id, origin: "agent", signal });
    // A search that finds nothing has a result, which says so.
    return answer(text, !ok && data === null);
  } catch (error) {
    return answer(describeError(error), true);
  } finally {
    await updates.close();
  }
}

function answer(text: string, isError: boolean): CallToolResult {
  const cut = text.length <= MAX_TEXT
    ? text
    : `${text.slice(0, MAX_TEXT)}\n... [${text.length - MAX_TEXT} characters left out]`;
  return { content: [{ type: "text", text: cut }], isError };
}

/** What only people need to know of is left out. */
function toolOf({ name, summary, effect, schema }: CatalogEntry): Tool {
  const { properties = {}, required = [] } = schema;
  const told = Object.entries(properties).filter(([, field]) => field.model !== "hidden");
  const reads = effect === "read";
  return {
    name,
    description: summary,
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(told),
      required: [...required],
    },
    annotations: { readOnlyHint: reads, destructiveHint: !reads, openWorldHint: false },
  };
}

/** Standard output belongs to the protocol, and standard input is no person. */
function quietTerminal(env: Shell["env"]): Terminal {
  const terminal = createTerminal({ env, plain: true });
  return {
    ...terminal,
    out: terminal.err,
    follow: () => {},
    ask: () => Promise.resolve("no"),
  };
}
