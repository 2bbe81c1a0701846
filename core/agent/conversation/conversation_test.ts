import assert from "node:assert/strict";
import fc from "fast-check";
import { NO_USAGE } from "../../lm/usage.ts";
import { openMemoryStore } from "../../store/memory.ts";
import type { Store } from "../../store/types.ts";
import { type Conversation, openConversation, outputKey } from "./conversation.ts";
import type { EntryBody } from "./entry.ts";
import {
  allEntries,
  deleteConversation,
  findConversation,
  forkConversation,
  listConversations,
} from "./manage.ts";
import { resolveConversation } from "./resolve_conversation.ts";
import { exportConversation, importConversation } from "./transfer.ts";

const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 2, requests: 1 };
const user = (text: string): EntryBody => ({ kind: "user", text });
const said = (text: string): EntryBody => ({ kind: "assistant", text, model: "m", usage });

async function talk(store: Store, id: string, ...bodies: EntryBody[]): Promise<Conversation> {
  const conversation = await openConversation(store, id);
  for (const body of bodies) await conversation.append(body);
  return conversation;
}

const texts = ({ path }: Conversation) =>
  path.map(({ body }) => "text" in body ? body.text : body.kind);

Deno.test("append() keeps each entry before the next thing happens, and counts", async () => {
  const store = openMemoryStore();
  await talk(store, "c", user("one\nmore"), said("first"), user("two"));
  const again = await openConversation(store, "c");
  assert.deepEqual(texts(again), ["one\nmore", "first", "two"]);
  const { title, turns, usage: spent, leaf } = again.info;
  assert.deepEqual([title, turns, spent.inputTokens, leaf], ["one", 2, 10, again.path[2]!.id]);
});

Deno.test("moveTo() takes what follows out of the way, and keeps it in the store", async () => {
  const store = openMemoryStore();
  const conversation = await talk(store, "c", user("one"), said("first"), user("two"));
  await conversation.moveTo(conversation.path[1]!.id);
  await conversation.append(user("other"));
  assert.deepEqual(texts(await openConversation(store, "c")), ["one", "first", "other"]);
  assert.equal((await allEntries(store, "c")).length, 4);
  await conversation.moveTo(null);
  assert.deepEqual([texts(conversation), conversation.info.turns], [[], 0]);
  await assert.rejects(conversation.moveTo("nosuch"), /no entry "nosuch"/);
});

Deno.test("forkConversation() copies the way to an entry, with outputs, and leaves the other alone", async () => {
  const store = openMemoryStore();
  const from = await talk(store, "aaaa-1", user("one"), said("first"), user("two"));
  await store.put(outputKey("aaaa-1", "call"), "long");
  await forkConversation(store, "aaaa-1", { id: "bbbb-1", at: from.path[1]!.id });
  const fork = await talk(store, "bbbb-1", user("three"));
  assert.deepEqual(texts(fork), ["one", "first", "three"]);
  assert.equal(fork.info.from, `aaaa-1@${from.path[1]!.id}`);
  assert.equal(await store.get(outputKey("bbbb-1", "call")), "long");
  assert.deepEqual(texts(await openConversation(store, "aaaa-1")), ["one", "first", "two"]);
  await assert.rejects(forkConversation(store, "aaaa-1", { id: "x", at: "no" }), /no entry "no"/);
});

Deno.test("findConversation() knows an id, the start of one, and last", async () => {
  const store = openMemoryStore();
  await assert.rejects(findConversation(store, "last"), /no session called "last"/);
  await talk(store, "abcd-1", user("one"));
  await talk(store, "abcd-2", user("two"));
  await talk(store, "efgh-1", user("three"));
  assert.equal((await findConversation(store, "efgh")).id, "efgh-1");
  assert.equal((await findConversation(store, "abcd-2")).id, "abcd-2");
  await assert.rejects(findConversation(store, "abcd"), /2 sessions start with "abcd"/);
  await assert.rejects(findConversation(store, "e"), /no session called "e"/);
});

Deno.test("deleteConversation() leaves nothing of it, and nothing else out", async () => {
  const store = openMemoryStore();
  await talk(store, "gone", user("one"));
  await talk(store, "kept", user("two"));
  await store.put(outputKey("gone", "call"), "long");
  await deleteConversation(store, "gone");
  assert.deepEqual((await listConversations(store)).map(({ id }) => id), ["kept"]);
  assert.deepEqual(await allEntries(store, "gone"), []);
  assert.deepEqual(await store.list("output:"), []);
});

Deno.test("resolveConversation() gives the own one, a named one, a new one or a copy", async () => {
  const store = openMemoryStore();
  await talk(store, "abcd-1", user("one"));
  assert.equal(await resolveConversation(store, {}, "own"), "own");
  assert.equal(await resolveConversation(store, { start: "new" }, "own"), "new");
  assert.equal(await resolveConversation(store, { resume: "abcd" }, "own"), "abcd-1");
  const copy = await resolveConversation(store, { fork: "abcd" }, "own");
  assert.deepEqual(texts(await openConversation(store, copy)), ["one"]);
});

Deno.test("importConversation() gives back what was exported", async () => {
  const store = openMemoryStore();
  const from = await talk(store, "abcd-1", user("one"), said("first"), user("two"));
  await from.moveTo(from.path[1]!.id);
  const { info, cut } = await importConversation(
    store,
    await exportConversation(store, "abcd-1"),
    "new",
  );
  assert.deepEqual([cut, info.turns, info.usage.requests], [false, 1, 1]);
  assert.deepEqual(texts(await openConversation(store, "new")), ["one", "first"]);
  assert.equal((await allEntries(store, "new")).length, 3);
});

Deno.test("importConversation() leaves out a cut last line, and refuses all that was forged", async () => {
  const store = openMemoryStore();
  await talk(store, "abcd-1", user("one"), said("first"));
  const text = await exportConversation(store, "abcd-1");
  const cut = await importConversation(store, text.slice(0, -20), "cut");
  assert.deepEqual([cut.cut, cut.info.turns], [true, 1]);
  const [head, first] = text.split("\n");
  const changed = (change: object) =>
    `${head}\n${JSON.stringify({ ...JSON.parse(first!), ...change })}`;
  for (
    const bad of [
      "",
      "no JSON",
      head!.replace('"v":1', '"v":2'),
      `${head}\nno JSON\n${first}`,
      `${head}\n${first}\n${first}`,
      changed({ v: 2 }),
      changed({ run: "rm" }),
      changed({ body: { kind: "tool.start", tool: "exec" } }),
      changed({ body: { kind: "user", text: 7 } }),
    ]
  ) {
    await assert.rejects(importConversation(store, bad, "bad"), /not taken in/, bad.slice(0, 80));
  }
  assert.deepEqual(await allEntries(store, "bad"), []);
});

Deno.test("importConversation() never throws anything but a refusal, whatever the text", async () => {
  const store = openMemoryStore();
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.json(), async (a, b) => {
      const header = '{"format":"dspy-code/session","v":1,"title":"","leaf":null}';
      for (const text of [a, b, `${header}\n${a}`, `${header}\n${b}\n{}`]) {
        await importConversation(store, text, crypto.randomUUID()).catch((error) => {
          assert.equal(error.name, "UserError");
        });
      }
    }),
    { numRuns: 100 },
  );
});
