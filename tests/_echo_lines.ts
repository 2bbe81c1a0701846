/**
 * Reads lines with the line editor and echoes each as JSON: what `terminal_test.ts` types into.
 *
 * @module
 */

import { createCompleter } from "../cli/repl/complete.ts";
import { openHistory } from "../cli/repl/history.ts";
import { createLineReader } from "../cli/repl/line_editor.ts";
import { createRegistry } from "../core/registry.ts";

const encoder = new TextEncoder();
const write = (text: string) => void Deno.stdout.writeSync(encoder.encode(text));
const reader = createLineReader({
  prompt: "> ",
  history: await openHistory(Deno.args[0]!),
  complete: createCompleter({
    registry: createRegistry([]),
    builtins: ["grep", "git-status", "git-diff", "throw", "wait", "later"].map((name) => ({
      name,
    })),
  }),
  input: Deno.stdin,
  output: {
    write,
    isTerminal: () => Deno.stdout.isTerminal(),
    size: () => Deno.consoleSize(),
  },
});
for (let line = await reader.read(); line !== undefined; line = await reader.read()) {
  if (line === "throw") setTimeout(() => Promise.reject(new Error("on purpose")), 100);
  if (line === "later") setTimeout(() => reader.above("news\n"), 300);
  if (line === "wait") await new Promise((resolve) => setTimeout(resolve, 500));
  write(`got ${JSON.stringify(line)}\n`);
}
write("the end\n");
Deno.exit(0);
