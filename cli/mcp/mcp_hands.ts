import { isRecord } from "../../core/is_record.ts";
import type { Hands, HandsOptions, ProgramRequest, ProgramResult } from "../../core/command.ts";
import { UserError } from "../../core/errors.ts";
import type { GateRequest } from "../../core/safety/decision.ts";
import { createRedactor, type Redactor } from "../../core/safety/redact.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import { openToolPins, type ToolPin } from "../../core/safety/tool_pins.ts";
import { MCP_CALL } from "../../skills/external/mcp_entry.ts";
import { unifiedDiff } from "../../skills/edit/unified_diff.ts";
import type { EndedProgram } from "../receipts.ts";
import type { McpTool } from "./mcp_tool.ts";
import type { McpServers } from "./open_servers.ts";
import { resultText } from "./result_text.ts";

/** What {@linkcode mcpHands} needs. */
export interface McpHandsSetup {
  readonly servers: McpServers;
  /** The workspace's folder of ours, for the pins. */
  readonly stateDir: string;
  /** Limit of a call, in milliseconds. */
  readonly timeoutMs: number;
  /** Values that no result may bring back; asked for once the servers run. */
  secrets(): Promise<readonly string[]>;
  /**
   * The gate, then the person.
   *
   * @throws {UserError} `refused`.
   */
  decide(request: GateRequest, preview: string): Promise<void>;
  /** Told how a call ended: the receipt. */
  finished(ended: EndedProgram): void;
}

/** Hands that also call the tools of MCP servers, each call decided like a program. */
export function mcpHands(own: Hands, setup: McpHandsSetup): Hands {
  const { servers, decide, timeoutMs } = setup;
  const pins = openToolPins(setup.stateDir);
  let redactor: Redactor | undefined;
  return {
    run: (request, options) =>
      request.tool.startsWith("mcp__") ? call(request, options) : own.run(request, options),
  };

  async function call(
    { tool: name, command, fields }: ProgramRequest,
    { signal, onOutput, origin = "agent", input }: HandsOptions = {},
  ): Promise<ProgramResult> {
    const tool = (await servers.tools()).find((tool) => tool.name === name);
    if (tool === undefined || command !== MCP_CALL || !isRecord(fields)) {
      throw new UserError("refused", `no call of the tool ${JSON.stringify(name)}`, {
        rule: "command.unknown",
      });
    }
    const before = await pins.get(name);
    const changed = before !== undefined && before.hash !== tool.pin.hash;
    const typed = JSON.stringify(fields) === JSON.stringify(input);
    await decide({
      tool: name,
      effect: "execute",
      origin: typed ? origin : "agent",
      needs: {},
      foreign: { pin: tool.pin.hash, from: tool.from, changed },
    }, previewOf(tool, fields, changed ? before : undefined));
    await pins.set(name, tool.pin);
    const { text: redact } = redactor ??= createRedactor([...await setup.secrets()]);
    const clean = (text: string) => redact(sanitize(text));
    const started = performance.now();
    const result = await servers.call(tool, fields, {
      timeoutMs,
      ...signal && { signal },
      onProgress: (text) => onOutput?.(clean(text), "stdout"),
    });
    const stdout = clean(resultText(result));
    const code = result.isError === true ? 1 : 0;
    setup.finished({ tool: name, argv: [name], code, bytes: stdout.length });
    const ms = Math.round(performance.now() - started);
    return {
      code,
      stdout,
      stderr: "",
      signal: null,
      truncated: false,
      timedOut: false,
      ms,
      argv: [name],
      reports: {},
    };
  }
}

/** What a person should look at: what is sent, to whom, and what that says of itself. */
function previewOf(tool: McpTool, fields: unknown, before: ToolPin | undefined): string {
  const { server, from, own, description, pin } = tool;
  const whose = from === "user" ? "your own" : "of this workspace";
  const lines = [
    `calls ${own} of the MCP server ${server} (${whose}) with:`,
    JSON.stringify(fields, undefined, 2),
    "It says of itself:",
    description,
  ];
  if (before !== undefined) {
    lines.push("", "It has changed since it was allowed:");
    lines.push(unifiedDiff(before.text, pin.text, "allowed", "now"));
  }
  return lines.join("\n");
}
