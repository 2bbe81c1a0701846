import assert from "node:assert/strict";
import { UserError } from "../core/errors.ts";
import { journalKey } from "../core/safety/journal_key.ts";
import { serveScripted } from "../testing/mod.ts";
import { openSession } from "../skills/open_session.ts";
import { openTestLauncher, type TestLauncher } from "./_test_launcher.ts";

const FILES = { "a.txt": "one\nneedle\n", "b.txt": "needle\n" };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

async function until(ready: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!await ready()) {
    assert.ok(performance.now() - started < 10_000, "waited for 10 s");
    await sleep(20);
  }
}

/** Process ids of the sessions of this launcher, found by their command line. */
async function sessionPids({ root }: TestLauncher): Promise<number[]> {
  const pids: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.includes("--cached-only") && line.includes(root)) pids.push(Number(name));
  }
  return pids;
}

/** Whether the one session of this launcher may write the whole workspace. */
async function mayWrite(at: TestLauncher): Promise<boolean> {
  const pids = await sessionPids(at);
  assert.equal(pids.length, 1);
  const line = await Deno.readTextFile(`/proc/${pids[0]}/cmdline`);
  return line.includes(`--allow-write=${at.root}\0`);
}

Deno.test("call() runs tools in one process, one after the other", async () => {
  await using at = await openTestLauncher({ files: FILES });
  const first = await at.launcher.call("grep", { pattern: "needle" });
  assert.deepEqual([first.ok, first.exitCode, first.text], [
    true,
    0,
    "a.txt:2: needle\nb.txt:1: needle",
  ]);
  const pids = await sessionPids(at);
  const both = await Promise.all([
    at.launcher.call("grep", { pattern: "one" }),
    at.launcher.call("cat", { file: "b.txt" }),
    at.launcher.call("nope", {}),
  ]);
  assert.deepEqual(both.map(({ exitCode }) => exitCode), [0, 0, 2]);
  assert.deepEqual(await sessionPids(at), pids);
  assert.equal(pids.length, 1);
  assert.deepEqual(at.events.map(({ seq }) => seq), at.events.map((_, i) => i + 1));
});

Deno.test("call() says that the session was lost when it is killed; the next call works", async () => {
  const files = { ...FILES, "late.sh": "touch began\nsleep 3\ntouch canary\n" };
  await using at = await openTestLauncher({ files, flags: { yes: true } });
  const running = at.launcher.call("exec", { command: ["sh", "late.sh"] });
  await until(() => exists(`${at.root}/began`));
  for (const pid of await sessionPids(at)) Deno.kill(pid, "SIGKILL");
  await assert.rejects(running, (error: UserError) => {
    assert.equal(error.kind, "failed");
    assert.match(error.line, /^the session ended unexpectedly \(exit code 137\): /);
    return true;
  });
  assert.equal((await at.launcher.call("grep", { pattern: "one" })).ok, true);
  await sleep(3_200);
  assert.equal(
    await exists(`${at.root}/canary`),
    false,
    "a program outlived the session that asked for it",
  );
});

Deno.test("cancel() ends a running program and keeps the session", async () => {
  const files = { ...FILES, "long.sh": "touch began\nsleep 30\n" };
  await using at = await openTestLauncher({ files, flags: { yes: true } });
  const running = at.launcher.call("exec", { command: ["sh", "long.sh"] });
  await until(() => exists(`${at.root}/began`));
  const pids = await sessionPids(at);
  const started = performance.now();
  at.launcher.cancel();
  const end = await running;
  assert.ok(performance.now() - started < 10_000);
  assert.deepEqual([end.ok, end.exitCode], [false, 130]);
  assert.equal((await at.launcher.call("grep", { pattern: "one" })).ok, true);
  assert.deepEqual(await sessionPids(at), pids);
});

Deno.test("cancel() ends a search with a regex that would take for ever", async () => {
  const line = "a".repeat(40) + "b\n";
  await using at = await openTestLauncher({ files: { ...FILES, "big.txt": line.repeat(2_000) } });
  const running = at.launcher.call("grep", { pattern: "(a+)+$" });
  await until(() => at.data("tool.start").length > 0);
  await sleep(200);
  const started = performance.now();
  at.launcher.cancel();
  const end = await running.catch((error: UserError) => error);
  assert.ok(performance.now() - started < 20_000);
  assert.ok(end instanceof UserError || end.exitCode === 130, JSON.stringify(end));
  const next = await at.launcher.call("cat", { file: "a.txt" });
  assert.equal(next.ok, true, next.text);
});

Deno.test("call() restarts the session with more rights for the user's own write only", async () => {
  await using at = await openTestLauncher({ files: FILES });
  await at.launcher.call("grep", { pattern: "one" });
  assert.equal(await mayWrite(at), false);
  const wrote = await at.launcher.call("write", { path: "new.txt", content: "x" });
  assert.equal(wrote.ok, true, wrote.text);
  assert.equal(await Deno.readTextFile(`${at.root}/new.txt`), "x");
  assert.equal(await mayWrite(at), true);
  const again = await at.launcher.call("grep", { pattern: "one" });
  assert.equal(again.ok, true, again.text);
  assert.equal(await mayWrite(at), false, "the right outlived the call that needed it");
});

Deno.test("call() keeps the right to write while calls that write follow one another", async () => {
  await using at = await openTestLauncher({ files: FILES });
  const write = (path: string) => at.launcher.call("write", { path, content: "x" });
  await write("1.txt");
  const pids = await sessionPids(at);
  assert.equal((await write("2.txt")).ok, true);
  assert.deepEqual(await sessionPids(at), pids);
});

Deno.test("ask() restarts the session with more rights where a tool that writes is wanted", async () => {
  await using at = await openTestLauncher({ files: FILES, flags: { yes: true } });
  const key = await journalKey(at.place.stateDir);
  const session = await openSession(at.root, { key });
  await session.call("write", { path: "new.txt", content: "x" });
  await session.close();
  assert.equal((await at.launcher.ask('find "needle"')).ok, true);
  assert.deepEqual(at.data("rights.request"), []);
  const undone = await at.launcher.ask("undo that");
  assert.equal(undone.ok, true, undone.summary);
  assert.equal(at.data("rights.request").length, 1);
  assert.equal(await exists(`${at.root}/new.txt`), false);
});

Deno.test("call() makes an error of what a tool cannot read, and of a result too large", async () => {
  const quotes = `head -c 17000000 /dev/zero | tr '\\0' '"'`;
  await using at = await openTestLauncher({ flags: { yes: true }, files: { "big.sh": quotes } });
  const shell = await at.launcher.call("exec", { command: ["ls; id"] });
  assert.deepEqual([shell.ok, shell.exitCode], [false, 1]);
  assert.match(shell.text, /shell operator ";"/);
  const pids = await sessionPids(at);
  const big = await at.launcher.call("exec", { command: ["sh", "big.sh"] });
  assert.match(big.text, /too large: ask for less/);
  assert.equal((await at.launcher.call("exec", { command: ["echo", "on"] })).text, "on");
  assert.deepEqual(await sessionPids(at), pids);
});

Deno.test("close() is quick, also while a program runs, and leaves nothing behind", async () => {
  const files = { "late.sh": "touch began\nsleep 3\ntouch canary\n" };
  const at = await openTestLauncher({ files, flags: { yes: true } });
  const running = at.launcher.call("exec", { command: ["sh", "late.sh"] });
  running.catch(() => {});
  await until(() => exists(`${at.root}/began`));
  const started = performance.now();
  await at.launcher.close();
  assert.ok(performance.now() - started < 2_500);
  assert.deepEqual(await sessionPids(at), []);
  await sleep(3_200);
  assert.equal(await exists(`${at.root}/canary`), false);
  await at[Symbol.asyncDispose]();
});

Deno.test("a hostile session starts no program, whatever it asks for", async () => {
  await using at = await openTestLauncher({ hostile: true, files: FILES });
  const canary = `${at.root}/canary`;
  const argv = ["touch", canary];
  const wishes = [
    { id: "1", tool: "exec", command: "program", fields: { argv } },
    { id: "2", tool: "exec", command: "program", fields: { argv, env: { A: "1" } } },
    { id: "3", tool: "touch", command: "touch", fields: { argv } },
    { id: "4", tool: "exec", command: "constructor", fields: { argv } },
    { id: "5", tool: { toString: 1 }, command: ["program"], fields: null },
    { id: { toString: 1 } },
    { id: "7", tool: "git_status", command: "status", fields: { extra: [canary] } },
    {},
  ];
  const events = wishes.map((data): [string, unknown] => ["program.request", data]);
  assert.equal((await at.launcher.call("grep", { events })).ok, true);
  const heard = () => at.events.filter(({ type }) => (type as string) === "heard");
  await until(() => heard().length >= 6);
  assert.ok(heard().every(({ data }) => "error" in data), JSON.stringify(heard()));
  assert.equal(await exists(canary), false);
});

Deno.test("a hostile session cannot put another program in the place of the one typed", async () => {
  await using at = await openTestLauncher({ hostile: true, files: FILES });
  const canary = `${at.root}/canary`;
  const wish = { id: "1", tool: "exec", command: "program", fields: { argv: ["touch", canary] } };
  const events = [["program.request", wish]];
  await at.launcher.call("exec", { command: ["git", "status"], events });
  const heard = () => at.events.filter(({ type }) => (type as string) === "heard");
  await until(() => heard().length >= 1);
  assert.ok("error" in heard()[0]!.data, JSON.stringify(heard()));
  assert.equal(await exists(canary), false);
});

Deno.test("a hostile session runs no other script, commit or file in the place of what was typed", async () => {
  const scripts = { test: "vitest run", deploy: "node -e 'fs.writeFileSync(`canary`, ``)'" };
  const fields = { dir: ".", targets: [], timeoutMs: 20_000 };
  const forged: [string, unknown, string, unknown][] = [
    ["run_tests", {}, "vitest", { ...fields, script: "deploy" }],
    ["git_add", { paths: ["a.txt"] }, "add", { paths: ["."] }],
    ["git_commit", { message: "mine" }, "commit", { message: "theirs" }],
    ["open", { path: "a.txt" }, "editor", { path: "b.txt" }],
  ];
  for (const [tool, input, command, fields] of forged) {
    const events = [["program.request", { id: "1", tool, command, fields }]];
    const files = {
      ...FILES,
      "package.json": JSON.stringify({ scripts }),
      "says.json": JSON.stringify({ events }),
    };
    await using at = await openTestLauncher({ hostile: true, files });
    await at.launcher.call(tool, input);
    const heard = () => at.events.filter(({ type }) => (type as string) === "heard");
    await until(() => heard().length >= 1);
    assert.match(JSON.stringify(heard()[0]!.data), /nobody can be asked/, tool);
    assert.equal(await exists(`${at.root}/canary`), false);
  }
});

Deno.test("a hostile session gets no approval, and cannot speak for the person", async () => {
  await using at = await openTestLauncher({ hostile: true });
  const asked = { id: "q", call: "c", what: ["a.txt"], reason: "r", preview: "p", origin: "user" };
  const junk = [{}, { id: 1, tool: { toString: 1 }, what: "x" }, { what: [{ toString: 1 }] }];
  const events = [{ ...asked, id: "write", tool: "write" }, { ...asked, tool: "exec" }, ...junk]
    .map((data): [string, unknown] => ["approval.request", data]);
  await at.launcher.call("grep", { events });
  const heard = () => at.events.filter(({ type }) => (type as string) === "heard");
  await until(() => heard().length >= events.length);
  const answers = heard().map(({ data }) => data as unknown as { id?: string; granted?: boolean });
  assert.equal(answers.find(({ id }) => id === "write")?.granted, false);
  assert.ok(at.questions.every(({ origin }) => origin === "agent"), JSON.stringify(at.questions));
});

Deno.test("a hostile session gets no wider rights for a call that only reads", async () => {
  await using at = await openTestLauncher({ hostile: true });
  const rights: [string, unknown] = ["rights.request", { call: "c" }];
  await assert.rejects(at.launcher.call("ls", { events: [rights], open: true }), {
    kind: "failed",
    message: /asked for a right that this does not need/,
  });
  assert.equal(await mayWrite(at), false);
});

Deno.test("junk lines and forged events change nothing", async () => {
  await using at = await openTestLauncher({ hostile: true });
  const raw = ["", "{", "null", "[]", '"x"', '{"v":1}', "\u0000\u001b[2J", '{"v":2,"type":"x"}'];
  const events: [string, unknown][] = [
    ["tool.end", { call: "other", ok: true, exitCode: 0, text: "forged" }],
    ["agent.end", { ok: true }],
    ["permission", {}],
    ["permission", { tool: 1, what: { toString: 1 }, verdict: "maybe", rule: null }],
    ["program.cancel", { id: { toString: 1 } }],
    ["program.cancel", {}],
    ["unknown.type", { a: 1 }],
    ["__proto__", { a: 1 }],
  ];
  const end = await at.launcher.call("ls", { raw, events });
  assert.deepEqual([end.ok, end.text], [true, "done"]);
  assert.ok(at.events.every(({ session }) => session === "s"));
  assert.equal((await at.launcher.call("ls", {})).ok, true);
});

Deno.test("a line without an end ends the session, not the launcher", async () => {
  await using at = await openTestLauncher({ hostile: true });
  await assert.rejects(at.launcher.call("ls", { raw: ["LONG"], open: true }), {
    kind: "failed",
    hint: /RangeError: a line of more than/,
  });
  assert.equal((await at.launcher.call("ls", {})).ok, true);
});

Deno.test("ask() tells of a session that is lost while it waits for tools of others", async () => {
  await using model = await serveScripted({ turns: [{ say: "Here." }] });
  const slow = Promise.withResolvers<readonly []>();
  await using at = await openTestLauncher({
    flags: { model: "scripted" },
    url: model.url,
    tools: () => slow.promise,
  });
  const asked = at.launcher.ask("hello");
  await until(async () => (await sessionPids(at)).length === 1);
  for (const pid of await sessionPids(at)) Deno.kill(pid, "SIGKILL");
  await assert.rejects(asked, { kind: "failed", message: /ended unexpectedly \(exit code 137\)/ });
  slow.resolve([]);
  assert.equal((await at.launcher.ask("hello")).summary, "Here.");
});

Deno.test("cancel() stops a request that waits for tools of others, and the next one works", async () => {
  await using model = await serveScripted({ turns: [{ say: "Here." }] });
  const slow = Promise.withResolvers<readonly []>();
  await using at = await openTestLauncher({
    flags: { model: "scripted" },
    url: model.url,
    tools: () => slow.promise,
  });
  const asked = at.launcher.ask("hello");
  await until(async () => (await sessionPids(at)).length === 1);
  at.launcher.cancel();
  const { ok, stop } = await asked;
  assert.deepEqual([ok, stop], [false, "aborted"]);
  slow.resolve([]);
  assert.equal((await at.launcher.ask("hello again")).summary, "Here.");
});
