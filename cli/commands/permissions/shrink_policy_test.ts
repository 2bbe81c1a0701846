import assert from "node:assert/strict";
import { z } from "zod";
import { createRegistry } from "../../../core/registry.ts";
import type { StoredReceipt } from "../../../core/safety/receipt.ts";
import { EMPTY_POLICY } from "../../../core/safety/policy.ts";
import { parseConfigFile } from "../../../core/config_file.ts";
import { testEntry } from "../../flags/_test_entry.ts";
import { shrinkPolicy } from "./shrink_policy.ts";

const registry = createRegistry([
  testEntry("grep", z.object({})),
  testEntry("cat", z.object({})),
  testEntry("edit", z.object({}), { effect: "write" }),
  testEntry("write", z.object({}), { effect: "write" }),
  testEntry("exec", z.object({}), { effect: "execute" }),
  testEntry("run_tests", z.object({}), { effect: "execute" }),
  testEntry("build", z.object({}), { effect: "execute" }),
]);

let ts = Date.UTC(2026, 0, 1);

function receipt(tool: string, what: string, more: Partial<StoredReceipt> = {}): StoredReceipt {
  const base = { v: 1, session: "s1", verdict: "allow", rule: "consent", prev: "0" } as const;
  return { ...base, ts: ts += 60_000, tool, what, granted: what, ...more };
}

const ended = (tool: string, line: string) =>
  receipt(tool, line, { rule: "program.end", used: line, exitCode: 0 });

const shrink = (receipts: readonly StoredReceipt[], policy = EMPTY_POLICY) =>
  shrinkPolicy(receipts, { registry, policy });

const RECEIPTS = [
  receipt("grep", "grep"),
  receipt("edit", "edit 'src/a b.ts' src/c.ts"),
  receipt("write", "write x.ts", { verdict: "deny", rule: "approval.unset.write" }),
  receipt("exec", "exec", { rule: "program.each" }),
  ended("exec", "npm run build --silent"),
  ended("exec", "git log '--format=%H \"x\"'"),
  receipt("exec", "rm -rf .", { verdict: "deny", rule: "command.danger" }),
  ended("run_tests", "python3 -m pytest ./tests"),
  receipt("audit", "an unfinished line was cut off", { rule: "audit.repaired" }),
  receipt("mcp__git__log", "mcp__git__log (sha256 aa)", { session: "s2" }),
];

Deno.test("shrinkPolicy() denies what could change something and was not used", async () => {
  const lines = shrink(RECEIPTS);
  const { values } = await parseConfigFile("p.yaml", lines.join("\n"));
  assert.deepEqual(values, {
    policy: {
      deny_tools: ["write", "build"],
      allow_commands: ["npm run build --silent", "git log '--format=%H \"x\"'"],
    },
  });
  const text = lines.join("\n");
  assert.match(text, /9 receipts of 2 sessions, 2026-01-01 00:01 to 2026-01-01 00:10/);
  assert.match(text, /^# Tools used: edit, exec, grep, mcp__git__log, run_tests$/m);
  assert.match(text, /^# Files written: src\/a b\.ts, src\/c\.ts$/m);
  assert.match(text, /^# Programs started: exec \(git, npm\), run_tests \(python3\)$/m);
  assert.match(
    text,
    /^# Refused, and not counted: write x\.ts \[.*\], exec rm -rf \. \[command\.danger\]$/m,
  );
});

Deno.test("shrinkPolicy() keeps what is denied already, and allows no masked or cut command", () => {
  const policy = { ...EMPTY_POLICY, deny_tools: ["cat"] };
  const text = shrink([ended("exec", "curl -H [redacted]"), ended("exec", "say x\u2026")], policy)
    .join("\n");
  assert.match(text, /deny_tools:\n {4}- cat\n {4}- edit\n/);
  assert.match(text, /allow_commands: \[\]/);
  assert.match(text, /^# 2 commands of exec are not whole in the receipts/m);
  assert.match(shrink(RECEIPTS, policy).join("\n"), /keep what else .dspy_policy says/);
});

Deno.test("shrinkPolicy() says that there is nothing to go by", () => {
  assert.deepEqual(shrink([]), ["no receipts yet: nothing to go by"]);
});
