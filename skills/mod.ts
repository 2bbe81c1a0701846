/**
 * What the agent can do: one tool per file, and sessions that run them on a folder.
 *
 * @example Search a folder in a script of your own
 * ```ts
 * import { openSession } from "@dspy/code/skills";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.ts`, "export const answer = 42;\n");
 * const session = await openSession(folder);
 * const { ok, text } = await session.call("grep", { pattern: "answer" });
 * console.assert(ok && text.startsWith("a.ts:1:"));
 * await session.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export { catalog } from "./catalog.ts";
export { openSession, type OpenSessionOptions } from "./open_session.ts";
