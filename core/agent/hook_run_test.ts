import assert from "node:assert/strict";
import { z } from "zod";
import { defineTool } from "../tool.ts";
import { openTestSession } from "./_test_session.ts";
import type { HookedCall, ToolHooks } from "./tool_hooks.ts";

/** Made up here, so that no scanner takes this file for a leak. */
const TOKEN = "ghp_" + "a1B2".repeat(9);

const save = defineTool({
  name: "save",
  summary: "Writes a file",
  input: z.object({ path: z.string(), text: z.string().default("x") }),
  effect: "write",
  needs: ({ path }) => ({ write: [path] }),
  async run({ path, text }, { files }) {
    if (text === "throw") throw new Error("no room");
    await Deno.writeTextFile(`${files.root}/${path}`, text);
    return { ok: true, data: { path }, text: `wrote ${path}` };
  },
});

const open = (hooks: ToolHooks, over: Parameters<typeof openTestSession>[1] = {}) =>
  openTestSession([save], { hooks, ...over });

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("a hook before a call blocks it with its reason", async () => {
  const seen: HookedCall[] = [];
  await using at = await open({
    before(call) {
      seen.push(call);
      return { block: "frozen until Monday" };
    },
  });
  const { ok, text, refused } = await at.session.call("save", { path: "a.txt" });
  assert.equal(text, "save blocked by a hook: frozen until Monday [hook.blocked]");
  assert.deepEqual([ok, refused], [false, "hook.blocked"]);
  assert.equal(await exists(`${at.root}/a.txt`), false);
  const { tool, input, origin, writes } = seen[0]!;
  assert.deepEqual([tool, origin, writes], ["save", "user", ["a.txt"]]);
  assert.deepEqual(input, { path: "a.txt", text: "x" }, "defaults are filled in");
});

Deno.test("a hook that throws before a call blocks it, one that says nothing does not", async () => {
  await using broken = await open({
    before: () => {
      throw new Error("not reachable");
    },
  });
  const { text } = await broken.session.call("save", { path: "a.txt" });
  assert.match(text, /blocked by a hook: Error: not reachable/);
  assert.equal(await exists(`${broken.root}/a.txt`), false);
  await using quiet = await open({ before: () => undefined });
  assert.equal((await quiet.session.call("save", { path: "a.txt" })).ok, true);
});

Deno.test("a hook is not told of what the gate denies, and comes before a person is asked", async () => {
  const order: string[] = [];
  const hooks: ToolHooks = {
    before: () => {
      order.push("hook");
      return { block: "no" };
    },
  };
  const approve = () => {
    order.push("person");
    return Promise.resolve(true);
  };
  await using at = await open(hooks, { interactive: true, approve });
  await at.session.call("save", { path: "../outside.txt" }, { origin: "agent" });
  assert.deepEqual(order, []);
  await at.session.call("save", { path: "a.txt" }, { origin: "agent" });
  assert.deepEqual(order, ["hook"]);
});

Deno.test("a hook after a call adds to its result, and no secret comes through it", async () => {
  const inputs: unknown[] = [];
  await using at = await open({
    after({ input }, result) {
      inputs.push(input);
      return { ...result, text: `${result.text}\nlinted, ${TOKEN}` };
    },
  });
  const { ok, text } = await at.session.call("save", { path: "a.txt", text: TOKEN });
  assert.deepEqual([ok, text], [true, "wrote a.txt\nlinted, [redacted]"]);
  assert.deepEqual(inputs, [{ path: "a.txt", text: "[redacted]" }]);
});

Deno.test("a hook that throws after a call is told in the result; after one that threw none is called", async () => {
  let calls = 0;
  await using at = await open({
    after() {
      calls++;
      throw new Error("no linter");
    },
  });
  const { ok, text } = await at.session.call("save", { path: "a.txt" });
  assert.deepEqual([ok, text], [true, "wrote a.txt\n[a hook failed: Error: no linter]"]);
  assert.equal((await at.session.call("save", { path: "b.txt", text: "throw" })).ok, false);
  assert.equal(calls, 1);
});
