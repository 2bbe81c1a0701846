import type { JsonSchema } from "../../core/registry.ts";

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
