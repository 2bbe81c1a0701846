// The shared shapes: events, errors, registry, near names, modules loaded late.
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { createTestBus } from "./_test_bus.ts";
import { closest } from "./closest.ts";
import { describeError, UserError } from "./errors.ts";
import { createEmit, type Event } from "./events.ts";
import { lazy } from "./lazy.ts";
import { type CatalogEntry, createRegistry } from "./registry.ts";
import { defineTool } from "./tool.ts";

Deno.test("createEmit() numbers the events of a session from one", () => {
  const bus = createTestBus<Event>();
  const seen: Event[] = [];
  bus.subscribe("notice", ({ value }) => void seen.push(value));
  const [one, other] = [createEmit(bus, "s1"), createEmit(bus, "s2")];
  for (const emit of [one, one, other]) emit("notice", { level: "info", text: "x" });
  assert.deepEqual(seen.map(({ session, seq, v }) => [session, seq, v]), [
    ["s1", 1, 1],
    ["s1", 2, 1],
    ["s2", 1, 1],
  ]);
  assert.ok(Math.abs(seen[0]!.ts - Date.now()) < 5_000);
});

Deno.test("UserError has the exit code of its kind, and says all in one line", () => {
  const codes = (["failed", "refused", "usage", "missing", "aborted"] as const)
    .map((kind) => new UserError(kind, "m").exitCode);
  assert.deepEqual(codes, [1, 1, 2, 127, 130]);
  const cause = new Error("inner");
  const error = new UserError("refused", "m", { hint: "h", rule: "r", cause });
  assert.deepEqual([error.line, error.rule, error.cause], ["m: h", "r", cause]);
  assert.equal("cause" in new UserError("failed", "m"), false);
});

Deno.test("describeError() makes one line of whatever was thrown", () => {
  assert.equal(describeError(new UserError("failed", "m", { hint: "h" })), "m: h");
  assert.equal(describeError(new RangeError("far")), "RangeError: far");
  assert.equal(describeError("text"), "text");
  assert.equal(describeError(undefined), "undefined");
});

function entry(name: string, aliases: string[] = []): CatalogEntry {
  const tool = defineTool({
    name,
    summary: name,
    input: z.object({}),
    effect: "read",
    needs: () => ({}),
    run: () => Promise.reject(new Error("not run")),
  });
  const rest = { positional: [], examples: [], schema: {}, commands: {} };
  const load = () => Promise.resolve(tool);
  return {
    name,
    aliases,
    group: "g",
    summary: name,
    effect: "read",
    parses: false,
    asksModel: false,
    ...rest,
    load,
  };
}

Deno.test("createRegistry() finds tools by name and alias, dashes or not, and no others", () => {
  const registry = createRegistry([entry("git_status", ["st"]), entry("grep")]);
  assert.equal(registry.find("git-status")?.name, "git_status");
  assert.equal(registry.find("st")?.name, "git_status");
  for (const name of ["GREP", "", "constructor", "__proto__", "gre", "git status"]) {
    assert.equal(registry.find(name), undefined, name);
  }
  assert.deepEqual(registry.suggest("git-statsu"), ["git_status"]);
});

Deno.test("createRegistry() refuses a name or alias given twice", () => {
  const cases = [
    [entry("a"), entry("a")],
    [entry("a", ["b"]), entry("b")],
    [entry("a_b"), entry("c", ["a-b"])],
  ];
  for (const entries of cases) assert.throws(() => createRegistry(entries), TypeError);
});

Deno.test("closest() gives near names, best first, and never too many", () => {
  const names = ["grep", "tree", "cat", "git_status", "git_diff", "git_log", "esearch"];
  assert.deepEqual(closest("gerp", names), ["grep"]);
  assert.deepEqual(closest("git", names), ["git_status", "git_diff", "git_log"]);
  assert.deepEqual(closest("git", names, { limit: 1 }), ["git_status"]);
  assert.deepEqual(closest("xyzzy", names), []);
  assert.deepEqual(closest("", names), []);
});

Deno.test("closest() finds every name with one letter dropped, added, changed or swapped", () => {
  const name = fc.stringMatching(/^[a-z]{4,10}$/);
  fc.assert(fc.property(name, fc.nat(), fc.constantFrom("-", "+", "~", "x"), (name, at, how) => {
    const i = at % (name.length - 1);
    const [before, after] = [name.slice(0, i), name.slice(i + 1)];
    const typed = {
      "-": before + after,
      "+": `${before}Q${name.slice(i)}`,
      "~": `${before}Q${after}`,
      "x": before + name[i + 1]! + name[i]! + name.slice(i + 2),
    }[how];
    assert.deepEqual(closest(typed, ["zzzzzzzzzzzzzz", name]), [name]);
  }));
});

Deno.test("lazy() loads a module at its first use, once", async () => {
  const load = lazy<typeof import("./version.ts")>("./version.ts", import.meta.url);
  assert.match((await load()).VERSION, /^\d+\.\d+\.\d+/);
  assert.equal(await load(), await load());
  await assert.rejects(lazy("./missing.ts", import.meta.url)(), TypeError);
});
