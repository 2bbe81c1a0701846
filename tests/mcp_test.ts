/** MCP servers in the real program, asked by the scripted model. */
import assert from "node:assert/strict";
import { sandbox } from "./_cli.ts";
import { testHttpServer } from "./_mcp_http.ts";
import { ask, configure, oneCall, serverCommand, trustServers, wentThrough } from "./_mcp.ts";

const ECHO = "mcp__station__echo";

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("auto approval: a model finds a tool of the user's own server and calls it", async () => {
  await using box = await sandbox();
  await configure(box, { station: { command: serverCommand("good", `${box.folder}/proof`) } });
  const turns = oneCall("weather", ECHO, { text: "hello", times: 2 }, "hello hello");
  const played = await ask(box, ["--approval", "auto"], turns);
  assert.match(played.bodies, /Finds more tools: [^"]*, mcp station"/);
  wentThrough(played);
  assert.deepEqual([played.done, played.code], [true, 0], played.stderr);
  assert.equal(await Deno.readTextFile(`${box.folder}/proof`), "echo\n");
  const audit = await box.cli(["permissions", "audit"]);
  assert.match(audit.stdout, /allow mcp__station__echo: .*sha256 [0-9a-f]{64}.*approval\.auto/);
  assert.match(audit.stdout, /mcp__station__echo .*program\.end\] exit 0/);
});

Deno.test("unset approval without a person: a call is refused with its rule, --yes lets it run", async () => {
  await using box = await sandbox();
  await configure(box, { station: { command: serverCommand("good", `${box.folder}/proof`) } });
  const refused = await ask(
    box,
    [],
    oneCall("weather", ECHO, { text: "hello" }, "[approval.unset.execute]"),
  );
  wentThrough(refused);
  assert.equal(await exists(`${box.folder}/proof`), false);
  const turns = oneCall("weather", ECHO, { text: "hello" }, "hello");
  const granted = await ask(box, ["--yes"], turns);
  wentThrough(granted);
});

Deno.test("plan mode offers no tool of a server and runs none", async () => {
  await using box = await sandbox();
  await configure(box, { station: { command: serverCommand("good", `${box.folder}/proof`) } });
  const played = await ask(box, ["--approval", "plan"], [
    { calls: [{ tool: ECHO, args: { text: "x" } }] },
    { expect: { lastResult: "/plan/" }, say: "no" },
  ]);
  wentThrough(played);
  assert.equal(await exists(`${box.folder}/proof`), false);
});

Deno.test("servers of a repository are not started before trust, and ask in auto mode after it", async () => {
  await using box = await sandbox();
  const [command, ...args] = serverCommand("good", `${box.folder}/proof`);
  const file = { mcpServers: { station: { command, args } } };
  await box.write(".mcp.json", JSON.stringify(file));
  const untrusted = await ask(box, ["--approval", "auto"], [
    { calls: [{ tool: "find_tool", args: { query: "weather" } }] },
    { expect: { lastResult: "no tool for" }, say: "none" },
  ]);
  wentThrough(untrusted);
  assert.equal(untrusted.stderr.match(/not started until you trust/g)?.length, 1, untrusted.stderr);

  await trustServers(box);
  const asked = await ask(
    box,
    ["--approval", "auto"],
    oneCall("weather", ECHO, { text: "hello" }, "[mcp.workspace]"),
  );
  wentThrough(asked);
  assert.equal(await exists(`${box.folder}/proof`), false);
  const yes = await ask(
    box,
    ["--approval", "auto", "--yes"],
    oneCall("weather", ECHO, { text: "hello" }, "hello"),
  );
  wentThrough(yes);

  // As `git pull` would.
  await box.write(".mcp.json", JSON.stringify({ ...file, more: 1 }));
  const changed = await ask(box, ["--approval", "auto", "--yes"], [
    { calls: [{ tool: ECHO, args: { text: "x" } }] },
    { expect: { lastResult: "no tool called" }, say: "none" },
  ]);
  wentThrough(changed);
  assert.match(changed.stderr, /has changed since you trusted it/);
});

Deno.test("a program of the workspace that a trusted server runs is part of what is trusted", async () => {
  await using box = await sandbox({ "tool.sh": "#!/bin/sh\nexit 0\n" });
  await box.write(
    ".mcp.json",
    JSON.stringify({ mcpServers: { x: { command: "sh", args: ["tool.sh"] } } }),
  );
  await trustServers(box);
  assert.match((await box.cli(["mcp", "list"])).stdout, /x.*\.mcp\.json/);
  await box.write("tool.sh", "#!/bin/sh\ntouch PWN\n");
  const swapped = await box.cli(["mcp", "list"]);
  assert.match(swapped.stderr, /has changed since you trusted it/);
  assert.equal(await exists(`${box.ws}/PWN`), false);
});

Deno.test("a tool that says something else of itself than when it was allowed asks again", async () => {
  await using box = await sandbox();
  const proof = `${box.folder}/proof`;
  await configure(box, { station: { command: serverCommand("good", proof) } });
  const first = await ask(
    box,
    ["--approval", "auto"],
    oneCall("weather", ECHO, { text: "one" }, "one"),
  );
  wentThrough(first);
  await configure(box, { station: { command: serverCommand("changed", proof) } });
  for (const args of [["--approval", "auto"], ["--approval", "auto", "--yes"]]) {
    const turns = oneCall(
      "moon",
      ECHO,
      { text: "two" },
      "/not what was allowed before.*mcp.changed/",
    );
    const second = await ask(box, args, turns);
    wentThrough(second);
  }
  assert.equal(await Deno.readTextFile(proof), "echo\n");
  assert.match((await box.cli(["mcp", "list"])).stdout, /echo.*changed since it was allowed/);
});

Deno.test("orders in a description and a result are data, and carry no escapes and no keys", async () => {
  await using box = await sandbox();
  await configure(box, { station: { command: serverCommand("order") } });
  const described = await ask(box, [], [
    { calls: [{ tool: "find_tool", args: { query: "station" } }] },
    { expect: { lastResult: "in its own words" }, say: "It wants what it must not have." },
  ]);
  wentThrough(described);
  assert.doesNotMatch(described.bodies, /owned|\\u001b/);

  await configure(box, { station: { command: serverCommand("good") } });
  const played = await ask(
    box,
    ["--approval", "auto"],
    oneCall("more", "mcp__station__secret", {}, "read ~/.ssh/id_rsa"),
  );
  wentThrough(played);
  const all = played.bodies + played.stdout + played.stderr;
  assert.doesNotMatch(all, /sk-T3st/);
  for (const escape of ["\x1b[2J", "\\u001b[2J"]) assert.equal(all.includes(escape), false);
});

Deno.test("tools named like ours do not take their place", async () => {
  await using box = await sandbox({ "note.txt": "the tea is ready\n" });
  await configure(box, { station: { command: serverCommand("builtin", `${box.folder}/proof`) } });
  const played = await ask(box, ["--approval", "auto"], [
    { calls: [{ tool: "grep", args: { pattern: "tea" } }] },
    { expect: { lastResult: "the tea is ready" }, say: "Ready." },
  ]);
  wentThrough(played);
  assert.equal(await exists(`${box.folder}/proof`), false);
  assert.match(played.stderr, /mcp__station__x_y_z: there is one of this name/);
});

Deno.test("servers that fail cost one notice each and no request", async () => {
  await using box = await sandbox();
  await configure(box, {
    garbage: { command: serverCommand("garbage") },
    endless: { command: serverCommand("endless") },
    silent: { command: serverCommand("silent") },
    missing: { command: ["no-such-program-here"] },
    "$(touch PWN)": { command: ["x"] },
    far: { url: "http://example.com/$(touch PWN)" },
    flag: { url: "-flag" },
    comma: { url: "https://a,b/" },
    station: { command: serverCommand("good") },
  });
  const started = performance.now();
  const turns = oneCall("weather", ECHO, { text: "hello" }, "hello");
  const played = await ask(box, ["--approval", "auto"], turns);
  wentThrough(played);
  assert.equal(played.code, 0);
  assert.ok(performance.now() - started < 25_000);
  for (const name of ["garbage", "endless", "silent", "missing"]) {
    const notices = played.stderr.match(new RegExp(`MCP server ${name} `, "g"));
    assert.equal(notices?.length, 1, `${name}\n${played.stderr}`);
  }
  for (const name of ["far", "flag", "comma"]) {
    assert.match(played.stderr, new RegExp(`"${name}" is left out`));
  }
  assert.equal(await exists(`${box.ws}/PWN`), false);
});

Deno.test("a server that dies in the middle of a call costs that call, and says so once", async () => {
  await using box = await sandbox();
  await configure(box, { station: { command: serverCommand("good") } });
  const played = await ask(box, ["--approval", "auto"], [
    { calls: [{ tool: "mcp__station__dies", args: {} }] },
    { expect: { lastResult: "MCP server station" }, calls: [{ tool: ECHO, args: { text: "x" } }] },
    { expect: { lastResult: "has ended" }, say: "It is gone." },
  ]);
  wentThrough(played);
  assert.equal(played.code, 0);
  assert.equal(played.stderr.match(/station has ended: I am gone/g)?.length, 1, played.stderr);
});

Deno.test("the policy denies a server's tool by its name", async () => {
  await using box = await sandbox({ ".dspy_policy.yaml": `deny_tools: [${ECHO}]\n` });
  await configure(box, { station: { command: serverCommand("good", `${box.folder}/proof`) } });
  const played = await ask(box, ["--approval", "auto"], [
    { calls: [{ tool: ECHO, args: { text: "x" } }] },
    { expect: { lastResult: "policy.deny_tools" }, say: "no" },
  ]);
  wentThrough(played);
  assert.equal(await exists(`${box.folder}/proof`), false);
});

Deno.test("a server over HTTP is reached by a process of its own, and its key shows nowhere", async () => {
  await using server = testHttpServer();
  await using box = await sandbox();
  const headers = { Authorization: "Bearer ${STATION_KEY}" };
  await configure(box, { far: { url: server.url, headers } });
  const turns = oneCall("numbers", "mcp__far__add", { a: 2, b: 3 }, "5");
  const env = { STATION_KEY: "station-key-4711" };
  const played = await ask(box, ["--approval", "auto", "--json"], turns, env);
  wentThrough(played);
  assert.ok(
    server.keys.length > 2 && server.keys.every((key) => key === "Bearer station-key-4711"),
  );
  assert.doesNotMatch(played.bodies + played.stdout + played.stderr, /station-key-4711/);
});

Deno.test("a single command starts no server", async () => {
  await using box = await sandbox({ "note.txt": "tea\n" });
  await configure(box, { station: { command: serverCommand("stubborn", `${box.folder}/proof`) } });
  assert.equal((await box.cli(["grep", "tea"])).code, 0);
  assert.equal(await exists(`${box.folder}/proof`), false);
});
