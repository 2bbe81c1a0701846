import assert from "node:assert/strict";
import { z } from "zod";
import { LMError } from "../../lm/lm_error.ts";
import { scriptedLM, type ScriptedReply } from "../../lm/scripted_lm.ts";
import type { LMRequest } from "../../lm/types.ts";
import { defineTool } from "../../tool.ts";
import { openTestSession } from "../_test_session.ts";
import { listConversations } from "../conversation/manage.ts";

const PAGE = `${"page\n".repeat(5_000)}its secret end`;

const look = defineTool({
  name: "look",
  summary: "looks",
  input: z.object({}),
  effect: "read",
  needs: () => ({}),
  propose: () => ({ input: {}, weight: 0.9, reason: "r", completes: true }),
  run: () => Promise.resolve({ ok: true, data: {}, text: PAGE }),
});

const call = (name: string, args: unknown): ScriptedReply => ({
  toolCalls: [{ id: name, name, arguments: JSON.stringify(args) }],
});

const UNKEPT = { conversation: { keep: false } } as const;

Deno.test("ask() without a session goes on in memory, and leaves nothing in the store", async () => {
  const requests: LMRequest[] = [];
  const replies = [
    call("todo", { items: [{ text: "look at it", done: false }] }),
    call("look", {}),
    call("output", { call: "look", grep: "secret" }),
    "one",
    "two",
    "three",
  ];
  const lm = scriptedLM((request, n) => {
    requests.push(request);
    return replies[n]!;
  });
  const model = { open: () => Promise.resolve(lm), toolset: { look: [] }, window: 10_000 };
  await using at = await openTestSession([look], { model });
  assert.equal((await at.session.ask("first", UNKEPT)).text, "one");
  assert.match(requests[3]!.messages.at(-1)!.content, /its secret end/);
  assert.equal((await at.session.ask("second", UNKEPT)).text, "two");
  const before = requests[4]!.messages.map(({ content }) => content);
  assert.deepEqual([before[1], before.at(-2), before.at(-1)], ["first", "one", "second"]);
  assert.deepEqual(await listConversations(at.store), []);
  for (const prefix of ["conversation:", "todo:", "output:"]) {
    assert.deepEqual(await at.store.list(prefix), [], prefix);
  }
  assert.deepEqual(at.data("conversation").map(({ kept }) => kept), [false, false]);
  await at.session.ask("third");
  assert.equal(requests[5]!.messages.length, 2);
  assert.equal((await listConversations(at.store)).length, 1);
});

Deno.test("ask() without a session remembers nothing when the local tools answer", async () => {
  for (const reply of [undefined, new LMError("network", "it is gone")]) {
    const lm = scriptedLM(() => reply!);
    const model = { open: () => Promise.resolve(lm), toolset: {}, window: 10_000 };
    const opened: string[] = [];
    await using at = await openTestSession([look], {
      ...reply && { model },
      memory: () => Promise.reject(new Error(`${opened.push("memory")}`)),
      learner: () => Promise.reject(new Error(`${opened.push("learner")}`)),
    });
    await at.session.ask("look at my secret", UNKEPT);
    assert.deepEqual(at.data("tool.end").map(({ tool }) => tool), ["look"]);
    assert.deepEqual(opened, []);
  }
});
