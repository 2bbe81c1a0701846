import assert from "node:assert/strict";
import type { Event } from "../core/events.ts";
import { readReceipts, verifyReceipts } from "../core/safety/audit.ts";
import { createReceipts } from "./receipts.ts";

const KEY = "correct-horse-battery";

async function inFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir();
  try {
    await test(`${base}/state`);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

function permission(data: unknown): Event {
  return { v: 1, seq: 1, ts: 1, session: "x", type: "permission", data } as Event;
}

const open = (stateDir: string, warn: (line: string) => void = () => {}) =>
  createReceipts({ stateDir, session: "s1", env: { MY_API_KEY: KEY }, warn });

Deno.test("createReceipts() keeps decisions, answers and programs in order, without secrets", () =>
  inFolder(async (dir) => {
    const receipts = open(dir);
    const argv = ["curl", "-H", KEY];
    const request = { tool: "exec", effect: "execute", origin: "agent", needs: {}, argv } as const;
    const decision = {
      verdict: "ask",
      rule: "command.unlisted",
      scope: "curl",
      reason: "r",
    } as const;
    receipts.decision(request, decision);
    receipts.answer(request, decision, true);
    receipts.program({ tool: "exec", argv, code: 3, bytes: 12 });
    receipts.answer(request, decision, false);
    receipts.event(permission({ tool: "ls", what: "ls", verdict: "allow", rule: "consent" }));
    await receipts.flush();
    const kept = await readReceipts(dir);
    assert.deepEqual(kept.map(({ verdict, rule, what }) => [verdict, rule, what]), [
      ["ask", "command.unlisted", "curl -H [redacted]"],
      ["allow", "person", "curl -H [redacted]"],
      ["allow", "program.end", "curl -H [redacted]"],
      ["deny", "person", "curl -H [redacted]"],
      ["allow", "consent", "ls"],
    ]);
    const { used, bytes, exitCode, session } = kept[2]!;
    assert.deepEqual({ used, bytes, exitCode, session }, {
      used: "curl -H [redacted]",
      bytes: 12,
      exitCode: 3,
      session: "s1",
    });
    assert.equal((await verifyReceipts(dir)).ok, true);
    assert.equal((await Deno.stat(`${dir}/audit.jsonl`)).mode! & 0o777, 0o600);
  }));

Deno.test("createReceipts() keeps nothing of events that have no shape of a decision", () =>
  inFolder(async (dir) => {
    const receipts = open(dir);
    const good = { tool: "t", what: "w", verdict: "deny", rule: "r" };
    for (const field of Object.keys(good)) {
      for (const junk of [undefined, null, 1, { toString: 1 }, ["x"]]) {
        receipts.event(permission({ ...good, [field]: junk }));
      }
    }
    receipts.event(permission({ ...good, verdict: "maybe" }));
    receipts.event({ ...permission({}), type: "notice" } as Event);
    receipts.event(permission(good));
    await receipts.flush();
    assert.equal((await readReceipts(dir)).length, 1);
    assert.equal((await verifyReceipts(dir)).ok, true);
  }));

Deno.test("createReceipts() warns once when nothing can be kept, and goes on", () =>
  inFolder(async (dir) => {
    await Deno.writeTextFile(dir, "a file in the folder's place");
    const warnings: string[] = [];
    const receipts = open(dir, (line) => warnings.push(line));
    const event = permission({ tool: "t", what: "w", verdict: "deny", rule: "r" });
    for (let i = 0; i < 3; i++) receipts.event(event);
    await receipts.flush();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /^receipts are not kept: /);
  }));
