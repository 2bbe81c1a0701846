import { UserError } from "../../core/errors.ts";
import type { CatalogEntry, JsonSchema } from "../../core/registry.ts";
import type { Checked, Issue, Schema } from "../../core/schema.ts";
import type { Tool } from "../../core/tool.ts";

/** A tool of an MCP server, as the session gets to know it: all of it is the server's own words. */
export interface OfferedTool {
  /** Ours: `mcp__<server>__<tool>`. */
  readonly name: string;
  /** Name of the server, as configured. */
  readonly server: string;
  /** Stripped of terminal escapes, and cut. */
  readonly description: string;
  /** The part of its input schema that a model is told of. */
  readonly schema: JsonSchema;
}

/** Key of the one command that such a tool has: the call itself. */
export const MCP_CALL: string = "call";

/**
 * A tool of an MCP server as an entry of the registry: to the session one more tool that wants
 * something of the hands. Its effect is always `execute`, whatever the server says of it.
 */
export function mcpEntry(offered: OfferedTool): CatalogEntry {
  const { name, server, description, schema } = offered;
  const summary = `(of the MCP server ${server}, in its own words) ${description}`;
  const commands = {
    [MCP_CALL]: { summary: `asks the MCP server ${server}`, effect: "execute" },
  } as const;
  return {
    name,
    aliases: [],
    group: `mcp ${server}`,
    summary,
    effect: "execute",
    parses: false,
    asksModel: false,
    positional: [],
    examples: [],
    schema,
    commands,
    load: () => Promise.resolve(toolOf(offered, summary)),
  };
}

function toolOf({ name, server, schema }: OfferedTool, summary: string): Tool {
  const input = inputSchema(schema);
  return {
    name,
    summary,
    input,
    effect: "execute",
    commands: {
      [MCP_CALL]: {
        summary: `asks the MCP server ${server}`,
        fields: input,
        effect: "execute",
        argv() {
          throw new UserError("refused", `${name}: only the launcher reaches the server`, {
            rule: "command.unknown",
          });
        },
      },
    },
    needs: () => ({}),
    async run(fields, ctx) {
      const { code, stdout } = await ctx.execute(MCP_CALL, fields, {
        onOutput: (text) => ctx.progress({ text }),
      });
      return { ok: code === 0, data: null, text: stdout };
    },
  };
}

/** The server checks the values; here only what every call needs is. */
function inputSchema({ required = [], ...rest }: OfferedTool["schema"]): Schema<object> {
  const safeParse = (value: unknown): Checked<object> => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return invalid({ path: [], message: "expected an object" });
    }
    const missing = required.find((key) => !Object.hasOwn(value, key));
    if (missing === undefined) return { success: true, data: value };
    return invalid({ path: [missing], message: "it must be given" });
  };
  return {
    safeParse,
    parse(value) {
      const checked = safeParse(value);
      if (checked.success) return checked.data;
      throw new UserError("usage", checked.error.issues[0]!.message);
    },
    toJSONSchema: () => ({ ...rest, required }),
  };
}

function invalid(issue: Issue): Checked<object> {
  return { success: false, error: { issues: [issue] } };
}
