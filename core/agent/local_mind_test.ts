import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { createTestBus } from "../_test_bus.ts";
import { createEmit, type Event } from "../events.ts";
import { defineTool, type Proposal, type Tool } from "../tool.ts";
import type { Chooser } from "./chooser.ts";
import { createLocalMind, type LocalMindSetup } from "./local_mind.ts";
import { runLoop } from "./loop.ts";
import type { CallResult, ToolCall } from "./mind.ts";
import { parseRequest } from "./request.ts";
import { rulesChooser } from "./rules_chooser.ts";

type Plan = readonly (Proposal<Record<string, unknown>> | undefined)[];

/** A tool that proposes by the number of calls already made. */
function planned(name: string, plan: Plan): Tool {
  return defineTool({
    name,
    summary: name,
    input: z.any(),
    effect: "read",
    needs: () => ({}),
    propose: (_, results) => plan[results.length % plan.length],
    run: () => Promise.reject(new Error("called by the loop's own function")),
  });
}

interface Run {
  readonly calls: readonly ToolCall[];
  readonly events: readonly Event[];
  readonly text: string;
  /** What is proposed to do next. */
  readonly next: readonly string[];
}

/** Runs the mind in the real loop with results that come from a list. */
async function run(
  tools: readonly Tool[],
  outcomes: readonly (Partial<CallResult> & { ok: boolean })[],
  over: Partial<LocalMindSetup> = {},
): Promise<Run> {
  const bus = createTestBus<Event>();
  const events: Event[] = [];
  bus.subscribe(">", ({ value }) => void events.push(value));
  const emit = createEmit(bus, "s");
  const calls: ToolCall[] = [];
  const mind = createLocalMind({
    request: parseRequest("find the needle in notes"),
    tools,
    chooser: rulesChooser(),
    features: {},
    emit,
    cooling: () => Promise.resolve(false),
    ...over,
  });
  const { text, next } = await runLoop({
    mind,
    emit,
    reads: () => true,
    signal: new AbortController().signal,
    call(call) {
      const outcome = outcomes[calls.length % outcomes.length]!;
      calls.push(call);
      return Promise.resolve({ call, text: "needle", data: {}, exitCode: 0, ms: 1, ...outcome });
    },
  });
  return { calls, events, text, next };
}

const input = fc.oneof(
  fc.constant({}),
  fc.record({ a: fc.nat(2), b: fc.nat(1) }),
  fc.record({ b: fc.nat(1), a: fc.nat(2) }),
);
const proposal = fc.option(
  fc.record({
    input,
    weight: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
    reason: fc.constant("because"),
    completes: fc.boolean(),
  }, { requiredKeys: ["input", "weight", "reason"] }),
  { nil: undefined },
);
const plans = fc.array(fc.array(proposal, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
const outcomes = fc.array(
  fc.record({
    ok: fc.boolean(),
    text: fc.constantFrom("", "needle notes", "other"),
    data: fc.constantFrom(null, {}),
    refused: fc.constantFrom(undefined, "rule"),
  }).map(({ refused, ...rest }) => refused === undefined ? rest : { ...rest, refused }),
  { minLength: 1, maxLength: 4 },
);

/** Picks anything, also what is not there. */
const wild = (numbers: readonly number[]): Chooser => {
  let i = 0;
  return {
    choose(_, allowed) {
      const number = numbers[i++ % numbers.length]!;
      const tool = number === 0
        ? "not_allowed"
        : allowed[number % Math.max(1, allowed.length)]?.tool;
      return tool === undefined
        ? undefined
        : { tool, reason: "wild", propensity: 0.5, alternatives: [] };
    },
    learn: () => {},
  };
};

Deno.test("the local mind calls four tools at most, none twice alike, and ends with one message", async () => {
  const choosers = fc.oneof(
    fc.constant(undefined),
    fc.array(fc.nat(7), { minLength: 1, maxLength: 5 }),
  );
  await fc.assert(
    fc.asyncProperty(plans, outcomes, choosers, async (plans, outcomes, numbers) => {
      const tools = plans.map((plan, i) => planned(`t${i}`, plan as Plan));
      const chooser = numbers ? wild(numbers) : rulesChooser();
      const { calls, events, text } = await run(tools, outcomes, { chooser });
      assert.ok(calls.length <= 4);
      const keys = calls.map(({ tool, input }) =>
        `${tool} ${JSON.stringify(Object.entries(input as object).sort())}`
      );
      assert.equal(new Set(keys).size, keys.length, keys.join(" | "));
      assert.equal(events.filter(({ type }) => type === "message").length, 1);
      assert.notEqual(text, "");
      const names = new Set(tools.map(({ name }) => name));
      assert.ok(calls.every(({ tool }) => names.has(tool)));
      assert.equal(events.filter(({ type }) => type === "agent.learning").length, calls.length);
    }),
    { numRuns: 500 },
  );
});

const steady = (weight: number, more: Partial<Proposal<Record<string, unknown>>> = {}): Plan => [
  { input: {}, weight, reason: "r", ...more },
];

Deno.test("the local mind stops at a sure answer, and looks twice at an unsure one", async () => {
  const tools = (weight: number) => ["a", "b", "c"].map((name) => planned(name, steady(weight)));
  const full = [{ ok: true, text: "the needle is in notes" }];
  assert.equal((await run(tools(0.9), full)).calls.length, 1);
  assert.equal((await run(tools(0.5), full)).calls.length, 2);
  assert.equal((await run(tools(0.5), [{ ok: true, text: "elsewhere" }])).calls.length, 3);
});

Deno.test("the local mind stops at the first refusal of manual approval, not at others", async () => {
  const tools = ["a", "b", "c"].map((name) => planned(name, steady(0.5)));
  const refused = (rule: string) => [{ ok: false, data: null, text: "no", refused: rule }];
  const manual = await run(tools, refused("approval.manual"));
  assert.equal(manual.calls.length, 1);
  assert.match(manual.text, /^Not allowed: no$/);
  assert.equal((await run(tools, refused("approval.unset.write"))).calls.length, 3);
});

Deno.test("the local mind teaches its chooser the score of each step, from 0 to 1", async () => {
  const learned: [string, number][] = [];
  const chooser: Chooser = {
    ...rulesChooser(),
    learn: (_, { tool }, { reward }) => void learned.push([tool, reward]),
  };
  const tools = [
    planned("good", steady(0.5)),
    { ...planned("best", steady(0.4)), score: () => 9 },
    planned("bad", steady(0.3)),
  ];
  await run(tools, [{ ok: true, text: "x" }, { ok: true }], { chooser });
  assert.deepEqual(learned, [["good", 0.5], ["best", 1]]);
});

Deno.test("the local mind tells its chooser what a person said, and no score for what was refused", async () => {
  const told: Readonly<Record<string, number>>[] = [];
  const chooser: Chooser = {
    ...rulesChooser(),
    learn: (_, _choice, { components: { seconds: _seconds, ...rest } }) => void told.push(rest),
  };
  const tools = ["a", "b", "c"].map((name) => planned(name, steady(0.5)));
  await run(tools, [
    { ok: false, data: null, refused: "approval.unset.write" },
    { ok: false, data: null, refused: "approval.unset.write", approved: false },
    { ok: true, approved: true },
  ], { chooser });
  assert.deepEqual(told, [{}, { asked: 1, rejected: 1 }, { asked: 1, accepted: 1, score: 1.25 }]);
});

Deno.test("the local mind leaves out what cools down, and says that it did", async () => {
  const cooling = (tool: Tool) => Promise.resolve(tool.name === "a");
  const both = [planned("a", steady(0.7)), planned("b", steady(0.1))];
  assert.deepEqual((await run(both, [{ ok: true }], { cooling })).calls.map(({ tool }) => tool), [
    "b",
  ]);
  const alone = await run(both.slice(0, 1), [{ ok: true }], { cooling });
  assert.deepEqual(alone.calls, []);
  assert.match(alone.text, /^Answered just now.*: a$/);
});

Deno.test("createLocalMind() takes what the policy prefers among tools that fit alike", async () => {
  const plan: Plan = [{ input: {}, weight: 0.6, reason: "fits", completes: true }];
  const tools = [planned("aa", plan), planned("zz", plan)];
  const outcomes = [{ ok: true, text: "found" }];
  assert.equal((await run(tools, outcomes)).calls[0]?.tool, "aa");
  const preferred = new Set(["zz"]);
  assert.equal((await run(tools, outcomes, { preferred })).calls[0]?.tool, "zz");
});

const FAILS = [{ ok: false, text: "no needle" }];

Deno.test("the local mind hands offers of weight 0 to its chooser, and the rules call none", async () => {
  const tools = [planned("loud", steady(0.5)), planned("quiet", steady(0))];
  const allowed: string[][] = [];
  const rules = rulesChooser();
  const chooser: Chooser = {
    choose: (context, candidates) => {
      allowed.push(candidates.map(({ tool, masked }) => masked ? `${tool}: ${masked}` : tool));
      return rules.choose(context, candidates);
    },
    learn: () => {},
  };
  const { calls, events } = await run(tools, FAILS, { chooser });
  assert.deepEqual(calls.map(({ tool }) => tool), ["loud"]);
  assert.deepEqual(allowed, [["loud", "quiet"], ["quiet", "loud: run already"]]);
  assert.deepEqual(
    events.flatMap(({ type, data }) => type === "choice" ? [data] : [])
      .map((data) => (data as { alternatives: unknown }).alternatives),
    [[]],
  );
  const last: Chooser = { ...rules, choose: (_, all) => pick(all.at(-1)?.tool) };
  assert.equal((await run(tools, FAILS, { chooser: last })).calls[0]?.tool, "quiet");
});

/** A choice as a learner makes it. */
function pick(tool: string | undefined): ReturnType<Chooser["choose"]> {
  return tool === undefined
    ? undefined
    : { tool, reason: "learned", propensity: 1, alternatives: [] };
}

Deno.test("the local mind shows nobody an offer of weight 0: next, cooling and denied are as without", async () => {
  const loud = Array.from({ length: 5 }, (_, i) => planned(`t${i}`, steady(0.5 - i / 10)));
  const quiet = [planned("q0", steady(0)), planned("q1", steady(-0.5))];
  const shown = async (tools: readonly Tool[], over: Partial<LocalMindSetup> = {}) => {
    const { calls, text, next } = await run(tools, FAILS, over);
    return { calls: calls.map(({ tool }) => tool), text, next };
  };
  const same = async (loud: readonly Tool[], over: (quiet: readonly Tool[]) => object) => {
    const without = await shown(loud, over([]));
    assert.deepEqual(await shown([...quiet, ...loud], over(quiet)), without);
    return without;
  };
  assert.deepEqual((await same(loud, () => ({}))).next, ["t4  (r)"]);
  assert.match((await same([], () => ({}))).text, /^No tool fits/);
  const cooling = () => Promise.resolve(true);
  assert.match((await same(loud.slice(0, 1), () => ({ cooling }))).text, /again: t0$/);
  assert.match((await same([], () => ({ cooling }))).text, /^No tool fits/);
  const denied = [planned("d", steady(0.9))];
  const barred = await same(loud, (quiet) => ({ denied: [...denied, ...quiet] }));
  assert.match(barred.text, /^d is denied by the policy\.\nNothing was found\./);
  // What the policy prefers is liked among what fits.
  await same(loud.slice(0, 1), (quiet) => ({ preferred: new Set(quiet.map(({ name }) => name)) }));
});

Deno.test("the local mind names no denied tool of weight 0, whatever is chosen", async () => {
  const chooser: Chooser = { choose: (_, all) => pick(all[0]?.tool), learn: () => {} };
  const { text } = await run([planned("below", steady(-0.5))], FAILS, {
    chooser,
    denied: [planned("d", steady(0))],
  });
  assert.doesNotMatch(text, /denied/);
});
