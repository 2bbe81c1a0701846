import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { hasTmux, openTerminal, type Terminal } from "./_tmux.ts";

const ignore = !(await hasTmux());
const ASK = fileURLToPath(new URL("_ask_person.ts", import.meta.url));

/** A test with two questions: one that "always" may answer, then one for an interpreter. */
function askTest(name: string, mode: string, run: (terminal: Terminal) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      await using terminal = await openTerminal(
        [Deno.execPath(), "run", "-A", "--no-check", "--cached-only", ASK, mode],
        { rows: 90 },
      );
      await terminal.until(/\? more >$/);
      await run(terminal);
    },
  });
}

/** Longer than keys are passed over after a question. */
const read = () => new Promise((resolve) => setTimeout(resolve, 400));

askTest("approval: shows the exact thing, escaped; one key answers", "ask", async (t) => {
  const first = await t.until(/a always/);
  assert.match(first, /run_tests \(the agent chose this\) wants:\n {4}npm test\n/);
  assert.match(
    first,
    /commands ask \[approval\.unset\]\n@@ -1 \+1 @@\n-old\\u001b\]0;title\\u0007/,
  );
  assert.match(first, /\+ +new\n.*more.*\u2026 44 more lines/s);
  await read();
  await t.press("Enter", "x");
  await t.type("?");
  await t.until(/exactly: npm test/);
  await t.type("a");
  const second = await t.until(/> always\n[^]*\? more >$/);
  assert.match(second, /python3 \\u001b\[2J-c\\u202e x\n/);
  assert.match(second, /y yes {2}n no {2}\? more >$/);
  await read();
  await t.type("a");
  await t.type("n");
  await t.until(/answers always no/);
});

askTest("approval: keys typed too early and pastes answer nothing", "ask", async (t) => {
  await t.type("yyy");
  await read();
  await t.paste("y\ny\n");
  await read();
  assert.doesNotMatch(await t.screen(), /> yes/);
  await t.type("n");
  await t.until(/> no\n[^]*\? more >$/);
  await read();
  await t.press("Escape");
  await t.until(/answers no no/);
});

askTest("approval: Ctrl-C refuses and interrupts", "interrupt", async (t) => {
  await read();
  await t.press("C-c");
  await t.until(/interrupted/);
  await read();
  await t.type("y");
  await t.until(/answers no yes/);
});

Deno.test("approval: without a terminal the answer is no", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--cached-only", ASK],
    stdin: "null",
    stderr: "null",
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "answers no no\n");
});
