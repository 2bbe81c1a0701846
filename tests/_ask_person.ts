/**
 * Asks for an approval at the terminal and tells the answer: what `approval_test.ts` answers.
 *
 * @module
 */

import { createTerminal } from "../cli/ui/terminal.ts";

const terminal = createTerminal({ env: {}, plain: Deno.args[0] === "plain" });
if (Deno.args[0] === "interrupt") {
  Deno.addSignalListener("SIGINT", () => terminal.out("interrupted"));
}
const answers = await Promise.all(
  ["npm test", "python3 \x1b[2J-c\u202e x"].map((line) =>
    terminal.ask({
      request: {
        tool: "run_tests",
        effect: "execute",
        origin: "agent",
        needs: {},
        argv: line.split(" "),
      },
      decision: { verdict: "ask", rule: "approval.unset", scope: line, reason: "commands ask" },
      preview: `@@ -1 +1 @@\n-old\x1b]0;title\x07\n+\tnew\n${"more\n".repeat(100)}`,
    })
  ),
);
terminal.out(`answers ${answers.join(" ")}`);
await new Promise((resolve) => setTimeout(resolve, 100));
Deno.exit(0);
