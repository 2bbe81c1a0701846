/** The real program driven by an editor: the protocol's own client at the other end of its pipes. */
import assert from "node:assert/strict";
import { sandbox } from "./_cli.ts";
import { openEditor } from "./_editor.ts";
import { edit, NOTE, playToEditor, problem } from "./_play_to_editor.ts";

Deno.test("acp says what it can do, and answers a prompt with calls and streamed text", async () => {
  await playToEditor(
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

Deno.test("acp reads a linked file for the model, and no secret one", async () => {
  const files = { ...NOTE, ".env": "KEY=tea-4711\n", "app/.env": "KEY=tea-4711\n" };
  await playToEditor(
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

Deno.test("acp loads an earlier session: it is shown again, runs nothing and goes on", async () => {
  await using box = await sandbox(NOTE);
  let id = "";
  await playToEditor(
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
  await playToEditor([{ expect: { messages: "What does note.txt say" }, say: "Tea, as I said." }], {
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

Deno.test("acp takes the last change back when the person says /undo", async () => {
  await playToEditor(
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
      // Nothing was: what another session or a command changed is not for this one to take back.
      assert.equal(await editor.ask(session, "/undo"), "end_turn");
      assert.match(
        (await problem(editor.ask(session, "/nonsense"))).message,
        /no command \/nonsense/,
      );
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
