import assert from "node:assert/strict";
import { openConversation } from "../../core/agent/conversation/conversation.ts";
import { NO_USAGE } from "../../core/lm/usage.ts";
import { type Bench, openBench } from "../_testing.ts";
import sessions from "./sessions.ts";
import skill from "./skill.ts";

async function talk({ ctx }: Bench, id: string, ...texts: string[]): Promise<void> {
  const conversation = await openConversation(ctx.store, id);
  for (const text of texts) {
    await conversation.append({ kind: "user", text });
    const calls = [{ id: `${text}1`, name: "cat", arguments: '{"file":"a"}' }];
    await conversation.append({
      kind: "assistant",
      text: "I look",
      calls,
      model: "m",
      usage: NO_USAGE,
    });
    await conversation.append({
      kind: "result",
      call: `${text}1`,
      tool: "cat",
      ok: false,
      text: "no a",
    });
  }
}

Deno.test("sessions lists, shows and deletes what models did here", async () => {
  await using bench = await openBench();
  assert.match((await bench.run(sessions)).text, /No session has been kept/);
  await talk(bench, "abcd-1", "why?", "and then?");
  assert.match((await bench.run(sessions)).text, /^abcd-1 .* 2 requests {2}why\?$/);
  const { text } = await bench.run(sessions, { action: "show", name: "last" });
  assert.match(text, /> why\?\n.*I look\n.*-> cat \{"file":"a"\}\n.*failed: no a/);
  await bench.run(sessions, { action: "delete", name: "abcd" });
  assert.deepEqual((await bench.run(sessions)).data, []);
});

Deno.test("sessions show gives a plan in whole, other answers by their first line", async () => {
  await using bench = await openBench();
  const conversation = await openConversation(bench.ctx.store, "abcd-1");
  const said = { kind: "assistant", model: "m", usage: NO_USAGE } as const;
  await conversation.append({ ...said, text: "1. boil\n2. pour", plan: true });
  await conversation.append({ ...said, text: "Done.\nIt is ready." });
  const { text } = await bench.run(sessions, { action: "show", name: "last" });
  assert.match(text, / {4}1\. boil\n +2\. pour\n.* Done\.$/);
});

Deno.test("sessions rewind takes the last request and its answer out of the talk", async () => {
  await using bench = await openBench();
  await talk(bench, "abcd-1", "why?", "and then?");
  const { data } = await bench.run(sessions, { action: "rewind", name: "last" });
  assert.equal(data.said, "and then?");
  const { path } = await openConversation(bench.ctx.store, "abcd-1");
  assert.equal(path.length, 3);
  await bench.run(sessions, { action: "rewind", name: "last" });
  assert.equal((await bench.run(sessions, { action: "rewind", name: "last" })).ok, false);
});

Deno.test("sessions export writes a file that import takes in, and undo takes back", async () => {
  await using bench = await openBench();
  await talk(bench, "abcd-1", "why?");
  await bench.run(sessions, { action: "export", name: "last", out: "talk.jsonl" });
  const { data } = await bench.run(sessions, { action: "import", name: "talk.jsonl" });
  assert.deepEqual([data.title, data.turns, data.cut], ["why?", 1, false]);
  assert.equal((await bench.run(sessions)).data.length, 2);
  await bench.ctx.files.undo();
  await assert.rejects(bench.ctx.files.info("talk.jsonl"));
});

Deno.test("sessions says which session it needs", async () => {
  await using bench = await openBench();
  await assert.rejects(bench.run(sessions, { action: "show" }), /sessions show needs a session/);
  await assert.rejects(bench.run(sessions, { action: "show", name: "x" }), /no session called "x"/);
  await assert.rejects(bench.run(sessions, { action: "import" }), /needs a file/);
});

Deno.test("skill lists the workspace's skills and reads one", async () => {
  await using bench = await openBench({
    ".agents/skills/release/SKILL.md":
      '---\nname: "release"\ndescription: How to release.\n---\nTag it.',
    ".claude/skills/old/SKILL.md": "---\nname: release\ndescription: Another.\n---\n",
    ".agents/skills/none/SKILL.md": "no front matter",
  });
  assert.equal((await bench.run(skill)).text, "release: How to release.");
  assert.match((await bench.run(skill, { name: "release" })).text, /Tag it\./);
  await assert.rejects(bench.run(skill, { name: "relaese" }), /no skill called "relaese"/);
  await using empty = await openBench();
  assert.match((await empty.run(skill)).text, /No skills here/);
});
