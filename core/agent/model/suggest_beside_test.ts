import assert from "node:assert/strict";
import { z } from "zod";
import { LMError } from "../../lm/lm_error.ts";
import { scriptedLM, type ScriptedReply } from "../../lm/scripted_lm.ts";
import type { LM } from "../../lm/types.ts";
import { defineTool, type Tool } from "../../tool.ts";
import { openTestSession } from "../_test_session.ts";
import type { Candidate, ChoiceContext } from "../chooser.ts";
import type { Learner } from "../learner.ts";
import type { ModelSetup } from "./ask_model.ts";

/** A learner that suggests what the rules would pick, and what it was told of it. */
function suggesting() {
  const asked: { context: ChoiceContext; candidates: readonly Candidate[] }[] = [];
  const taken: [suggested: string, tool: string, components: object][] = [];
  const learner: Partial<Learner> = {
    choose: () => undefined,
    suggest(context, candidates) {
      asked.push({ context, candidates });
      const tool = candidates.find(({ masked }) => masked === undefined)?.tool;
      return Promise.resolve(
        tool === undefined ? undefined : {
          tool,
          reason: "words",
          propensity: 0.98,
          taken: (what, components) => Promise.resolve(void taken.push([tool, what, components])),
        },
      );
    },
  };
  return { asked, taken, learner: () => Promise.resolve(learner as Learner) };
}

function offering(name: string, more: Partial<Tool> = {}): Tool {
  return defineTool({
    name,
    summary: `does ${name}`,
    input: z.object({}),
    effect: "read",
    needs: () => ({}),
    propose: () => ({ input: {}, weight: 0.5, reason: `${name} fits` }),
    run: () => Promise.resolve({ ok: true, data: {}, text: `${name} done` }),
    ...more,
  });
}

/** Answers after a while. */
function slow(replies: readonly ScriptedReply[], ms: number): LM {
  const lm = scriptedLM((_, n) => replies[n] ?? new LMError("refused", "no more"));
  return {
    ...lm,
    call: (request) =>
      new Promise((resolve) => setTimeout(resolve, ms)).then(() => lm.call(request)),
  };
}

function model(lm: LM): { model: ModelSetup; approval: "auto" } {
  const toolset = { look: [], change: [] };
  return {
    approval: "auto",
    model: { open: () => Promise.resolve(lm), toolset, window: 100_000 },
  };
}

const call = (name: string): ScriptedReply => ({
  toolCalls: [{ id: "c1", name, arguments: "{}" }],
});

Deno.test("ask() with a model logs what the chooser would have picked, and what the model took", async () => {
  const { asked, taken, learner } = suggesting();
  const lm = slow([call("look"), { text: "found" }], 700);
  const tools = [
    offering("change"),
    offering("look"),
    offering("mute", { propose: () => undefined }),
  ];
  await using at = await openTestSession(tools, {
    ...model(lm),
    learner,
    policy: { deny_tools: ["change"] },
  });
  const end = await at.session.ask("is everything fine?");
  assert.equal(end.text, "found");
  const [{ context, candidates }] = asked as [typeof asked[0]];
  assert.deepEqual([context.step, context.history], [1, []]);
  assert.ok(context.features["w:fine"]! > 0);
  assert.equal(context.words?.["everyth"], "everything");
  assert.deepEqual(candidates.map(({ tool, masked }) => [tool, masked]), [
    ["look", undefined],
    ["change", "denied by the policy"],
  ]);
  const [[suggested, tool, components]] = taken as [typeof taken[0]];
  assert.deepEqual([suggested, tool], ["look", "look"]);
  assert.ok("score" in components && "seconds" in components, JSON.stringify(components));
});

Deno.test("ask() with a model that calls nothing logs that, and one that never answered nothing", async () => {
  const silent = suggesting();
  await using one = await openTestSession([offering("look")], {
    ...model(slow([{ text: "hello" }], 700)),
    learner: silent.learner,
  });
  await one.session.ask("is all fine?");
  assert.deepEqual(silent.taken, [["look", "", {}]]);

  const dead = suggesting();
  await using other = await openTestSession([offering("look")], {
    ...model(slow([], 700)),
    learner: dead.learner,
  });
  await other.session.ask("is all fine?");
  assert.deepEqual([dead.asked.length, dead.taken], [1, []]);
});

Deno.test("ask() with a model loads nothing before it is waited for, nor where it answers at once", async () => {
  const { asked, learner } = suggesting();
  let [offered, opened] = [0, 0];
  await using fast = await openTestSession([offering("look"), offering("other")], {
    ...model(slow([call("look"), call("other"), { text: "done" }], 60)),
    learner: () => {
      opened++;
      return learner();
    },
  });
  await fast.session.ask("is all fine?");
  assert.deepEqual([opened, asked], [0, []]);

  // Each tool is loaded by itself, while nothing else waits.
  await using at = await openTestSession(
    Array.from({ length: 20 }, (_, i) =>
      offering(`t${i}`, {
        propose: () => {
          offered++;
          return { input: {}, weight: 0.1, reason: "r" };
        },
      })),
    { ...model(slow([{ text: "done" }], 900)), learner },
  );
  let between = 0;
  const ticks = setInterval(() => between++, 5);
  await at.session.ask("is all fine?");
  clearInterval(ticks);
  assert.equal(offered, 20);
  assert.equal(asked.length, 1);
  assert.ok(between > 20, `others had ${between} turns`);
});

Deno.test("ask() answers all the same when nothing can be suggested, and says so", async () => {
  await using at = await openTestSession([offering("look")], {
    ...model(slow([{ text: "done" }], 700)),
    learner: () => Promise.reject(new Error("no disk")),
  });
  const end = await at.session.ask("is all fine?");
  assert.deepEqual([end.ok, end.text], [true, "done"]);
  const told = at.data("notice").map(({ text }) => text);
  assert.match(told.join(), /nothing was suggested for the log: .*no disk/);
});
