/** How the real program stops what an editor asked for, and itself. */
import assert from "node:assert/strict";
import { readLines } from "../cli/protocol.ts";
import { sandbox } from "./_cli.ts";
import { openEditor } from "./_editor.ts";
import { edit, NOTE, playToEditor, problem } from "./_play_to_editor.ts";

Deno.test("acp stops in the middle of a slow reply, and the session stays", async () => {
  await playToEditor(
    [
      { say: "one two three four five six seven eight", split: 4, fault: { pauseMs: 2_000 } },
      { say: "Here again." },
    ],
    { files: NOTE },
    async (editor) => {
      const session = await editor.open();
      const answer = editor.ask(session, "Count");
      await editor.until(() => editor.text() !== "");
      const before = Date.now();
      await editor.agent.notify("session/cancel", { sessionId: session });
      assert.equal(await answer, "cancelled");
      assert.ok(Date.now() - before < 2_500, "it took its time");
      assert.equal(await editor.ask(session, "And now?"), "end_turn");
      assert.match(editor.text(), /Here again\.$/);
    },
  );
});

Deno.test("acp cancels a question that the editor never answers", async () => {
  const never = Promise.withResolvers<string>();
  await playToEditor(
    edit("tea", "coffee"),
    { files: NOTE, answer: () => never.promise },
    async (editor) => {
      const session = await editor.open();
      const answer = editor.ask(session, "Make it coffee");
      await editor.until(() => editor.questions.length === 1);
      const before = Date.now();
      await editor.agent.notify("session/cancel", { sessionId: session });
      assert.equal(await answer, "cancelled");
      assert.ok(Date.now() - before < 2_500, "it took its time");
      assert.equal(await editor.box.read("note.txt"), NOTE["note.txt"]);
      never.resolve("allow_once");
    },
  );
});

Deno.test("acp closes one session in the middle of an answer, and serves on", async () => {
  await playToEditor(
    [
      { say: "one two three four", split: 4, fault: { pauseMs: 2_000 } },
      { say: "Here." },
    ],
    { files: NOTE },
    async (editor) => {
      const [a, b] = [await editor.open(), await editor.open()];
      const answer = editor.ask(a, "Count");
      await editor.until(() => editor.text(a) !== "");
      await editor.agent.request("session/close", { sessionId: a });
      assert.equal(await answer, "cancelled");
      assert.match((await problem(editor.ask(a, "Still?"))).message, /^no session/);
      assert.equal(await editor.ask(b, "And you?"), "end_turn");
      assert.equal(editor.text(b), "Here.");
    },
  );
});

Deno.test("acp serves two sessions at once, each in its own folder", async () => {
  await playToEditor(
    [
      { expect: { user: "slow" }, say: "one two three", split: 4, fault: { pauseMs: 300 } },
      { expect: { user: "quick" }, say: "Quick." },
    ],
    { files: { "a/x.txt": "x\n", "b/y.txt": "y\n" } },
    async (editor) => {
      const [a, b] = [
        await editor.open(`${editor.box.ws}/a`),
        await editor.open(`${editor.box.ws}/b`),
      ];
      const slow = editor.ask(a, "slow");
      await editor.until(() => editor.text(a) !== "");
      assert.equal(await editor.ask(b, "quick"), "end_turn");
      assert.notEqual(editor.text(a), "one two three");
      const busy = await problem(editor.ask(a, "me too"));
      assert.match(busy.message, /^this session still answers a prompt: /);
      assert.equal(await slow, "end_turn");
      assert.deepEqual([editor.text(a), editor.text(b)], ["one two three", "Quick."]);
    },
  );
});

Deno.test("acp answers garbage with an error and goes on; the end of its input ends it", async () => {
  await using box = await sandbox(NOTE);
  const { argv, env } = box.commandLine(["acp"]);
  const child = new Deno.Command(argv[0]!, {
    args: argv.slice(1),
    cwd: box.ws,
    env,
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const answers = readLines(child.stdout);
  const send = async (line: string) => {
    await writer.write(new TextEncoder().encode(`${line}\n`));
    return JSON.parse((await answers.next()).value ?? "null");
  };
  const call = (id: number, method: string, params: unknown) =>
    send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  assert.equal((await send("no json")).error.code, -32700);
  assert.equal((await send("[1]")).error.code, -32600);
  const early = await call(1, "session/new", { cwd: box.ws, mcpServers: [] });
  assert.equal(early.error.code, -32600);
  const hello = await call(2, "initialize", { protocolVersion: 1 });
  assert.equal(hello.result.protocolVersion, 1);
  assert.equal((await call(3, "session/new", { cwd: 7 })).error.code, -32602);
  assert.equal((await call(4, "no/such", {})).error.code, -32601);
  await writer.close();
  assert.equal((await answers.next()).done, true);
  assert.equal((await child.status).code, 0);
});

Deno.test("acp ends when it is told to by a signal", async () => {
  await using editor = await openEditor({ files: NOTE });
  await editor.open();
  Deno.kill(editor.pid, "SIGTERM");
  assert.equal((await editor.leave()).code, 0);
});

Deno.test("acp leaves no process behind when the editor goes away in the middle of an answer", async () => {
  if (Deno.build.os !== "linux") {
    // deno-lint-ignore no-console -- a skip is told
    return console.log("SKIP acp leaves no process behind: processes are looked for in /proc");
  }
  await playToEditor([{ calls: [{ tool: "exec", args: { command: ["sleep", "60"] } }] }], {
    files: NOTE,
    answer: () => "allow_once",
  }, async (editor) => {
    const session = await editor.open();
    editor.ask(session, "Wait a minute").catch(() => {});
    await editor.until(() => childrenOf(editor.pid).length === 2);
    const [jailed, sleeping] = childrenOf(editor.pid);
    const { code } = await editor.leave();
    assert.equal(code, 0);
    for (const pid of [jailed!, sleeping!]) await ended(pid);
  });
});

/** Waits until a process runs no more; one that nobody has buried yet counts as ended. */
async function ended(pid: string): Promise<void> {
  for (const end = Date.now() + 5_000; Date.now() < end;) {
    const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "State:\tZ");
    if (/^State:\s*[ZX]/m.test(status)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`process ${pid} still runs`);
}

/** Processes that a process started. */
function childrenOf(pid: number): string[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  return text.trim().split(" ").filter((word) => word !== "");
}
