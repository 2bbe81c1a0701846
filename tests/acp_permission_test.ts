/** What the real program asks its editor for, and what an editor may set. */
import assert from "node:assert/strict";
import { oneCall, serverCommand } from "./_mcp.ts";
import { openEditor } from "./_editor.ts";
import { edit, NOTE, playToEditor, problem } from "./_play_to_editor.ts";

Deno.test("acp asks the editor before an edit, and shows the whole change", async () => {
  await playToEditor([...edit("tea", "coffee"), { say: "Changed." }], {
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
  await playToEditor(
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
  await playToEditor(
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

Deno.test("acp stores always for exactly what was shown, as the terminal does", async () => {
  await playToEditor(
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

Deno.test("acp offers the tools of the editor's MCP servers, and asks for their calls", async () => {
  const turns = oneCall("weather", "mcp__station__echo", { text: "hello" }, "hello");
  await playToEditor(turns, { files: NOTE, answer: () => "allow_once" }, async (editor) => {
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

Deno.test("acp in plan mode refuses what writes, whatever the editor would answer", async () => {
  await playToEditor(
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
  await playToEditor(
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
