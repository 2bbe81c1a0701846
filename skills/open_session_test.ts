import assert from "node:assert/strict";
import { scriptedLM } from "../core/lm/scripted_lm.ts";
import type { ApprovalQuestion } from "../core/agent/caller.ts";
import { mergeConfig } from "../core/config_merge.ts";
import { EMPTY_POLICY } from "../core/safety/policy.ts";
import { openSession, type OpenSessionOptions } from "./open_session.ts";
import { createSessionBus } from "./session_bus.ts";

async function withSession(
  files: Readonly<Record<string, string>>,
  options: OpenSessionOptions,
  test: (session: Awaited<ReturnType<typeof openSession>>, root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  for (const [path, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
  const session = await openSession(root, options);
  try {
    await test(session, root);
  } finally {
    await session.close();
    await Deno.remove(root, { recursive: true });
  }
}

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("openSession() runs this package's tools on a folder and tells what happens", async () => {
  const bus = createSessionBus();
  const types: string[] = [];
  bus.subscribe(">", ({ value }) => void types.push(value.type));
  await withSession({ "a.txt": "one\nneedle\n" }, { bus, id: "mine" }, async (session, root) => {
    assert.equal(session.id, "mine");
    assert.equal((await session.call("grep", { pattern: "needle" })).text, "a.txt:2: needle");
    assert.equal((await session.call("cat", { file: "../x" })).refused, "path.outside");
    assert.equal((await session.call("write", { path: "b.txt", content: "b" })).ok, true);
    assert.equal(await Deno.readTextFile(`${root}/b.txt`), "b");
  });
  assert.deepEqual([types[0], types.at(-1)], ["session.start", "session.end"]);
});

Deno.test("openSession() obeys the policy it is given", async () => {
  const policy = { ...EMPTY_POLICY, deny_tools: ["grep"], deny_paths: ["*.txt"] };
  await withSession({ "a.txt": "x" }, { policy }, async (session) => {
    assert.equal((await session.call("grep", { pattern: "x" })).refused, "policy.deny_tools");
    assert.equal((await session.call("cat", { file: "a.txt" })).refused, "path.denied");
  });
});

Deno.test("openSession() starts no program of the agent's that nobody allowed", async () => {
  const questions: ApprovalQuestion[] = [];
  let answer = false;
  const approve = (question: ApprovalQuestion) => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  const call = { origin: "agent" } as const;
  await withSession({}, { approve, interactive: true }, async (session, root) => {
    const touch = { command: ["touch", "canary"] };
    assert.equal((await session.call("exec", touch, call)).refused, "command.unlisted");
    assert.equal(await exists(`${root}/canary`), false);
    assert.deepEqual(questions.map(({ what, origin }) => [what, origin]), [
      [["touch canary"], "agent"],
    ]);
    answer = true;
    assert.equal((await session.call("exec", touch, call)).ok, true);
    assert.equal(await exists(`${root}/canary`), true);
  });
  await withSession({}, {}, async (session, root) => {
    const headless = await session.call("exec", { command: ["touch", "canary"] }, call);
    assert.equal(headless.refused, "command.unlisted");
    assert.equal(await exists(`${root}/canary`), false);
  });
});

Deno.test("openSession() keeps keys of the environment out of a program's output", async () => {
  Deno.env.set("OPEN_SESSION_TEST_TOKEN", "correct-horse-battery");
  try {
    const { config } = mergeConfig({ flags: { yes: true } });
    await withSession({}, { config }, async (session) => {
      const { text } = await session.call("exec", { command: ["echo", "correct-horse-battery"] });
      assert.equal(text, "[redacted]");
    });
  } finally {
    Deno.env.delete("OPEN_SESSION_TEST_TOKEN");
  }
});

Deno.test("openSession() answers a request in plain language and remembers it", async () => {
  await withSession({ "notes.txt": "a needle\n" }, {}, async (session, root) => {
    const end = await session.ask('find "needle"');
    assert.equal(end.ok, true, end.text);
    assert.equal(end.text, "Answered by grep.");
    assert.equal(await exists(`${root}/.dspy_session_memory.json`), true);
    assert.equal(await Deno.readTextFile(`${root}/notes.txt`), "a needle\n");
  });
});

Deno.test("openSession() refuses what is no folder", async () => {
  await assert.rejects(openSession("/nonexistent/folder"), { kind: "usage" });
});

Deno.test("openSession() takes SEARCH/REPLACE blocks of a model without tool calls for edits", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/a.txt`, "one\ntwo\n");
  const block = "In `a.txt`:\n<<<<<<< SEARCH\ntwo\n=======\n2\n>>>>>>> REPLACE\n";
  const lm = scriptedLM([
    '{"thought": "", "tool": "cat", "args": {"file": "a.txt"}, "answer": ""}',
    block,
    '{"thought": "", "tool": "finish", "args": {}, "answer": "changed"}',
  ], { can: { tools: false } });
  const session = await openSession(folder, {
    lm: () => Promise.resolve(lm),
    config: mergeConfig({ flags: { approval: "edit" } }).config,
  });
  const end = await session.ask("make two a 2");
  assert.equal(end.text, "changed");
  assert.equal(await Deno.readTextFile(`${folder}/a.txt`), "one\n2\n");
  await session.close();
  await Deno.remove(folder, { recursive: true });
});
