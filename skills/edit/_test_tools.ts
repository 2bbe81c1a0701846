import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tool } from "../../core/tool.ts";
import type { Bench } from "../_testing.ts";
import { inputOf } from "../_testing.ts";

/** Ten lines that differ. */
export const TEN: string = Array.from({ length: 10 }, (_, i) => `line number ${i + 1}\n`).join("");

/** The same with another fifth line. */
export const FIVE: string = TEN.replace("number 5", "five");

/** The patch of a file `f` from {@linkcode TEN} to {@linkcode FIVE}. */
export const PATCH = `--- a/f
+++ b/f
@@ -3,5 +3,5 @@
 line number 3
 line number 4
-line number 5
+line five
 line number 6
 line number 7
`;

/** All files of a workspace but our state, with their bytes as text. */
export async function tree(bench: Bench): Promise<Record<string, string>> {
  const entries = await readdir(bench.root, { recursive: true, withFileTypes: true });
  const files: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(bench.root.length + 1);
    if (!entry.isFile() || path.startsWith(".dspy")) continue;
    files[path] = await readFile(join(bench.root, path), "latin1");
  }
  return files;
}

/** Runs a tool as the agent would, not the person. */
// deno-lint-ignore no-explicit-any -- tools of every input
export function asAgent(bench: Bench, tool: Tool<any, any>, input: unknown) {
  return tool.run(inputOf(tool, input), { ...bench.ctx, origin: "agent" });
}
