/**
 * `@dspy/code`: a coding agent for the terminal, and the parts it is made of.
 *
 * Run it with `deno run -A jsr:@dspy/code start`. As a library, import the part you need:
 * `@dspy/code/skills` for sessions with every tool, `@dspy/code/core` for the shapes,
 * `@dspy/code/core/safety`, `/core/store`, `/core/workspace` and `/core/agent` for the engine.
 *
 * @example
 * ```ts
 * import { openSession } from "@dspy/code";
 *
 * const folder = await Deno.makeTempDir();
 * const session = await openSession(folder);
 * const tree = await session.call("tree", {});
 * console.assert(tree.ok);
 * await session.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export {
  defineTool,
  type Tool,
  type ToolContext,
  type ToolResult,
  UserError,
  VERSION,
} from "./core/mod.ts";
export { openSession, type OpenSessionOptions } from "./skills/mod.ts";

if (import.meta.main) {
  const { main } = await import("./cli/main.ts");
  Deno.exit(await main(Deno.args));
}
