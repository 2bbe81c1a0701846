/** The real program driven by an editor: the protocol's own client at the other end of its pipes. */
import assert from "node:assert/strict";
import { readLines } from "../cli/protocol.ts";
import { serveScripted } from "../testing/mod.ts";
import { sandbox } from "./_cli.ts";
import { oneCall, serverCommand } from "./_mcp.ts";
import { type Editor, type EditorOptions, openEditor } from "./_editor.ts";

const NOTE = { "note.txt": "the tea is ready\n" };

/** Plays turns of a model to an editor. */
async function play(
  turns: readonly unknown[],
  options: EditorOptions,
  act: (editor: Editor, model: { readonly problems: readonly string[] }) => Promise<void>,
): Promise<void> {
  await using model = await serveScripted({ turns });
  const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "none", ...options.env };
  await using editor = await openEditor({
    ...options,
    env,
    args: ["--model", "scripted", ...options.args ?? []],
  });
  await act(editor, model);
  assert.deepEqual(model.problems, []);
}

const edit = (from: string, to: string) => [
  { calls: [{ tool: "cat", args: { file: "note.txt" } }] },
  { calls: [{ tool: "edit", args: { path: "note.txt", edits: [{ old: from, new: to }] } }] },
];

/** A request of the editor that must fail, as its message. */
async function problem(answer: Promise<unknown>): Promise<{ code: number; message: string }> {
  return await answer.then(
    () => assert.fail("it did not fail"),
    (error) => ({ code: error.code, message: error.message }),
  );
}

Deno.test("acp says what it can do, and answers a prompt with calls and streamed text", async () => {
  await play(
    [
      {
        expect: { user: "note.txt" },
        think: "A file is meant.",
        say: "I look.",
        calls: [{ tool: "cat", args: { file: "note.txt" } }],
      },
      { expect: { lastResult: "the tea is ready" }, say: "The tea is ready.", split: 4 },
    ],
    { files: NOTE },
    async (editor) => {
      assert.equal(editor.hello.protocolVersion, 1);
      assert.equal(editor.hello.agentCapabilities?.loadSession, true);
      assert.equal(editor.hello.agentCapabilities?.promptCapabilities?.embeddedContext, true);
      const session = await editor.open();
      assert.equal(await editor.ask(session, "What does note.txt say?"), "end_turn");
      assert.equal(editor.text(), "I look.The tea is ready.");
      assert.ok(editor.updates("agent_message_chunk").length > 3, "it was not streamed");
      const ids = new Set(editor.updates("agent_message_chunk").map(({ messageId }) => messageId));
      assert.equal(ids.size, 2);
      const [call] = editor.updates("tool_call");
      const path = `${editor.box.ws}/note.txt`;
      assert.deepEqual(
        [call?.title, call?.kind, call?.status, call?.locations],
        ["cat note.txt", "read", "in_progress", [{ path }]],
      );
      const [end] = editor.updates("tool_call_update");
      assert.equal(end?.toolCallId, call?.toolCallId);
      assert.equal(end?.status, "completed");
      assert.match(JSON.stringify(end?.content), /the tea is ready/);
    },
  );
});

Deno.test("acp asks the editor before an edit, and shows the whole change", async () => {
  await play([...edit("tea", "coffee"), { say: "Changed." }], {
    files: NOTE,
    answer: () => "allow_once",
  }, async (editor) => {
    const session = await editor.open();
    assert.equal(await editor.ask(session, "Make it coffee"), "end_turn");
    assert.equal(await editor.box.read("note.txt"), "the coffee is ready\n");
    const [question] = editor.questions;
    const path = `${editor.box.ws}/note.txt`;
    const diff = {
      type: "diff",
      path,
      oldText: "the tea is ready\n",
      newText: "the coffee is ready\n",
    };
    assert.deepEqual(question?.toolCall.content?.at(-1), diff);
    assert.deepEqual(question?.toolCall.locations, [{ path }]);
    assert.match(JSON.stringify(question?.toolCall.content), /approval\.unset\.write/);
    const call = editor.updates("tool_call").find(({ name }) => name === "edit");
    assert.equal(question?.toolCall.toolCallId, call?.toolCallId);
    assert.equal(call?.kind, "edit");
    const end = editor.updates("tool_call_update").find(({ toolCallId, status }) =>
      toolCallId === call?.toolCallId && status === "completed"
    );
    assert.deepEqual(end?.content, [diff]);
  });
});

Deno.test("acp changes nothing when the editor rejects it, and the model hears why", async () => {
  await play(
    [
      ...edit("tea", "coffee"),
      { expect: { lastResult: "not approved" }, say: "You did not want it." },
    ],
    { files: NOTE, answer: () => "reject_once" },
    async (editor) => {
      const session = await editor.open();
      assert.equal(await editor.ask(session, "Make it coffee"), "end_turn");
      assert.equal(await editor.box.read("note.txt"), NOTE["note.txt"]);
      assert.equal(editor.updates("tool_call_update").at(-1)?.status, "failed");
    },
  );
});

Deno.test("acp asks for a program by its exact command line, and stays free of its output", async () => {
  const files = {
    "deno.json": "{}\n",
    "x_test.ts": 'Deno.test("x", () => console.log("out"));\n',
  };
  await play(
    [
      { calls: [{ tool: "run_tests" }] },
      { expect: { lastResult: "1 passed" }, say: "All pass." },
    ],
    { files, answer: () => "allow_once" },
    async (editor) => {
      const session = await editor.open();
      assert.equal(await editor.ask(session, "Run the tests"), "end_turn");
      const [question] = editor.questions;
      assert.equal(question?.toolCall.kind, "execute");
      assert.match(question?.toolCall.title ?? "", /^run_tests deno test/);
      assert.equal(question?.toolCall.toolCallId, editor.updates("tool_call")[0]?.toolCallId);
      assert.equal(editor.text(), "All pass.");
    },
  );
});

Deno.test("acp reads a linked file for the model, and no secret one", async () => {
  const files = { ...NOTE, ".env": "KEY=tea-4711\n", "app/.env": "KEY=tea-4711\n" };
  await play(
    [
      { expect: { messages: "the tea is ready" }, say: "Tea." },
      { expect: { user: ".env", absent: "tea-4711" }, say: "No." },
    ],
    { files },
    async (editor) => {
      const session = await editor.open();
      const linked = (name: string) =>
        editor.agent.request("session/prompt", {
          sessionId: session,
          prompt: [
            { type: "text", text: "What is in" },
            { type: "resource_link", name, uri: `file://${editor.box.ws}/${name}` },
          ],
        });
      await linked("note.txt");
      await linked(".env");
      assert.equal(editor.text(), "Tea.No.");
      assert.match((await problem(linked("app/.env"))).message, /app\/\.env/);
    },
  );
});

Deno.test("acp stores always for exactly what was shown, as the terminal does", async () => {
  await play(
    [
      ...edit("tea", "coffee"),
      { say: "Once." },
      ...edit("coffee", "cocoa"),
      { say: "Twice." },
      { calls: [{ tool: "write", args: { path: "other.txt", content: "x\n" } }] },
      { say: "Thrice." },
    ],
    { files: NOTE, answer: () => "allow_always" },
    async (editor) => {
      const session = await editor.open();
      await editor.ask(session, "Make it coffee");
      const always = editor.questions[0]?.options.find(({ kind }) => kind === "allow_always");
      assert.equal(always?.name, "Always allow exactly: edit note.txt");
      await editor.ask(session, "Make it cocoa");
      assert.equal(editor.questions.length, 1, "what was allowed for good was asked again");
      assert.equal(await editor.box.read("note.txt"), "the cocoa is ready\n");
      await editor.ask(session, "Write another");
      assert.equal(editor.questions.length, 2, "another file was allowed by it");
    },
  );
});

Deno.test("acp stops in the middle of a slow reply, and the session stays", async () => {
  await play(
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
  await play(
    edit("tea", "coffee"),
    { files: NOTE, answer: () => never.promise },
    async (editor) => {
      const session = await editor.open();
      const answer = editor.ask(session, "Make it coffee");
      await editor.until(() => editor.questions.length === 1);
      await editor.agent.notify("session/cancel", { sessionId: session });
      assert.equal(await answer, "cancelled");
      assert.equal(await editor.box.read("note.txt"), NOTE["note.txt"]);
      never.resolve("allow_once");
    },
  );
});

Deno.test("acp loads an earlier session: it is shown again, runs nothing and goes on", async () => {
  await using box = await sandbox(NOTE);
  let id = "";
  await play(
    [
      { say: "I look.", calls: [{ tool: "cat", args: { file: "note.txt" } }] },
      { say: "Tea." },
    ],
    { box },
    async (editor) => {
      id = await editor.open();
      await editor.ask(id, "What does note.txt say?");
    },
  );
  await play([{ expect: { messages: "What does note.txt say" }, say: "Tea, as I said." }], {
    box,
  }, async (editor) => {
    const { sessions } = await editor.agent.request("session/list", { cwd: box.ws });
    assert.deepEqual(
      sessions.map(({ sessionId, cwd, title }) => [sessionId, cwd, title]),
      [[id, box.ws, "What does note.txt say?"]],
    );
    await editor.agent.request("session/load", { sessionId: id, cwd: box.ws, mcpServers: [] });
    assert.deepEqual(
      editor.told.map(({ update }) => update.sessionUpdate)
        .filter((kind) => kind !== "available_commands_update"),
      [
        "user_message_chunk",
        "agent_message_chunk",
        "tool_call",
        "tool_call_update",
        "agent_message_chunk",
      ],
    );
    assert.equal(editor.text(), "I look.Tea.");
    assert.equal(await editor.ask(id, "Sure?"), "end_turn");
    assert.match(editor.text(), /Tea, as I said\.$/);
    const { message } = await problem(
      editor.agent.request("session/load", {
        sessionId: id.slice(0, 8),
        cwd: box.ws,
        mcpServers: [],
      }),
    );
    assert.match(message, /^no session called ".*": only conversations with a model are kept/);
  });
});

Deno.test("acp offers the tools of the editor's MCP servers, and asks for their calls", async () => {
  const turns = oneCall("weather", "mcp__station__echo", { text: "hello" }, "hello");
  await play(turns, { files: NOTE, answer: () => "allow_once" }, async (editor) => {
    const [command, ...args] = serverCommand("good", `${editor.box.folder}/proof`);
    const { sessionId } = await editor.agent.request("session/new", {
      cwd: editor.box.ws,
      mcpServers: [{ name: "station", command: command!, args, env: [] }],
    });
    assert.equal(await editor.ask(sessionId, "what is said?"), "end_turn");
    assert.match(editor.questions[0]?.toolCall.title ?? "", /^mcp__station__echo/);
    assert.equal(await Deno.readTextFile(`${editor.box.folder}/proof`), "echo\n");
  });
});

Deno.test("acp takes the last change back when the person says /undo", async () => {
  await play(
    [
      ...edit("tea", "coffee"),
      { say: "Changed." },
      { expect: { absent: "Make it coffee" }, say: "Nothing yet." },
    ],
    { files: NOTE, answer: () => "allow_once" },
    async (editor) => {
      const session = await editor.open();
      await editor.until(() => editor.updates("available_commands_update").length === 1);
      const [{ availableCommands } = { availableCommands: [] }] = editor.updates(
        "available_commands_update",
      );
      assert.ok(availableCommands.some(({ name }) => name === "undo"));
      await editor.ask(session, "Make it coffee");
      assert.equal(await editor.ask(session, "/undo"), "end_turn");
      assert.equal(await editor.box.read("note.txt"), NOTE["note.txt"]);
      await editor.ask(session, "What was done?");
      assert.match(
        (await problem(editor.ask(session, "/nonsense"))).message,
        /no command \/nonsense/,
      );
    },
  );
});

Deno.test("acp in plan mode refuses what writes, whatever the editor would answer", async () => {
  await play(
    [
      { calls: [{ tool: "write", args: { path: "new.txt", content: "x\n" } }] },
      { expect: { lastResult: "approval.plan", withoutTools: ["edit"] }, say: "I only plan." },
    ],
    { files: NOTE, answer: () => "allow_always" },
    async (editor) => {
      const session = await editor.open();
      await editor.agent.request("session/set_mode", { sessionId: session, modeId: "plan" });
      assert.equal(await editor.ask(session, "Write a file"), "end_turn");
      await assert.rejects(editor.box.read("new.txt"));
      assert.equal(editor.questions.length, 0);
    },
  );
});

Deno.test("acp changes the mode between two prompts of one conversation", async () => {
  await play(
    [
      { calls: [{ tool: "write", args: { path: "a.txt", content: "a\n" } }] },
      { say: "Planned." },
      {
        expect: { messages: "Planned" },
        calls: [{ tool: "write", args: { path: "b.txt", content: "b\n" } }],
      },
      { say: "Written." },
    ],
    { files: NOTE },
    async (editor) => {
      const sessionId = await editor.open();
      await editor.agent.request("session/set_mode", { sessionId, modeId: "plan" });
      await editor.ask(sessionId, "Plan it");
      await editor.agent.request("session/set_mode", { sessionId, modeId: "edit" });
      await editor.ask(sessionId, "Do it");
      await assert.rejects(editor.box.read("a.txt"));
      assert.equal(await editor.box.read("b.txt"), "b\n");
      assert.equal(editor.questions.length, 0);
    },
  );
});

Deno.test("acp closes one session in the middle of an answer, and serves on", async () => {
  await play(
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

Deno.test("acp lets an editor narrow the approval it was started with, and not widen it", async () => {
  await using editor = await openEditor({ files: NOTE, args: ["--approval", "manual"] });
  const { agent, box } = editor;
  const { sessionId, modes } = await agent.request("session/new", {
    cwd: box.ws,
    mcpServers: [],
  });
  assert.equal(modes?.currentModeId, "manual");
  assert.deepEqual(modes?.availableModes.map(({ id }) => id), ["plan", "manual"]);
  await agent.request("session/set_mode", { sessionId, modeId: "plan" });
  const wide = await problem(agent.request("session/set_mode", { sessionId, modeId: "auto" }));
  assert.match(wide.message, /^mode auto is wider than --approval manual: /);
  const none = await problem(agent.request("session/set_mode", { sessionId, modeId: "yolo" }));
  assert.deepEqual(none.code, -32602);
});

Deno.test("acp serves two sessions at once, each in its own folder", async () => {
  await play(
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

Deno.test("acp answers without a model: the local mind, with the same calls", async () => {
  await using editor = await openEditor({ files: NOTE });
  const session = await editor.open();
  assert.equal(await editor.ask(session, "where does it say tea?"), "end_turn");
  assert.match(JSON.stringify(editor.updates("tool_call_update")), /the tea is ready/);
  assert.notEqual(editor.text(), "");
});

Deno.test("acp tells in one sentence what cannot be done", async () => {
  await using editor = await openEditor({ files: NOTE });
  const { agent, box } = editor;
  const open = (cwd: string) => problem(agent.request("session/new", { cwd, mcpServers: [] }));
  const gone = await open(`${box.ws}/gone`);
  assert.equal(gone.code, -32602);
  assert.match(gone.message, /^no such folder: ".*gone"/);
  assert.match((await open(`${box.ws}/note.txt`)).message, /^not a directory: /);
  assert.match((await open("ws")).message, /^not an absolute path: "ws": /);
  assert.match(
    (await problem(editor.ask("nobody", "hello"))).message,
    /^no session "nobody" is open/,
  );
  const session = await editor.open();
  assert.equal((await problem(editor.ask(session, " "))).message, "the prompt is empty");
});

Deno.test("acp tells that the model cannot be reached, and answers without it", async () => {
  await using editor = await openEditor({
    files: NOTE,
    args: ["--model", "scripted", "--max-time", "20"],
    env: { OPENAI_BASE_URL: "http://127.0.0.1:9/v1", OPENAI_API_KEY: "none" },
  });
  const session = await editor.open();
  assert.equal(await editor.ask(session, "where does it say tea?"), "end_turn");
  assert.match(editor.text(), /answered without the model/);
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

Deno.test("acp leaves no process behind when the editor goes away in the middle of an answer", async () => {
  await play([{ say: "one two three four", split: 4, fault: { pauseMs: 3_000 } }], {
    files: NOTE,
  }, async (editor) => {
    const session = await editor.open();
    editor.ask(session, "Count").catch(() => {});
    await editor.until(() => editor.text() !== "");
    const children = await childrenOf(editor.pid);
    assert.ok(children.length > 0);
    const { code } = await editor.leave();
    assert.equal(code, 0);
    for (const pid of children) await ended(pid);
  });
});

Deno.test("acp ends when it is told to by a signal", async () => {
  await using editor = await openEditor({ files: NOTE });
  await editor.open();
  Deno.kill(editor.pid, "SIGTERM");
  assert.equal((await editor.leave()).code, 0);
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

/** Processes that a process started; none are known where there is no /proc. */
async function childrenOf(pid: number): Promise<string[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  return text.trim().split(" ").filter((word) => word !== "");
}
