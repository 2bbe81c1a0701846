import assert from "node:assert/strict";
import { z } from "zod";
import { openMemoryStore } from "../store/memory.ts";
import { defineTool, type Proposal, type Tool } from "../tool.ts";
import type { Chooser } from "./chooser.ts";
import { rulesChooser } from "./rules_chooser.ts";
import { openTestSession } from "./_test_session.ts";

/** Made up here, so that no scanner takes this file for a leak. */
const TOKEN = "ghp_" + "a1B2".repeat(9);

interface Offer extends Partial<Proposal<{ of: string }>> {
  readonly effect?: Tool["effect"];
  readonly says?: string;
  readonly ok?: boolean;
  readonly cooldown?: number;
}

/** A tool that offers itself for every request. */
function offering(name: string, offer: Offer = {}): Tool<{ of: string }> {
  const { effect = "read", says = `${name} says`, ok = true, cooldown, ...proposal } = offer;
  return defineTool({
    name,
    summary: name,
    input: z.object({ of: z.string() }),
    effect,
    needs: () => ({}),
    ...cooldown !== undefined && { cooldown },
    propose: () => ({ input: { of: "x" }, weight: 0.5, reason: `as ${name}`, ...proposal }),
    run: () => Promise.resolve({ ok, data: { says }, text: says }),
  });
}

const called = (at: { data(type: "tool.end"): { tool: string }[] }) =>
  at.data("tool.end").map(({ tool }) => tool);

Deno.test("ask() runs the tools that fit best, in order, and sums them up", async () => {
  await using at = await openTestSession([
    offering("low", { weight: 0.2, ok: false }),
    offering("high", { weight: 0.7, says: "found nothing", ok: false }),
    offering("none", { weight: 0 }),
  ]);
  const end = await at.session.ask("tell me about things");
  assert.deepEqual(called(at), ["high", "low"]);
  assert.deepEqual(at.data("choice").map(({ step, tool, reason }) => [step, tool, reason]), [
    [1, "high", "as high"],
    [2, "low", "as low"],
  ]);
  assert.equal(
    end.text,
    "Nothing was found.\n- high: found nothing\n- low: low says",
  );
  assert.deepEqual([end.ok, at.events.at(-1)?.type], [false, "agent.end"]);
  assert.ok(at.data("tool.start").every(({ origin }) => origin === "agent"));
});

Deno.test("ask() runs four tools at most, and proposes what is left", async () => {
  const tools = Array.from(
    { length: 7 },
    (_, i) => offering(`t${i}`, { weight: 0.7 - i / 10, ok: false }),
  );
  await using at = await openTestSession(tools);
  const end = await at.session.ask("anything");
  assert.deepEqual(called(at), ["t0", "t1", "t2", "t3"]);
  assert.deepEqual(end.next, ["t4 --of x  (as t4)", "t5 --of x  (as t5)", "t6 --of x  (as t6)"]);
});

Deno.test("ask() stops after a call that completes the request", async () => {
  await using at = await openTestSession([
    offering("asked", { weight: 0.6, completes: true, ok: false }),
    offering("other", { weight: 0.5 }),
  ]);
  await at.session.ask("anything");
  assert.deepEqual(called(at), ["asked"]);
});

Deno.test("ask() does not choose the same call again within its cooldown", async () => {
  const guess = { says: "anything", weight: 0.5 };
  await using at = await openTestSession([
    offering("first", { ...guess, cooldown: 60 }),
    offering("second", { ...guess, cooldown: 0 }),
  ]);
  for (const text of ["anything", "anything else", "and anything more"]) await at.session.ask(text);
  assert.deepEqual(called(at), ["first", "second", "second", "second"]);
  // Who asks the same again wants it again.
  await at.session.ask("anything");
  assert.deepEqual(called(at).slice(4), ["first", "second"]);
});

Deno.test("ask() does again at once what is asked for by name, or failed before", async () => {
  for (const offer of [{ completes: true }, { ok: false }]) {
    await using at = await openTestSession([{
      ...offering("tool", { ...offer, cooldown: 60 }),
      ...offer.ok === false && { run: () => Promise.reject(new Error("failed")) },
    }]);
    await at.session.ask("anything");
    await at.session.ask("anything");
    assert.deepEqual(called(at), ["tool", "tool"]);
  }
});

Deno.test("ask() never chooses a tool that the policy denies", async () => {
  await using at = await openTestSession([
    offering("denied", { weight: 1 }),
    offering("secret", { weight: 0.9 }),
    offering("open", { weight: 0.1 }),
  ], {
    policy: {
      deny_tools: ["denied"],
      rules: [{ regex: "(?i)PROD", prefer_tools: [], deny_tools: ["secret"] }],
    },
  });
  const end = await at.session.ask("look at prod");
  assert.deepEqual(called(at), ["open"]);
  assert.ok(!end.next.some((line) => /denied|secret/.test(line)));
  assert.equal(at.data("choice")[0]?.reason, "denied is denied by the policy; instead: as open");
  assert.match(end.text, /^denied is denied by the policy\.\n/);
});

Deno.test("ask() says what a proposal says in place of its call", async () => {
  const instead = "type: git_commit -m MESSAGE";
  await using at = await openTestSession([offering("commit", { instead, weight: 0.9 })]);
  const end = await at.session.ask("commit it");
  assert.deepEqual([called(at), end.text, end.ok], [[], instead, true]);
});

Deno.test("ask() tells the chooser which tools did best before", async () => {
  const seen: unknown[] = [];
  const chooser: Chooser = {
    choose: (context, allowed) => {
      assert.ok(context.features["w:anyth"]! > 0, "the words are features, too");
      seen.push(context.features["before.one"]);
      return rulesChooser().choose(context, allowed);
    },
    learn: () => {},
  };
  await using at = await openTestSession([offering("one", { completes: true })], { chooser });
  await at.session.ask("anything");
  await at.session.ask("anything else");
  assert.deepEqual(seen, [undefined, 1]);
});

Deno.test("ask() greets without a tool", async () => {
  await using at = await openTestSession([offering("any", { weight: 1 })]);
  const end = await at.session.ask("hello");
  assert.deepEqual(called(at), []);
  assert.match(end.text, /^Hello\./);
});

Deno.test("ask() is refused what nobody can be asked for, and says so", async () => {
  await using at = await openTestSession([
    offering("change", { effect: "write", completes: true, weight: 0.9 }),
  ]);
  const end = await at.session.ask("change it");
  assert.equal(end.ok, false);
  assert.match(end.text, /change refused: .*nobody can be asked here/);
});

Deno.test("ask() in manual mode is refused once, and proposes the rest", async () => {
  const tools = ["one", "two", "three"].map((name) => offering(name, { weight: 0.5 }));
  await using at = await openTestSession(tools, { approval: "manual" });
  const end = await at.session.ask("look at it");
  assert.equal(called(at).length, 1);
  assert.equal(at.data("tool.end")[0]?.rule, "approval.manual");
  assert.equal(end.ok, false);
  assert.equal(end.next.length, 2);
});

Deno.test("ask() says what to do when no tool fits", async () => {
  await using at = await openTestSession([]);
  const end = await at.session.ask("gibberish");
  assert.deepEqual([end.ok, end.stop, end.next], [false, "error", []]);
  assert.match(end.text, /^No tool fits "gibberish"\./);
});

Deno.test("ask() writes down what was done, without secrets, and goes on from it", async () => {
  let seen = "";
  const tool = { ...offering("tool", { cooldown: 0, completes: true, says: `key ${TOKEN}` }) };
  await using at = await openTestSession([{
    ...tool,
    propose(request, results) {
      seen = request.text;
      return tool.propose!(request, results);
    },
  }]);
  await at.session.ask(`where is ${TOKEN} used`);
  const memory = await Deno.readTextFile(`${at.root}/.dspy_session_memory.json`);
  const [chain] = JSON.parse(memory).chain_history;
  assert.equal(chain.query, "where is [redacted] used");
  assert.deepEqual(chain.steps.map((step: { tool: string }) => step.tool), ["tool"]);
  await at.session.ask("and then?");
  assert.match(seen, /^and then\?\nBefore: where is/);
  assert.ok(!JSON.stringify(at.events).includes(TOKEN));
  assert.ok(!(await Deno.readTextFile(`${at.root}/.dspy_session_memory.json`)).includes(TOKEN));
});

Deno.test("ask() ends as stopped when its signal fires", async () => {
  const abort = new AbortController();
  const slow = {
    ...offering("slow"),
    run: () => {
      abort.abort();
      return Promise.reject(new Error("never seen"));
    },
  };
  await using at = await openTestSession([slow, offering("next", { weight: 0.1 })]);
  const end = await at.session.ask("anything", { signal: abort.signal });
  assert.deepEqual([end.stop, end.ok, called(at)], ["aborted", false, ["slow"]]);
});

Deno.test("ask() ends with an error, and does not throw, when the store or a tool is broken", async () => {
  const store = openMemoryStore();
  await store.close();
  const broken = {
    ...offering("broken"),
    propose() {
      throw new Error("no proposal");
    },
  };
  for (const [tools, over] of [[[offering("fine")], { store }], [[broken], {}]] as const) {
    await using at = await openTestSession([...tools], over);
    const end = await at.session.ask("anything");
    assert.deepEqual([end.stop, end.ok], ["error", false]);
    assert.equal(at.events.at(-1)?.type, "agent.end");
  }
});
