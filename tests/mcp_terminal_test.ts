/** What a person is asked about MCP servers, in a real terminal. */
import assert from "node:assert/strict";
import { type Scenario, serveScripted } from "../testing/mod.ts";
import { type Sandbox, sandbox } from "./_cli.ts";
import { ask, configure, oneCall, serverCommand, wentThrough } from "./_mcp.ts";
import { hasTmux, openTerminal } from "./_tmux.ts";

const ignore = !(await hasTmux());
const ECHO = "mcp__station__echo";

/** Longer than keys are passed over after a question. */
const read = () => new Promise((resolve) => setTimeout(resolve, 400));

function terminal(box: Sandbox, args: readonly string[], more: Record<string, string> = {}) {
  const { argv, env } = box.commandLine(args);
  return openTerminal(argv, { rows: 70, columns: 100, cwd: box.ws, env: { ...env, ...more } });
}

Deno.test({
  name: "a person sees what is sent to whom; 'always' holds for this tool as it is",
  ignore,
  async fn() {
    await using box = await sandbox();
    await configure(box, { station: { command: serverCommand("good", `${box.folder}/proof`) } });
    const turns = oneCall("weather", ECHO, { text: "hello" }, "hello");
    const scenario = { model: "scripted", window: 65_536, capabilities: ["tools"], as: {}, turns };
    await using model = await serveScripted(scenario as Scenario);
    await using t = await terminal(box, ["--model", "scripted", "run", "what is said?"], {
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: "none",
    });
    const asked = await t.until(/\? more >$/);
    assert.match(asked, /mcp__station__echo \(the agent chose this\) wants:/);
    assert.match(asked, /sha256 [0-9a-f]{64}/);
    assert.match(asked, /calls echo of the MCP server station \(your own\) with:\n.*\n.*"hello"/);
    assert.match(asked, /It says of itself:\n *Says a text again/);
    await read();
    await t.type("a");
    await t.until(/That is all\./);
    assert.deepEqual(model.problems, []);

    const again = await ask(box, [], oneCall("weather", ECHO, { text: "again" }, "again"));
    wentThrough(again);
    const other = await ask(
      box,
      [],
      oneCall("kinds", "mcp__station__kinds", {}, "[approval.unset.execute]"),
    );
    wentThrough(other);
  },
});

Deno.test({
  name: "permissions trust shows .mcp.json and what it runs, and asks",
  ignore,
  async fn() {
    await using box = await sandbox({ "tool.sh": "#!/bin/sh\n" });
    const servers = { x: { command: "sh", args: ["tool.sh"] } };
    await box.write(".mcp.json", JSON.stringify({ mcpServers: servers }));
    assert.match((await box.cli(["mcp", "list"])).stderr, /not started until you trust/);
    await using t = await terminal(box, ["permissions", "trust"]);
    const asked = await t.until(/Trust this text of \.mcp\.json to start MCP servers\?/);
    assert.match(asked, /tool\.sh/);
    await t.type("y");
    await t.press("Enter");
    await t.until(/is trusted until/);
    const listed = await box.cli(["mcp", "list"]);
    assert.doesNotMatch(listed.stderr, /until you trust/);
    assert.match(listed.stdout, /^x \(of \.mcp\.json, sh tool\.sh\): not used/);
  },
});
