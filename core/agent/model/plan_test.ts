import assert from "node:assert/strict";
import { z } from "zod";
import { scriptedLM, type ScriptedReply } from "../../lm/scripted_lm.ts";
import type { LMRequest } from "../../lm/types.ts";
import { openMemoryStore } from "../../store/memory.ts";
import { defineTool } from "../../tool.ts";
import { openTestSession } from "../_test_session.ts";
import { openConversation } from "../conversation/conversation.ts";
import { exportConversation, importConversation } from "../conversation/transfer.ts";
import { planOf } from "./plan_of.ts";

const PLAN = `Here is what I would do:

## Step 1: lift the lid
   with *both* hands, as it says in pot.ts:12

## Step 2: pour
Risk: it is hot.`;

const look = defineTool({
  name: "look",
  summary: "looks",
  input: z.object({ of: z.string().optional() }),
  effect: "read",
  needs: () => ({}),
  run: () => Promise.resolve({ ok: true, data: {}, text: "words and words ".repeat(20) }),
});

Deno.test("a plan is kept word for word through every summary, also after its mode was left", async () => {
  const requests: LMRequest[] = [];
  let looked = 0;
  const lm = scriptedLM((request): ScriptedReply => {
    requests.push(request);
    const { content } = request.messages.at(-1)!;
    if (request.messages[0]!.content.startsWith("Summarize this work")) return "They made tea.";
    if (content === "how to make tea?") return PLAN;
    if (content === "is it hot?") return "Yes, it is.";
    if (++looked > 60) return "Tea is ready.";
    const toolCalls = [{ id: `l${looked}`, name: "look", arguments: `{"of":"${looked}"}` }];
    return { text: `I look on. ${"It is long and I say so. ".repeat(12)}`, toolCalls };
  });
  const store = openMemoryStore();
  const model = { open: () => Promise.resolve(lm), toolset: { look: [] }, window: 3_000 };
  await using planning = await openTestSession([look], { store, model, approval: "plan" });
  await planning.session.ask("how to make tea?");
  await planning.session.ask("is it hot?");
  const { id: resume } = planning.data("conversation")[0]!;
  await using at = await openTestSession([look], { store, model, approval: "auto" });
  const end = await at.session.ask("do it", { conversation: { resume } });
  assert.equal(end.text, "Tea is ready.");
  const summaries = at.data("compaction").filter(({ kind }) => kind === "summarized");
  assert.ok(summaries.length >= 2, `${summaries.length} summaries`);
  const messages = requests.at(-1)!.messages.map(({ content }) => content).join("\n");
  assert.equal(messages.split(PLAN).length - 1, 1);

  const { info } = await importConversation(store, await exportConversation(store, resume), "copy");
  assert.equal(planOf((await openConversation(store, info.id)).path)?.text, PLAN);
});

Deno.test("planOf() takes the newest answer of plan mode that has steps, else the newest", async () => {
  const store = openMemoryStore();
  const replies = ["no plan yet", PLAN, "It is hot.", "1. boil\n2. wait", "never a plan"];
  const lm = scriptedLM((_, n) => replies[n]!);
  const model = { open: () => Promise.resolve(lm), toolset: {}, window: 10_000 };
  await using at = await openTestSession([], { store, model, approval: "plan" });
  const plans: (string | undefined)[] = [];
  for (const _ of replies.slice(0, 4)) {
    await at.session.ask("go");
    const { id } = at.data("conversation")[0]!;
    plans.push(planOf((await openConversation(store, id)).path)?.text);
  }
  assert.deepEqual(plans, ["no plan yet", PLAN, PLAN, "1. boil\n2. wait"]);
  await using free = await openTestSession([], { store, model });
  await free.session.ask("1. go");
  const { id } = free.data("conversation")[0]!;
  assert.equal(planOf((await openConversation(store, id)).path), undefined);
});
